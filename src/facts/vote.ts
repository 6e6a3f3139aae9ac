import type { Origin, Provenance } from '../diagnostics/index.ts';
import { ORIGINS } from '../diagnostics/index.ts';
import type { Key, Value } from './keys.ts';

/**
 * `required`: one of the values must hold. `recommended`: ordered, best first. `forbidden`: none of the values may
 * hold. `minimum`, `maximum`: one number, inclusive.
 */
export const STRENGTHS = ['required', 'recommended', 'forbidden', 'minimum', 'maximum'] as const;
export type Strength = (typeof STRENGTHS)[number];

/** What somebody says about one key. Votes are collected in a flat list; only the resolver weighs them. */
export interface Vote {
  readonly key: Key;
  /** `disk0`, `nic1`; null for the whole machine, or, for a key of a device, for every such device. */
  readonly subject: string | null;
  readonly strength: Strength;
  /** At least one; for bounds exactly one number. */
  readonly values: readonly Value[];
  readonly origin: Origin;
  readonly uri: string | null;
  readonly pointer: string | null;
  /**
   * Precedence among votes of the same origin, lowest first: carrier, then source order. 0 unless the reader has a
   * reason to rank.
   */
  readonly order: number;
  /** The disk whose hint document or content says it; null when no disk does. Disks can disagree. */
  readonly disk: string | null;
  /** The policy rule behind the vote. */
  readonly rule: string | null;
  /** Set by a policy rule that no flag may weaken. */
  readonly locked: boolean;
}

export type VoteDraft = Pick<Vote, 'key' | 'strength' | 'values' | 'origin'> & Partial<Vote>;

/** What most votes leave out. */
export const UNSAID = { subject: null, uri: null, pointer: null, order: 0, disk: null, rule: null, locked: false };

export function vote(draft: VoteDraft): Vote {
  return { ...UNSAID, ...draft };
}

/** Whether a value is what somebody asks for. */
export function holds({ strength, values }: Pick<Vote, 'strength' | 'values'>, value: Value): boolean {
  switch (strength) {
    case 'required':
    case 'recommended':
      return values.includes(value);
    case 'forbidden':
      return !values.includes(value);
    case 'minimum':
      return Number(value) >= Number(values[0]);
    case 'maximum':
      return Number(value) <= Number(values[0]);
  }
}

/** 1 (policy-set) to 10 (default). */
export function rank(origin: Origin): number {
  return ORIGINS.indexOf(origin) + 1;
}

/**
 * `order` of a rule's votes: locked rules before others, the earlier lock before the later, for a later policy weakens
 * none; of the others the later before the earlier. `index` is its place among the `count` rules of the policy.
 */
export function orderOfRule(index: number, count: number, locked: boolean): number {
  return locked ? index - count : count - 1 - index;
}

/** The way back: of two votes of rules, the one with the higher number stands later in the policy. */
export function placeInPolicy({ order, locked }: Pick<Vote, 'order' | 'locked'>): number {
  return locked ? order : -1 - order;
}

export function provenanceOf(of: Vote): Provenance {
  return { origin: of.origin, uri: of.uri, pointer: of.pointer };
}
