import type { DiagnosticSpec, Finding, Origin, Severity } from '../diagnostics/index.ts';
import type { Key, PolicySettings, Strength, Value } from '../facts/index.ts';
import type { Code } from './cel/code.ts';

/** A file (or `preset:NAME`) and `line:column` inside it. */
export interface Place {
  readonly uri: string;
  readonly pointer: string;
}

/** A CEL expression as written, where it starts, and what is run. */
export interface Expression {
  readonly text: string;
  readonly code: Code;
  readonly pointer: string;
}

/** Literal text, or the expression of a `{{ }}`. */
export type MessagePart = string | Expression;

/** What a rule says about one key; becomes a vote, or, for a limit of a verifying rule, a check of the plan. */
export interface Effect {
  readonly key: Key;
  readonly subject: string | null;
  readonly strength: Strength;
  readonly values: readonly Value[];
  readonly origin: Extract<Origin, `policy-${string}`>;
  readonly pointer: string;
}

/** The `deny` or `warn` of a rule. */
export interface Announcement {
  readonly kind: 'deny' | 'warn';
  readonly message: readonly MessagePart[];
  readonly pointer: string;
}

export type Phase = 'vote' | 'verify';

/** `audit`: what the rule would do is told, and has no effect. */
export type Mode = 'audit' | 'enforce';

export interface Rule extends Place {
  readonly id: string;
  readonly title: string | null;
  readonly phase: Phase;
  readonly when: Expression | null;
  readonly effects: readonly Effect[];
  readonly announcement: Announcement | null;
  /** Why the effects are what they are; with a verifying limit, the words of its finding. */
  readonly message: readonly MessagePart[] | null;
  /** The rule concerns only plans for one of these; null: all plans. */
  readonly targets: readonly string[] | null;
  /** null: that of the document. */
  readonly mode: Mode | null;
  /** Of the announcement or of a verifying limit. */
  readonly severity: Severity;
  readonly remedy: string | null;
  readonly docs: string | null;
  readonly tags: readonly string[];
  readonly locked: boolean;
}

/** One policy file, checked, before it is composed with others. */
export interface PolicyDocument {
  readonly uri: string;
  readonly name: string;
  readonly extends: readonly { readonly ref: string; readonly pointer: string }[];
  /** Of the document and, while it is tried out, of all that it extends. */
  readonly mode: Mode;
  /** Only what the file says. */
  readonly settings: Partial<PolicySettings>;
  readonly rules: readonly Rule[];
  readonly overrides: readonly RuleOverride[];
  readonly severities: readonly SeverityChange[];
  readonly waivers: readonly { readonly ref: string; readonly pointer: string }[];
}

/** What a document changes of a rule of another, without copying it. */
export interface RuleOverride extends Place {
  readonly rule: string;
  readonly severity: Severity | 'off' | null;
  readonly mode: Mode | null;
  readonly lock: boolean;
}

export interface EffectiveRule extends Rule {
  readonly mode: Mode;
  /** Rules of the same id that this one took the place of, nearest first. */
  readonly replaced: readonly Place[];
  /** Overrides that were applied to it, in order. */
  readonly changes: readonly RuleChange[];
  /** Where it was locked, if an override did it. */
  readonly lockedAt: Place | null;
}

export interface RuleChange extends Place {
  /** `off`, `severity warning`, `mode audit`, `locked`. */
  readonly what: string;
}

export interface DocumentSummary {
  readonly uri: string;
  readonly name: string;
  readonly rules: number;
  readonly mode: Mode;
}

/** The policy's severity for a finding of vm-import itself, by its code. Later ones win. */
export interface SeverityChange extends Place {
  readonly code: string;
  readonly severity: Severity;
}

/** A waiver document that a policy names. */
export interface WaiverFile extends Place {
  /** As the loader would read it: resolved against the policy that names it. */
  readonly path: string;
}

/** Everything that was named, composed. */
export interface Policy {
  /** In the order they were applied: a document comes after those it extends, and each only once. */
  readonly documents: readonly DocumentSummary[];
  readonly settings: PolicySettings;
  /** In the order they were applied: of two rules that say different things, the later one wins. */
  readonly rules: readonly EffectiveRule[];
  /** Rules that an override switched off. */
  readonly off: readonly EffectiveRule[];
  readonly severities: readonly SeverityChange[];
  readonly waivers: readonly WaiverFile[];
  /**
   * The policy as it would be if everything in audit mode were enforced; null when nothing is. Its rules know their
   * mode, so that it is also the complete list.
   */
  readonly trial: Policy | null;
}

/** `policy` is null when a finding is an error: a policy that was not understood is not applied in part. */
export interface LoadedPolicy {
  readonly policy: Policy | null;
  readonly documents: readonly DocumentSummary[];
  readonly findings: readonly Finding[];
}

/** How the loader reads files; `path` is as given, or joined to the directory of the file that extends it. */
export interface PolicyIo {
  readText(path: string): Promise<string>;
  /** Names in a directory; null for what is none. Without it there are no directories. */
  list?(path: string): Promise<readonly string[] | null>;
  /** The path without symbolic links; of what is not there, where it would lie. Without it paths are what they seem. */
  realPath?(path: string): Promise<string>;
  /** Targets that rules may name; without it any. */
  readonly targets?: readonly string[];
  /** Codes of findings whose severity may be changed; without it any. */
  codes?(): Promise<ReadonlyMap<string, { readonly spec: DiagnosticSpec }>>;
  /** Without it no compiled policy is taken. */
  readonly compiled?: Compiling;
}

/** What a compiled policy is held against. */
export interface Compiling {
  /** Of the program. Another version may understand the same policy otherwise. */
  readonly version: string;
  /** In hexadecimal; tells a file that was changed by hand or cut off. */
  checksum(text: string): string;
}
