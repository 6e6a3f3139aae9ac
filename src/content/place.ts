import type { ByteSource } from '../bytes/index.ts';
import type { ContentDetails, ContentReading } from '../facts/content.ts';
import type { Payload } from '../facts/evidence.ts';
import type { Metered } from './meter.ts';
import type { Proofs } from './proofs.ts';

export interface InspectContext {
  /** `disk0`. */
  readonly disk: string;
  /** Of the file that holds the bytes, for provenance. */
  readonly uri: string;
}

/** One disk under inspection. */
export interface Place {
  /** The bytes without a budget; only readers of loaders get at them, under one of their own. */
  readonly guest: ByteSource;
  /** The same within the identity budget, with its head at no cost. */
  readonly source: ByteSource;
  readonly meter: Metered;
  /** First bytes, as many as one read brings. */
  readonly head: Buffer;
  readonly context: InspectContext;
  readonly proofs: Proofs;
}

/** What a part of the inspection adds to the reading. */
export type Contribution = Partial<Omit<ContentReading, 'details' | 'proofs'>> & {
  readonly payload: Payload;
  readonly details?: Partial<ContentDetails>;
};
