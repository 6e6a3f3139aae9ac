/**
 * Problems as data. A finding is declared beside the code that raises it
 * (`defineDiagnostics`) and turned into words only by the report room.
 */

import { fill } from './words.ts';

/** Where a vote comes from, highest rank first (contract, section 4). */
export const ORIGINS = [
  'policy-set',
  'flag',
  'policy-prefer',
  'hints',
  'descriptor',
  'content',
  'policy-default',
  'osinfo',
  'source-hardware',
  'default',
] as const;
export type Origin = (typeof ORIGINS)[number];

/** A place outside the ranks that can stop a value but never proposes one. */
export type Witness = 'host' | 'compatibility' | 'policy' | 'target';

/** Origin, document and the pointer inside it (`header+0x48`, `/hardware/firmware`, `site.yaml:12:5`). */
export interface Provenance {
  readonly origin: Origin | Witness;
  readonly uri: string | null;
  readonly pointer: string | null;
}

export type Severity = 'error' | 'warning' | 'info';

/** Process exit statuses of the contract, section 2. */
export const EXIT = {
  ok: 0,
  denied: 1,
  usage: 2,
  input: 3,
  unresolved: 4,
  external: 5,
  bug: 70,
} as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

export type Arg = string | number | boolean;

/** Why a finding does not count: somebody answers for it until a day. */
export interface WaiverNote {
  readonly reason: string;
  readonly owner: string;
  readonly ticket: string | null;
  /** ISO 8601 time from which the finding counts again. */
  readonly expires: string;
  /** The waiver document and `line:column` inside it. */
  readonly uri: string;
  readonly pointer: string;
}

export interface Finding {
  /** `area/kebab-name`; stable and public. */
  readonly code: string;
  readonly severity: Severity;
  /** What its severity was before a policy changed it: how a finding counts is no matter to the conditions of rules. */
  readonly said?: Severity;
  /** The exit status it leads to while its severity is `error`. */
  readonly exit: ExitStatus;
  /** Safety findings keep their severity whatever a policy says; they can only be waived by name. */
  readonly safety: boolean;
  /**
   * Whether the work went on behind it: what it is about was read, decided and written all the same, so that somebody
   * can answer for it, by a waiver or a lower severity. Behind every other error something is missing.
   */
  readonly objection: boolean;
  readonly args: Readonly<Record<string, Arg>>;
  readonly at: readonly Provenance[];
  /** Templates: `{name}` stands for the argument of that name. Only the report room fills them in. */
  readonly message: string;
  readonly remedy: string;
  /** The policy rule that raised it, if one did. */
  readonly rule: string | null;
  /** Set while the finding is waived: it is told, and does not count. */
  readonly waiver: WaiverNote | null;
  /** Raised only because of rules in audit mode: it is told, and does not count. */
  readonly audited: boolean;
}

export interface DiagnosticSpec {
  readonly severity: Severity;
  /** Status it leads to as an error; with `--strict` a warning leads to 1 instead. */
  readonly exit: ExitStatus;
  readonly safety?: true;
  /**
   * Of an error that leads to 2, 3 or 4: nothing is missing because of it (see `Finding.objection`). What is no error,
   * or leads to 1, is an objection by itself.
   */
  readonly objection?: true;
  readonly message: string;
  readonly remedy: string;
  /** The long text of `vm-import explain CODE`: what it means, why it matters, what usually causes it. */
  readonly explain: string;
}

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type ArgsOf<S extends DiagnosticSpec> = Readonly<Record<Names<S['message']> | Names<S['remedy']>, Arg>>;

export interface DiagnosticFactory<S extends DiagnosticSpec> {
  (args: ArgsOf<S>, at?: readonly Provenance[]): Finding;
  readonly code: string;
  readonly spec: DiagnosticSpec;
}

export type Diagnostics<T extends Record<string, DiagnosticSpec>> = {
  readonly [K in keyof T]: DiagnosticFactory<T[K]>;
};

/** Whether findings of this kind leave something that can be gone on with. One that was thrown never does. */
export function isObjection({
  severity,
  exit,
  objection,
}: Pick<DiagnosticSpec, 'severity' | 'exit' | 'objection'>): boolean {
  return objection === true || severity !== 'error' || exit === EXIT.denied;
}

/** Declares the findings of one area; each entry becomes a function that makes that finding. */
export function defineDiagnostics<const T extends Record<string, DiagnosticSpec>>(
  area: string,
  specs: T,
): Diagnostics<T> {
  const factories: Record<string, DiagnosticFactory<DiagnosticSpec>> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const code = `${area}/${name}`;
    const make = (args: Readonly<Record<string, Arg>>, at: readonly Provenance[] = []): Finding => ({
      code,
      severity: spec.severity,
      exit: spec.exit,
      safety: spec.safety === true,
      objection: isObjection(spec),
      args,
      at,
      message: spec.message,
      remedy: spec.remedy,
      rule: null,
      waiver: null,
      audited: false,
    });
    factories[name] = Object.assign(make, { code, spec });
  }
  return factories as Diagnostics<T>;
}

/** Thrown where a stage cannot go on. Its finding carries the exit status; nothing else is an expected throw. */
export class VmImportError extends Error {
  override readonly name = 'VmImportError';
  readonly finding: Finding;

  constructor(finding: Finding, options?: { cause?: unknown }) {
    super(`${fill(finding.message, finding.args)} [${finding.code}]`, options);
    this.finding = { ...finding, objection: false };
  }
}
