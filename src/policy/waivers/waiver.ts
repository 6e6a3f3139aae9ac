import type { Place } from '../policy.ts';

/** Which images a waiver is about; null where it does not say. Everything it says must hold. */
export interface WaiverScope {
  /** `sha256:...` in lower case. */
  readonly digests: readonly string[] | null;
  /** Pattern of the machine's name. */
  readonly name: string | null;
  /** Pattern of the sources, absolute. */
  readonly source: string | null;
}

/** Somebody answers for a finding, on some images, until a day. */
export interface Waiver extends Place {
  /** Exactly one of `rule` and `code` is not null. */
  readonly rule: string | null;
  readonly code: string | null;
  /** Whether findings of this kind can be waived at all; of a rule they can. */
  readonly possible: boolean;
  /** Why it waives nothing although it is in order; null when it does. */
  readonly powerless: string | null;
  readonly scope: WaiverScope;
  readonly reason: string;
  readonly owner: string;
  readonly ticket: string | null;
  /** ISO 8601 time from which it is void. */
  readonly expires: string;
}
