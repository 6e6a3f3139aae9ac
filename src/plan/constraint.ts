import type { Value } from '../facts/index.ts';

/**
 * Something that a combination of values must satisfy, over named slots (key paths). Rows of the compatibility table
 * and statements of host documents both end up as constraints; the resolver knows no third kind.
 */
export interface Constraint {
  /** Row id or host document, shown as what removed a value. */
  readonly id: string;
  readonly why: 'incompatible' | 'host-cannot' | 'no-driver';
  readonly slots: readonly string[];
  readonly reason: string;
  /** It only keeps the plan where host documents speak: never the reason where there is another one. */
  readonly ground?: true;
  readonly holds: (...values: readonly (Value | undefined)[]) => boolean;
}
