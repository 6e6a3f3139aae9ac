import type { Finding } from '../diagnostics/index.ts';
import {
  type Decision,
  type HostCapabilities,
  KEY_NAMES,
  type Key,
  keySpec,
  type Loser,
  type PolicySettings,
  rank,
  SETTLED_FIRST,
  type Value,
  type Vote,
  type Winner,
} from '../facts/index.ts';
import {
  type Ballot,
  castBallots,
  compareVotes,
  type Devices,
  isProposed,
  type Slot,
  satisfies,
  shownBootDisk,
  slotsOf,
} from './ballots.ts';
import { type Candidates, findCandidates, isBound, type Removal, softBoundFindings } from './candidates.ts';
import { COMPATIBILITY } from './compatibility.ts';
import type { Constraint } from './constraint.ts';
import { defaults, settlingDefaults } from './defaults.ts';
import { describeSource, listValues } from './describe.ts';
import { diagnostics } from './diagnostics.ts';
import type { ProvenDrivers } from './drivers.ts';
import { documentedGround, hostConstraints, speaksFor } from './host-fit.ts';
import { type Assignment, type Domains, explainConflict, solve } from './search.ts';
import { unresolved } from './unresolved.ts';

export interface ResolveInput {
  /** Everything anybody said, in any order; built-in defaults are added here. */
  readonly votes: readonly Vote[];
  readonly disks: readonly { readonly id: string; readonly bootable: boolean | null }[];
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
    ...defaults({ architecture: String(architecture), virtType: String(virtType) }),
    bootDefault(input),
  ];
  const decided = decide(input, votes, rest, settled.decisions);
  const decisions = [...settled.decisions, ...decided.decisions].toSorted(
    (a, b) => KEY_NAMES.indexOf(a.key) - KEY_NAMES.indexOf(b.key),
  );
  return { decisions, findings: [...settled.findings, ...decided.findings, ...hostSilence(input.host, decisions)] };
}

function bootDefault(input: ResolveInput): Vote {
  const disk = shownBootDisk(input.disks, input.votes) ?? input.disks[0]?.id ?? 'disk0';
  return {
    key: 'boot-order',
    subject: null,
    strength: 'recommended',
    values: [disk],
    origin: 'default',
    uri: null,
    pointer: null,
    order: 0,
    disk: null,
    rule: null,
    locked: false,
  };
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
  const boots = (slot: Slot) => slot.subject === null || slot.subject === (bootDisk ?? firstDisk);
  const all = slots.map((slot) => findCandidates(slot, ballots, boots(slot), input.drivers));
  const constraints = constraintsFor(input.host, devices);
  const findings = all.flatMap((candidates) => candidates.findings);

  const domains = new Map<string, readonly (Value | undefined)[]>();
  for (const decision of settled) if (decision.value !== null) domains.set(decision.key, [decision.value]);
  const contested = new Map<string, Candidates>();
  for (const candidates of all) {
    if (candidates.values.length > 0) {
      domains.set(candidates.slot.path, candidates.mandatory ? candidates.values : [...candidates.values, undefined]);
      contested.set(candidates.slot.path, candidates);
    } else if (candidates.mandatory) {
      findings.push(unresolved([candidates], [], domains, constraints));
    }
  }
  const known = [...constraints, ...documented(input.host, domains, constraints)];
  const open = relaxConflicts(domains, contested, settled, known, findings);
  const { assignment, refused } = choose(all, domains, open);
  const decisions = all.flatMap((candidates) => {
    const decision = record(candidates, assignment.get(candidates.slot.path), refused.get(candidates.slot.path));
    return decision === undefined ? [] : [decision];
  });
  for (const candidates of all) {
    const value = assignment.get(candidates.slot.path);
    if (value === undefined) continue;
    findings.push(...softBoundFindings(candidates, value), ...disagreements(candidates, value));
  }
  return { decisions, findings: [...findings, ...strayDevices(votes, devices, keys)] };
}

function constraintsFor(host: HostCapabilities | null, devices: Devices): Constraint[] {
  const expand = (key: Key) => slotsOf([key], devices).map((slot) => slot.path);
  const rows = COMPATIBILITY.flatMap((row): Constraint[] => {
    // a row looks at one key of a device at most, so it stands once for each device
    const deviceKey = row.keys.find((key) => keySpec(key).scope !== 'machine');
    const paths = deviceKey === undefined ? [null] : expand(deviceKey);
    return paths.map((path) => ({
      id: row.id,
      why: 'incompatible',
      slots: row.keys.map((key) => (key === deviceKey && path !== null ? path : key)),
      reason: row.reason,
      holds: row.holds,
    }));
  });
  return host === null ? rows : [...rows, ...hostConstraints(host, expand)];
}

/**
 * Keeps the plan on ground that the host documents speak for: a machine nobody asked for is no way around what a
 * document says the host cannot do. Where somebody does ask for other ground, it is left, and `plan/host-silent` says so.
 */
function documented(
  host: HostCapabilities | null,
  domains: Domains,
  constraints: readonly Constraint[],
): readonly Constraint[] {
  if (host === null || host.domains.length === 0) return [];
  const ground = documentedGround(host);
  const all = [...constraints, ground];
  if (solve(domains, all) !== undefined) return [ground];
  const conflict = explainConflict(domains, all);
  const hostRefuses = conflict.constraints.some(
    (constraint) => constraint !== ground && constraint.why === 'host-cannot',
  );
  return conflict.constraints.includes(ground) && hostRefuses ? [ground] : [];
}

/**
 * While requirements contradict each other across keys, reports the contradiction and takes its keys out of the
 * game, so that everything else can still be decided. Returns the constraints that are left.
 */
function relaxConflicts(
  domains: Map<string, readonly (Value | undefined)[]>,
  contested: ReadonlyMap<string, Candidates>,
  settled: readonly Decision[],
  constraints: readonly Constraint[],
  findings: Finding[],
): readonly Constraint[] {
  let left = constraints;
  while (solve(domains, left) === undefined) {
    const conflict = explainConflict(domains, left);
    const sides = conflict.slots.flatMap((slot) => contested.get(slot) ?? []);
    const fixed = settled.filter((decision) => conflict.slots.includes(decision.key));
    findings.push(unresolved(sides, conflict.constraints, domains, left, fixed));
    for (const candidates of sides) domains.delete(candidates.slot.path);
    left = left.filter(
      (constraint) =>
        !conflict.constraints.includes(constraint) &&
        constraint.slots.every((slot) => !sides.some((side) => side.slot.path === slot)),
    );
  }
  return left;
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
    const culprit = explainConflict(narrowed, constraints).constraints[0];
    const losses = refused.get(path) ?? new Map<Value, Removal>();
    losses.set(value, { why: culprit?.why ?? 'incompatible', by: culprit?.id ?? null });
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

function winnerOf(ballot: Ballot): Winner {
  const { origin, uri, pointer, rule } = ballot.vote;
  return { origin, strength: ballot.strength, uri, pointer, rule };
}

/** Won + agreed + lost accounts for every vote on the slot. Undefined when nobody spoke about it. */
function record(
  candidates: Candidates,
  value: Value | undefined,
  refused: ReadonlyMap<Value, Removal> | undefined,
): Decision | undefined {
  const { slot, ballots, removed, overridden, overruled } = candidates;
  if (ballots.length === 0) return undefined;
  const live = (ballot: Ballot) => ballot.dropped === null && !overridden.has(ballot) && !overruled.has(ballot);
  const supports = (ballot: Ballot) =>
    live(ballot) && value !== undefined && ballot.strength !== 'forbidden' && ballot.vote.values.includes(value);
  const winning = ballots.find((ballot) => supports(ballot) && !isBound(ballot)) ?? ballots.find(supports);
  const agreed: Winner[] = [];
  const lost: Loser[] = [];
  const lose = (ballot: Ballot, losing: Value, { why, by }: Removal) =>
    lost.push({ value: losing, ...winnerOf(ballot), why, by });

  for (const ballot of ballots) {
    const first = ballot.vote.values[0] as Value;
    const out = ballot.dropped ?? overruled.get(ballot);
    if (out !== undefined && out !== null) {
      for (const losing of ballot.vote.values) lose(ballot, losing, out);
    } else if (value === undefined && ballot.strength === 'forbidden') {
      agreed.push(winnerOf(ballot));
    } else if (value === undefined) {
      for (const losing of ballot.vote.values)
        lose(ballot, losing, removed.get(losing) ?? refused?.get(losing) ?? { why: 'incompatible', by: null });
    } else if (overridden.has(ballot) || (ballot.strength !== 'recommended' && !satisfies(ballot, value))) {
      const by = winning === undefined ? null : describeSource(winning.vote);
      lose(ballot, first, { why: 'outranked', by });
    } else {
      if (ballot !== winning && satisfies(ballot, value)) agreed.push(winnerOf(ballot));
      if (ballot.strength === 'recommended')
        for (const losing of ballot.vote.values)
          if (losing !== value) lose(ballot, losing, reasonFor(ballot, losing, winning, removed, refused));
    }
  }
  const bounds = ballots.filter((ballot) => live(ballot) && isBound(ballot));
  const numbers = (strength: 'minimum' | 'maximum') =>
    bounds.filter((ballot) => ballot.strength === strength).map((ballot) => Number(ballot.vote.values[0]));
  const minimums = numbers('minimum');
  const maximums = numbers('maximum');
  return {
    key: slot.key,
    subject: slot.subject,
    value: value ?? null,
    winner: winning === undefined ? null : winnerOf(winning),
    agreed,
    lost,
    ...(minimums.length > 0 ? { minimum: Math.max(...minimums) } : {}),
    ...(maximums.length > 0 ? { maximum: Math.min(...maximums) } : {}),
  };
}

function reasonFor(
  ballot: Ballot,
  value: Value,
  winning: Ballot | undefined,
  removed: ReadonlyMap<Value, Removal>,
  refused: ReadonlyMap<Value, Removal> | undefined,
): Removal {
  const known = removed.get(value) ?? refused?.get(value);
  if (known !== undefined && known.requiredAt === undefined) return known;
  const strongest = known?.requiredAt ?? (winning === undefined ? Number.POSITIVE_INFINITY : rank(winning.vote.origin));
  return { why: strongest < rank(ballot.vote.origin) ? 'outranked' : 'weaker', by: known?.by ?? null };
}

/** A disk whose hints about the machine came to nothing is told so, when it wanted something else. */
function disagreements(candidates: Candidates, value: Value): Finding[] {
  const { ballots, slot } = candidates;
  const winner = ballots.find((ballot) => ballot.dropped === null && satisfies(ballot, value) && !isBound(ballot));
  const speaks = (ballot: Ballot) =>
    ballot.vote.disk !== null && ballot.vote.subject === null && ballot.vote.origin === 'hints';
  const others = ballots.filter(
    (ballot) =>
      speaks(ballot) &&
      (ballot.dropped?.by?.startsWith('boot disk') === true || ballot.strength !== ballot.vote.strength) &&
      !satisfies({ vote: ballot.vote, strength: ballot.vote.strength }, value),
  );
  const disks = new Set(ballots.filter(speaks).map((ballot) => ballot.vote.disk));
  return others.flatMap((ballot) =>
    disks.size < 2 && ballot.dropped === null
      ? []
      : [
          diagnostics['disk-disagreement'](
            {
              disk: ballot.vote.disk ?? '',
              key: slot.path,
              values: listValues(ballot.vote.values),
              value,
              winner: winner === undefined ? 'the default' : describeSource(winner.vote),
            },
            [{ origin: ballot.vote.origin, uri: ballot.vote.uri, pointer: ballot.vote.pointer }],
          ),
        ],
  );
}

function strayDevices(votes: readonly Vote[], devices: Devices, keys: readonly Key[]): Finding[] {
  return votes.flatMap((vote) =>
    vote.subject === null ||
    !keys.includes(vote.key) ||
    devices.disks.includes(vote.subject) ||
    devices.nics.includes(vote.subject)
      ? []
      : [
          diagnostics['no-such-device']({ key: `${vote.key}.${vote.subject}`, device: vote.subject }, [
            { origin: vote.origin, uri: vote.uri, pointer: vote.pointer },
          ]),
        ],
  );
}

function hostSilence(host: HostCapabilities | null, decisions: readonly Decision[]): Finding[] {
  if (host === null) return [];
  const value = (key: Key) => decisions.find((decision) => decision.key === key)?.value;
  const [architecture, machine, virtType] = [value('architecture'), value('machine'), value('virt-type')];
  if (typeof architecture !== 'string' || typeof machine !== 'string' || typeof virtType !== 'string') return [];
  return speaksFor(host, architecture, machine, virtType)
    ? []
    : [
        diagnostics['host-silent'](
          { architecture, machine, virtType },
          host.uris.map((uri) => ({ origin: 'host', uri, pointer: null })),
        ),
      ];
}
