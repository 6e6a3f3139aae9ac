import {
  holds,
  KEYS,
  type Key,
  keyPath,
  type PolicySettings,
  rank,
  type Strength,
  type Value,
  type Vote,
} from '../facts/index.ts';
import { byBootDisk, byTrust, byVote, type Removal } from './removal.ts';

/** A vote as the resolver weighs it, after trust and the rules for several disks have been applied. */
export interface Ballot {
  readonly vote: Vote;
  readonly strength: Strength;
  /** A bound that only removes what a lower rank proposes and warns about the rest. */
  readonly soft: boolean;
  /** Set when the vote counts for nothing. */
  readonly dropped: Removal | null;
}

export interface Slot {
  readonly path: string;
  readonly key: Key;
  readonly subject: string | null;
}

export interface Devices {
  readonly disks: readonly string[];
  readonly nics: readonly string[];
}

/** Every slot of some keys for a machine: one per machine-wide key, one per device for the keys of a device. */
export function slotsOf(keys: readonly Key[], devices: Devices): Slot[] {
  return keys.flatMap((key): Slot[] => {
    const scope = KEYS[key].scope;
    if (scope === 'machine') return [{ path: key, key, subject: null }];
    return (scope === 'disk' ? devices.disks : devices.nics).map((subject) => ({
      path: keyPath(key, subject),
      key,
      subject,
    }));
  });
}

export function concerns(vote: Vote, slot: Slot): boolean {
  return vote.key === slot.key && (vote.subject === null || vote.subject === slot.subject);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `disk2` before `disk10`: source order. */
const compareDisks = (a: string | null, b: string | null): number =>
  Number(a?.slice('disk'.length) ?? -1) - Number(b?.slice('disk'.length) ?? -1);

/**
 * Highest rank first; within a rank a vote for one device before a vote for all, then carrier and source order. The
 * last criteria only make the order total, so that the outcome cannot depend on the order votes arrive in.
 */
export function compareVotes(a: Vote, b: Vote): number {
  return (
    rank(a.origin) - rank(b.origin) ||
    Number(a.subject === null) - Number(b.subject === null) ||
    a.order - b.order ||
    compareDisks(a.disk, b.disk) ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}

/**
 * The disk that boots, where something shows it; null where nothing does. What a hint document says of the order does
 * not count: every disk could claim it for itself.
 */
export function shownBootDisk(
  disks: readonly { readonly id: string; readonly bootable: boolean | null }[],
  votes: readonly Vote[],
): string | null {
  if (disks.length === 1) return disks[0]?.id ?? null;
  const orders = votes.filter(
    ({ key, origin, strength }) =>
      key === 'boot-order' &&
      origin !== 'hints' &&
      origin !== 'default' &&
      (strength === 'required' || strength === 'recommended'),
  );
  for (const { values } of orders.toSorted(compareVotes)) {
    const named = /disk\d+/.exec(String(values[0]))?.[0];
    if (named !== undefined && disks.some((disk) => disk.id === named)) return named;
  }
  const bootable = disks.filter((disk) => disk.bootable === true);
  if (bootable.length === 1) return bootable[0]?.id ?? null;
  const possible = disks.filter((disk) => disk.bootable !== false);
  return bootable.length === 0 && possible.length === 1 ? (possible[0]?.id ?? null) : null;
}

function trusted(vote: Vote, trust: PolicySettings['trustHints']): Ballot {
  const plain: Ballot = { vote, strength: vote.strength, soft: vote.origin === 'osinfo', dropped: null };
  if (vote.origin !== 'hints' || trust === 'honour') return plain;
  const untrusted: Ballot = { ...plain, dropped: byTrust(trust) };
  if (trust === 'ignore') return untrusted;
  switch (vote.strength) {
    case 'required':
      return { ...plain, strength: 'recommended' };
    case 'forbidden':
      return untrusted;
    case 'minimum':
    case 'maximum':
      return { ...plain, soft: true };
    case 'recommended':
      return plain;
  }
}

function sameChoice(a: Vote, b: Vote): boolean {
  return a.key === b.key && a.values.some((value) => b.values.includes(value));
}

/** Whether two disks require different things of the machine. */
function disagrees(vote: Vote, votes: readonly Vote[]): boolean {
  const insists = (other: Vote) => other.strength === 'required' && other.key === vote.key && other.subject === null;
  return (
    insists(vote) &&
    votes.some((other) => insists(other) && other.disk !== null && other.disk !== vote.disk && !sameChoice(vote, other))
  );
}

/** Whether two requirements on one key cannot both hold. */
function contradicts(a: Vote, b: Vote): boolean {
  const of = (strength: Strength) => [a, b].find((vote) => vote.strength === strength);
  const [required, forbidden, minimum, maximum] = [of('required'), of('forbidden'), of('minimum'), of('maximum')];
  if (a.strength === 'required' && b.strength === 'required') return !sameChoice(a, b);
  if (required !== undefined && forbidden !== undefined) {
    return required.values.every((value) => forbidden.values.includes(value));
  }
  return minimum !== undefined && maximum !== undefined && Number(maximum.values[0]) < Number(minimum.values[0]);
}

/**
 * A hint document of a weaker carrier does not hold against one of a stronger carrier: a side-car, or a document given
 * by hand, is there to correct what is in the image.
 */
function strongerCarrier(vote: Vote, votes: readonly Vote[]): Vote | undefined {
  if (vote.origin !== 'hints') return undefined;
  return votes.find(
    (other) =>
      other.order < vote.order &&
      other.origin === 'hints' &&
      other.key === vote.key &&
      (other.disk === null || other.disk === vote.disk) &&
      contradicts(vote, other),
  );
}

/** Groups what is said by the key it is about: a hostile document says thousands of things, each held against others. */
export function byKey<Said>(all: readonly Said[], keyOf: (said: Said) => Key): ReadonlyMap<Key, readonly Said[]> {
  const groups = new Map<Key, Said[]>();
  for (const said of all) {
    const group = groups.get(keyOf(said));
    if (group === undefined) groups.set(keyOf(said), [said]);
    else group.push(said);
  }
  return groups;
}

/**
 * Applies `trust.hints` and, with several disks, lets a disk that does not boot speak for itself only (contract,
 * section 4, "Several disks"). Nothing is removed: a vote that counts for nothing is marked with why.
 */
export function castBallots(
  votes: readonly Vote[],
  bootDisk: string | null,
  firstDisk: string | null,
  settings: PolicySettings,
): Ballot[] {
  const decisive = bootDisk ?? (settings.disagreement === 'boot-disk-wins' ? firstDisk : null);
  const onKeys = byKey(votes, ({ key }) => key);
  return votes.toSorted(compareVotes).map((vote): Ballot => {
    const ballot = trusted(vote, settings.trustHints);
    const onSameKey = onKeys.get(vote.key) ?? [];
    const stronger = strongerCarrier(vote, onSameKey);
    if (ballot.dropped === null && stronger !== undefined) {
      return { ...ballot, dropped: byVote('outranked', stronger) };
    }
    // a network card belongs to the machine, not to the disk whose document speaks of it
    const aboutMachine = vote.disk !== null && KEYS[vote.key].scope !== 'disk';
    if (ballot.dropped !== null || !aboutMachine) return ballot;
    if (decisive !== null) {
      return vote.disk === decisive ? ballot : { ...ballot, dropped: byBootDisk(decisive) };
    }
    return settings.disagreement === 'warn' && disagrees(vote, onSameKey)
      ? { ...ballot, strength: 'recommended' }
      : ballot;
  });
}

/**
 * Whether the ballot takes part as a recommendation; requirements and bounds only limit. What the source hypervisor
 * had is evidence of drivers and nothing more (contract, section 4, rank 9).
 */
export function isProposed(ballot: Ballot): boolean {
  return ballot.dropped === null && ballot.strength === 'recommended' && ballot.vote.origin !== 'source-hardware';
}

/** Whether a value is what the ballot asks for. */
export function satisfies({ strength, vote }: Pick<Ballot, 'strength' | 'vote'>, value: Value): boolean {
  return holds({ strength, values: vote.values }, value);
}
