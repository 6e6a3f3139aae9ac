import type { Verdict } from '../../diagnostics/verdict.ts';
import type { EvidenceDocument, Value } from '../../facts/index.ts';

/** Something a suite says, and `line:column` where. */
export interface Said<T> {
  readonly value: T;
  readonly pointer: string;
}

/** A synthetic image, checked; sizes in bytes. */
export interface ImageDescription {
  readonly name: string;
  readonly format: 'qcow2' | 'raw';
  readonly size: number;
  readonly fileSize: number;
  readonly boot: 'bios' | 'uefi' | 'none';
  readonly windows: boolean;
  readonly architecture: 'x86_64' | 'aarch64' | 'i686' | 'riscv64';
  /** The text of the document. */
  readonly hints: string | null;
  readonly backing: { readonly name: string; readonly format: string } | null;
  readonly dirty: boolean;
  readonly encrypted: boolean;
  readonly snapshots: number;
  readonly savedMemory: boolean;
}

/** What a case is about. */
export type Subject =
  | { readonly kind: 'images'; readonly images: readonly ImageDescription[] }
  | { readonly kind: 'evidence-file'; readonly file: Said<string> }
  | { readonly kind: 'evidence'; readonly document: EvidenceDocument };

export interface Expectations {
  readonly verdict: Said<Verdict> | null;
  /** The pointer of the list, for what it lacks. */
  readonly findings: Said<readonly Said<string>[]> | null;
  readonly includes: readonly Said<string>[];
  readonly excludes: readonly Said<string>[];
  /** Raised in audit mode only. */
  readonly audited: readonly Said<string>[];
  /** Raised, and lifted by a waiver. */
  readonly waived: readonly Said<string>[];
  /** By key path; null is undecided. */
  readonly values: readonly (Said<Value | null> & { readonly path: string })[];
}

export interface SuiteCase {
  readonly name: string;
  readonly pointer: string;
  readonly subject: Subject;
  readonly os: string | null;
  readonly set: readonly (readonly [path: string, value: Value])[];
  readonly emit: readonly Said<string>[];
  readonly host: readonly Said<string>[];
  readonly waivers: readonly Said<string>[];
  readonly now: Said<string> | null;
  readonly strict: boolean;
  readonly expect: Expectations;
}

/** One file of policy tests. */
export interface Suite {
  readonly uri: string;
  /** Refs as written: `preset:NAME`, or relative to the file. */
  readonly policy: readonly Said<string>[];
  readonly cases: readonly SuiteCase[];
}
