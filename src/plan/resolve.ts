import type { Finding } from '../diagnostics/index.ts';
import {
  type Decision,
  type HostCapabilities,
  KEY_NAMES,
  type Key,
  type PolicySettings,
  rank,
  SETTLED_FIRST,
  type Value,
  type Vote,
  vote,
} from '../facts/index.ts';
import {
  byKey,
  castBallots,
  compareVotes,
  type Devices,
  isProposed,
  type Slot,
  shownBootDisk,
  slotsOf,
} from './ballots.ts';
import { type Candidates, findCandidates, isSet, softBoundFindings } from './candidates.ts';
import { topologyProduct } from './compatibility.ts';
import { conflicts } from './conflicts.ts';
import type { Constraint } from './constraint.ts';
import { constraintsFor, pathsOf } from './constraints.ts';
import { defaults, settlingDefaults } from './defaults.ts';
import type { ProvenDrivers } from './drivers.ts';
import { documentFor } from './host-document.ts';
import { documentedGround, hostConstraints } from './host-fit.ts';
import { lostLocks } from './lost-locks.ts';
import type { Storage } from './placement.ts';
import { record } from './record.ts';
import { disagreements, hostSilence, ignoredArchitecture, strayDevices } from './remarks.ts';
import { byConstraints, type Removal } from './removal.ts';
import { type RootDisk, rootConstraints, rootDefaults } from './root-device.ts';
import { type Assignment, type Conflict, type Domains, explainConflict, solve } from './search.ts';
import { unresolved } from './unresolved.ts';

export interface ResolveInput {
  /** Everything anybody said, in any order; built-in defaults are added here. */
  readonly votes: readonly Vote[];
  readonly disks: readonly (RootDisk & Storage & { readonly bootable: boolean | null })[];
  readonly nics: readonly string[];
  readonly host: HostCapabilities | null;
  readonly settings: PolicySettings;
  /** null while the OS is unknown: then no driver is asked for. */
  readonly drivers: ProvenDrivers | null;
}

export interface Resolution {
  readonly decisions: readonly Decision[];
  readonly findings: readonly Finding[];
}

/** Settles architecture, os and virt-type (contract, section 4, rule 1). */
export function settle(input: ResolveInput): Resolution {
  return decide(input, [...input.votes, ...settlingDefaults(input.host)], SETTLED_FIRST, []);
}

/** Decides every key, given what `settle` decided. Order of the votes does not matter. */
export function resolve(input: ResolveInput, settled: Resolution): Resolution {
  const value = (key: Key) => settled.decisions.find((decision) => decision.key === key)?.value ?? null;
  const architecture = value('architecture');
  const virtType = value('virt-type');
  if (architecture === null || virtType === null) return settled;
  const first: readonly Key[] = SETTLED_FIRST;
  const rest = KEY_NAMES.filter((key) => !first.includes(key));
  const votes = [
    ...input.votes,
    ...defaults({
      architecture: String(architecture),
      virtType: String(virtType),
      disks: input.disks,
      topologies: topologies(heard(input)),
    }),
    bootDefault(input),
    ...rootDefaults(input.disks, shownBootDisk(input.disks, input.votes), input.votes),
  ];
  const decided = decide(input, votes, rest, settled.decisions);
  const decisions = [...settled.decisions, ...decided.decisions].toSorted(
    (a, b) => KEY_NAMES.indexOf(a.key) - KEY_NAMES.indexOf(b.key),
  );
  const about = [...ignoredArchitecture(decisions), ...hostSilence(input.host, decisions)];
  return { decisions, findings: [...settled.findings, ...decided.findings, ...about] };
}

/** Votes that count for anything: not those that trust or another disk rules out. */
function heard({ votes, disks, settings }: ResolveInput): readonly Vote[] {
  const ballots = castBallots(votes, shownBootDisk(disks, votes), disks[0]?.id ?? null, settings);
  return ballots.flatMap(({ vote: cast, dropped }) => (dropped === null ? [cast] : []));
}

/** What the CPU topologies that somebody asks for multiply to. */
function topologies(votes: readonly Vote[]): number[] {
  return votes
    .filter(({ key, strength }) => key === 'cpu-topology' && strength !== 'forbidden')
    .flatMap(({ values }) => values.map(topologyProduct));
}

function bootDefault(input: ResolveInput): Vote {
  const disk = shownBootDisk(input.disks, input.votes) ?? input.disks[0]?.id ?? 'cdrom0';
  return vote({ key: 'boot-order', strength: 'recommended', values: [disk], origin: 'default' });
}

function decide(
  input: ResolveInput,
  votes: readonly Vote[],
  keys: readonly Key[],
  settled: readonly Decision[],
): Resolution {
  const devices: Devices = { disks: input.disks.map((disk) => disk.id), nics: input.nics };
  const slots = slotsOf(keys, devices);
  const bootDisk = shownBootDisk(input.disks, votes);
  const firstDisk = devices.disks[0] ?? null;
  const ballots = castBallots(votes, bootDisk, firstDisk, input.settings);
  // while nothing shows which disk boots, each one that could be it must be able to
  const bootDisks = bootDisk === null ? input.disks.filter((d) => d.bootable !== false).map((d) => d.id) : [bootDisk];
  const spoken = byKey(ballots, ({ vote: cast }) => cast.key);
  const all = slots.map((slot) => findCandidates(slot, spoken.get(slot.key) ?? [], bootDisks, input.drivers));
  const rows = constraintsFor(input, devices, bootDisks, new Set(all.filter(isSet).map(({ slot }) => slot.path)));
  const host = input.host === null ? [] : hostConstraints(input.host, (key) => pathsOf(key, devices));
  const constraints = [...rows, ...host, ...rootConstraints(input.disks, votes)];
  const findings = all.flatMap((candidates) => candidates.findings);

  const domains = new Map<string, readonly (Value | undefined)[]>();
  for (const decision of settled) if (decision.value !== null) domains.set(decision.key, [decision.value]);
  const contested = new Map<string, Candidates>();
  const stuck: Candidates[] = [];
  for (const candidates of all) {
    if (candidates.values.length > 0) {
      domains.set(candidates.slot.path, candidates.mandatory ? candidates.values : [...candidates.values, undefined]);
      contested.set(candidates.slot.path, candidates);
    } else if (candidates.mandatory) {
      stuck.push(candidates);
    }
  }
  // first, so that a conflict is put down to it only where nothing else explains it
  const known = [...documented(input.host, all, domains, rows), ...constraints];
  const { open, contradictions } = relaxConflicts(domains, contested, settled, known);
  for (const candidates of stuck) findings.push(unresolved([candidates], [], domains, open));
  findings.push(...contradictions);
  const { assignment, refused } = choose(all, domains, open);
  const decisions = all.flatMap((candidates) => {
    const decision = record(candidates, assignment.get(candidates.slot.path), refused.get(candidates.slot.path));
    return decision === undefined ? [] : [decision];
  });
  for (const candidates of all) {
    const value = assignment.get(candidates.slot.path);
    findings.push(...lostLocks(candidates, value, refused.get(candidates.slot.path), [...settled, ...decisions]));
    if (value === undefined) continue;
    findings.push(
      ...softBoundFindings(candidates, value),
      ...disagreements(candidates, value),
      ...conflicts(candidates, value, refused.get(candidates.slot.path)),
    );
  }
  return { decisions, findings: [...findings, ...strayDevices(votes, devices, keys)] };
}

/**
 * Keeps the plan on ground that the host documents speak for, when that is where it would be anyway: a machine nobody
 * asked for is no way around what a document says the host cannot do. Where somebody does ask for other ground, it is
 * left, and `plan/host-silent` says so.
 */
function documented(
  host: HostCapabilities | null,
  all: readonly Candidates[],
  domains: Domains,
  rows: readonly Constraint[],
): readonly Constraint[] {
  if (host === null || host.domains.length === 0 || !domains.has('machine')) return [];
  const natural = choose(all, domains, rows).assignment.get('machine');
  const [architecture, virtType] = ['architecture', 'virt-type'].map((slot) => String(domains.get(slot)?.[0]));
  if (natural === undefined) return [];
  const there = documentFor(host, String(architecture), String(natural), String(virtType));
  return there === undefined ? [] : [documentedGround(host)];
}

interface Relaxed {
  /** The constraints that are left. */
  readonly open: readonly Constraint[];
  readonly contradictions: readonly Finding[];
}

/**
 * While requirements contradict each other across keys, reports the contradiction and takes its keys out of the
 * game, so that everything else can still be decided.
 */
function relaxConflicts(
  domains: Map<string, readonly (Value | undefined)[]>,
  contested: ReadonlyMap<string, Candidates>,
  settled: readonly Decision[],
  constraints: readonly Constraint[],
): Relaxed {
  const all: Domains = new Map(domains);
  const found: { readonly sides: readonly Candidates[]; readonly conflict: Conflict }[] = [];
  let open = constraints;
  while (solve(domains, open) === undefined) {
    const conflict = explainConflict(domains, open);
    const sides = [...contested.values()].filter(
      ({ slot }) => domains.has(slot.path) && hasPart(slot, conflict, domains, open),
    );
    found.push({ sides, conflict });
    for (const candidates of sides) domains.delete(candidates.slot.path);
    open = open.filter(
      (constraint) =>
        !conflict.constraints.includes(constraint) &&
        constraint.slots.every((slot) => !sides.some((side) => side.slot.path === slot)),
    );
  }
  const contradictions = found.map(({ sides, conflict }) => {
    // each is told with a way out of its own, as if the others were settled
    const others = found.filter((other) => other.conflict !== conflict);
    const theirs = new Set(others.flatMap((other) => other.conflict.constraints));
    const gone = new Set(others.flatMap((other) => other.sides.map(({ slot }) => slot.path)));
    for (const { slot } of sides) gone.delete(slot.path);
    const fixed = settled.filter((decision) => conflict.slots.includes(decision.key));
    return unresolved(
      sides,
      conflict.constraints,
      new Map([...all].filter(([slot]) => !gone.has(slot))),
      constraints.filter((constraint) => !theirs.has(constraint)),
      fixed,
    );
  });
  return { open, contradictions };
}

/** Slots of the conflict, and the same key of other devices where it would be in the same conflict. */
function hasPart(slot: Slot, conflict: Conflict, domains: Domains, constraints: readonly Constraint[]): boolean {
  if (conflict.slots.includes(slot.path)) return true;
  const twin = slot.subject === null ? undefined : conflict.slots.find((path) => path.startsWith(`${slot.key}.`));
  if (twin === undefined) return false;
  const swapped = [...conflict.slots.filter((path) => path !== twin), slot.path];
  return solve(new Map(swapped.map((path) => [path, domains.get(path) ?? []])), constraints) === undefined;
}

interface Choice {
  readonly assignment: Assignment;
  /** By slot: values that were tried and did not fit what was kept before them. */
  readonly refused: ReadonlyMap<string, ReadonlyMap<Value, Removal>>;
}

/** Rule 5: from the highest rank down, over all keys together; each value is kept if it fits what is kept so far. */
function choose(all: readonly Candidates[], domains: Domains, constraints: readonly Constraint[]): Choice {
  const open = new Map(domains);
  const refused = new Map<string, Map<Value, Removal>>();
  const chosen = new Map<string, Value>();
  let solution: Assignment = solve(open, constraints) ?? new Map();

  const attempt = (path: string, value: Value): void => {
    const domain = open.get(path);
    if (domain === undefined || chosen.has(path) || !domain.includes(value)) return;
    if (refused.get(path)?.has(value)) return;
    const narrowed = new Map(open).set(path, [value]);
    // the last solution often has this value already, and then nothing needs to be searched
    const found = solution.get(path) === value ? solution : solve(narrowed, constraints);
    if (found !== undefined) {
      solution = found;
      chosen.set(path, value);
      open.set(path, [value]);
      return;
    }
    const conflict = explainConflict(narrowed, constraints);
    const fixed = conflict.slots.flatMap((slot) => {
      const only = narrowed.get(slot);
      return slot === path || only?.length !== 1 || only[0] === undefined ? [] : [[slot, only[0]] as const];
    });
    const losses = refused.get(path) ?? new Map<Value, Removal>();
    losses.set(value, byConstraints(conflict.constraints, fixed));
    refused.set(path, losses);
    open.set(
      path,
      domain.filter((other) => other !== value),
    );
  };

  const turns = all
    .flatMap((candidates, index) =>
      candidates.ballots
        .filter((ballot) => isProposed(ballot) && !candidates.overruled.has(ballot))
        .map((ballot) => ({ candidates, ballot, index })),
    )
    .toSorted(
      (a, b) =>
        rank(a.ballot.vote.origin) - rank(b.ballot.vote.origin) ||
        a.index - b.index ||
        compareVotes(a.ballot.vote, b.ballot.vote),
    );
  for (const { candidates, ballot } of turns)
    for (const value of ballot.vote.values) attempt(candidates.slot.path, value);
  // no recommendation is left: the highest required list, then the bounds, in the order of the candidates
  for (const candidates of all) for (const value of candidates.values) attempt(candidates.slot.path, value);
  return { assignment: chosen, refused };
}
