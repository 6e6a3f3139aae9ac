import { describeSource, listValues } from '../facts/describe-vote.ts';
import { type Decision, keySpec, type Value } from '../facts/index.ts';
import type { Ballot } from './ballots.ts';
import { type Candidates, sidesOf, universe } from './candidates.ts';
import type { Constraint } from './constraint.ts';
import { type Domains, partAround, solve } from './search.ts';

/** Of two keys at once, so many pairs of values are tried. */
const MOST_PAIRS = 400;

/** A key that takes part, alone or for all of its devices, and what `--set` could make of it. */
interface Option {
  readonly key: string;
  readonly slots: readonly string[];
  readonly values: readonly Value[];
  /** What the sides themselves ask for. */
  readonly asked: readonly Value[];
  readonly undriven: (value: Value) => boolean;
}

/**
 * Flags that would make it fit, found by trying them; where there are none, why not, and the rules that are in the way.
 * Nothing but these sides may contradict in `domains` and `constraints`.
 */
export function settlement(
  sides: readonly Candidates[],
  settled: readonly Decision[],
  domains: Domains,
  constraints: readonly Constraint[],
): string {
  const options = [...sides.flatMap(optionOf), ...together(sides), ...settled.flatMap(settledOption)];
  const concerned = [...sides.map(({ slot }) => slot.path), ...options.flatMap(({ slots }) => slots)];
  const part = partAround(concerned, { domains, constraints });
  const fits = (changes: readonly (readonly [slot: string, value: Value])[]) => {
    const tried = new Map(part.domains);
    for (const [slot, value] of changes) tried.set(slot, [value]);
    return solve(tried, part.constraints) !== undefined;
  };
  const flags = singles(options, fits);
  if (flags.length === 0) flags.push(...pairs(options, fits));
  const rules = new Set(
    sides.flatMap((side) => sidesOf(side).flatMap(({ vote }) => (vote.rule === null ? [] : [vote.rule]))),
  );
  const ways = [
    ...(flags.length > 0 ? [`settle it with ${flags.join(' or ')}`] : []),
    ...(rules.size > 0 ? [`change the policy rule ${[...rules].join(' or ')}`] : []),
  ];
  if (ways.length === 0) ways.push('change the image or the host');
  const text = sentence(ways.join(', or '));
  return flags.length > 0 ? text : `${sentence(whyNot(sides, constraints))} ${text}`;
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** A flag has no say against a policy's `set`, nor against what is locked. */
const holder = ({ ballots }: Candidates): Ballot | undefined =>
  ballots.find(({ vote, dropped }) => dropped === null && (vote.origin === 'policy-set' || vote.locked));

const forbids = ({ vote }: Ballot, value: Value) => vote.strength === 'forbidden' && vote.values.includes(value);

/** A `forbid` of the policy, against which a flag has no say either. */
const ban = ({ ballots }: Candidates, value: Value): Ballot | undefined =>
  ballots.find((ballot) => ballot.vote.origin === 'policy-prefer' && forbids(ballot, value));

function optionOf(side: Candidates): readonly Option[] {
  if (holder(side) !== undefined) return [];
  const open = (value: Value) => ban(side, value) === undefined;
  const disliked = (value: Value) => Number(side.ballots.some((ballot) => forbids(ballot, value)));
  const asked = sidesOf(side).flatMap(({ vote, strength }) =>
    strength === 'forbidden' ? [] : vote.values.slice(0, 1),
  );
  const { path } = side.slot;
  return [
    {
      key: path,
      slots: [path],
      values: universe(side)
        .filter(open)
        .toSorted((a, b) => disliked(a) - disliked(b)),
      asked: [...new Set(asked)].filter(open),
      undriven: (value) => side.removed.get(value)?.why === 'no-driver',
    },
  ];
}

/** The same key of several devices: a flag without a device speaks of them all. */
function together(sides: readonly Candidates[]): readonly Option[] {
  const keys = new Set(sides.flatMap(({ slot }) => (slot.subject === null ? [] : [slot.key])));
  return [...keys].flatMap((key) => {
    const twins = sides.filter(({ slot }) => slot.key === key);
    const options = twins.flatMap(optionOf);
    const [first] = options;
    if (twins.length < 2 || options.length < twins.length || first === undefined) return [];
    return [
      {
        key,
        slots: options.flatMap(({ slots }) => slots),
        values: first.values.filter((value) => options.every(({ values }) => values.includes(value))),
        asked: [],
        undriven: (value: Value) => options.some((option) => option.undriven(value)),
      },
    ];
  });
}

function settledOption({ key, winner }: Decision): readonly Option[] {
  const spec = keySpec(key);
  if (spec.type !== 'enum' || winner?.origin === 'policy-set') return [];
  return [{ key, slots: [key], values: spec.values, asked: [], undriven: () => false }];
}

type Fits = (changes: readonly (readonly [slot: string, value: Value])[]) => boolean;

const changesOf = ({ slots }: Option, value: Value) => slots.map((slot) => [slot, value] as const);

function singles(options: readonly Option[], fits: Fits): string[] {
  const flags: string[] = [];
  // ways out that leave the guest without a driver are told only where there is no other
  const risky: string[] = [];
  for (const option of options) {
    const works = (value: Value) => fits(changesOf(option, value));
    // what the sides themselves ask for comes first, one way out for each of them
    const wanted = option.asked.filter(works);
    const chosen = wanted.length > 0 ? wanted : option.values.filter(works).slice(0, 1);
    for (const value of chosen) (option.undriven(value) ? risky : flags).push(`--set ${option.key}=${value}`);
  }
  return flags.length > 0 ? flags : risky;
}

/** Two flags that settle it together, the first such pair. */
function pairs(options: readonly Option[], fits: Fits): readonly string[] {
  let left = MOST_PAIRS;
  for (const [index, one] of options.entries()) {
    for (const other of options.slice(index + 1)) {
      if (other.slots.some((slot) => one.slots.includes(slot))) continue;
      for (const value of one.values) {
        for (const otherValue of other.values) {
          if (left-- === 0) return [];
          if (!fits([...changesOf(one, value), ...changesOf(other, otherValue)])) continue;
          return [`--set ${one.key}=${value} --set ${other.key}=${otherValue}`];
        }
      }
    }
  }
  return [];
}

/** Key by key, what a flag cannot do about it. */
function whyNot(sides: readonly Candidates[], constraints: readonly Constraint[]): string {
  const reasons = sides.map((side) => {
    const { path } = side.slot;
    const held = holder(side);
    if (held !== undefined) return `${path} is held by ${describeSource({ ...held.vote, uri: null, pointer: null })}`;
    const banned = universe(side).filter((value) => ban(side, value) !== undefined);
    const rules = new Set(
      banned.map((value) => ban(side, value)?.vote.rule).filter((rule) => typeof rule === 'string'),
    );
    const forbidden =
      banned.length === 0 ? '' : `the policy rule ${[...rules].join(' and ')} forbids ${path} ${listValues(banned)}`;
    if (banned.length === universe(side).length && banned.length > 0) return forbidden;
    const host = constraints.some(({ why, slots }) => why === 'host-cannot' && slots.includes(path));
    const other = `${host ? 'the host has' : 'there is'} no ${banned.length === 0 ? '' : 'other '}value of ${path} that goes with the rest`;
    return forbidden === '' ? other : `${forbidden}, and ${other}`;
  });
  return `no flag settles it: ${reasons.join('; ')}`;
}
