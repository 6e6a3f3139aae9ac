import { stat } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { type Judgement, judge } from '../diagnostics/verdict.ts';
import {
  type Decision,
  type Evidence,
  type HostCapabilities,
  type Plan,
  type RuleCheck,
  type Vote,
  vote,
} from '../facts/index.ts';
import type { Knowledge } from '../osinfo/index.ts';
import * as planning from '../plan/index.ts';
import * as policies from '../policy/index.ts';
import { openFile } from '../sources/file.ts';
import { knownSystems, namedSystems, openKnowledge, planOs, profileVotes, provenDrivers } from './knowledge.ts';
import { discVotes } from './media.ts';
import { loadPolicy } from './policies.ts';

export interface PlanOptions {
  readonly policy?: policies.Policy;
  /** Values by key path, as `--set` gives them; later entries win over earlier ones. */
  readonly set?: readonly (readonly [path: string, value: unknown, flag?: string])[];
  readonly host?: HostCapabilities;
  readonly uuid?: string;
  readonly cdroms?: readonly string[];
  readonly kernel?: string;
  readonly initrd?: string;
  /** Where the copies of disks lie that are not used in place; default: beside their sources. */
  readonly diskDir?: string;
  /** The OS database: a tree, a snapshot, or `embedded`, `installed`, `newest`; default: what the policy says. */
  readonly osinfoDb?: string;
  /** Warnings deny. */
  readonly strict?: boolean;
  /** Networks of this host by the name of the network the source hypervisor had. */
  readonly networks?: readonly (readonly [source: string, network: string])[];
  /** Keep the MAC addresses that the descriptor names. Two guests with one address on a network harm each other. */
  readonly keepMac?: boolean;
  /** The evidence was read by an earlier run, perhaps elsewhere: nothing is looked up under its paths. */
  readonly saved?: boolean;
}

export interface Planned {
  readonly evidence: Evidence;
  /** null when something forbids it; `judgement` and `findings` say what. */
  readonly plan: Plan | null;
  readonly decisions: readonly Decision[];
  /** Everything found by reading and deciding. */
  readonly findings: readonly Finding[];
  readonly judgement: Judgement;
  /** Every rule of the policy, and what came of it. */
  readonly checks: readonly RuleCheck[];
}

/** Decides every value from the evidence, the OS profile, the policy, the flags and the host. */
export async function plan(evidence: Evidence, options: PlanOptions = {}): Promise<Planned> {
  const policy = options.policy ?? (await loadPolicy());
  const strict = options.strict === true;
  const flags = (options.set ?? []).map(([path, value, flag], index) => planning.flagVote(path, value, index, flag));
  const cards = nicVotes(evidence, options);
  flags.push(...cards.votes);
  const request = await planRequest(evidence, options);
  const found = [...evidence.findings, ...request.findings, ...cards.findings];
  // the run may end before any rule was asked
  const checks = policy.rules.map((rule) => policies.checkOf(rule, 'skipped'));
  const unread = judge(found, { strict: false });
  if (unread.exit !== 0) {
    return { evidence, plan: null, decisions: [], findings: found, judgement: judge(found, { strict }), checks };
  }

  const base = {
    // a disc is no disk: it goes into a drive
    disks: evidence.disks.filter((disk) => disk.payload !== 'iso'),
    nics: planning.nicsOf(evidence),
    host: options.host ?? null,
    settings: policy.settings,
    drivers: null,
  };
  const settling = await policies.settlingVotes(policy, evidence);
  let opened: Promise<Knowledge> | undefined;
  const knowledge = () => {
    opened ??= openKnowledge(policy, options.osinfoDb);
    return opened;
  };
  const media = await discVotes(evidence, knowledge);
  const guests = await namedSystems(evidence, knowledge);
  const named = await knownSystems(
    [...evidence.votes, ...guests.votes, ...flags, ...media.votes, ...settling],
    knowledge,
  );
  const settled = planning.settle({ ...base, votes: named.votes });
  const settledValue = (key: string) => {
    const value = settled.decisions.find((decision) => decision.key === key)?.value ?? null;
    return value === null ? null : String(value);
  };
  const [os, architecture] = [settledValue('os'), settledValue('architecture')];
  const profile = os === null ? undefined : named.profiles.get(os);
  const informed = await policies.vote(policy, { evidence, os, architecture });
  const resolution = planning.resolve(
    {
      ...base,
      votes: [
        ...evidence.votes,
        ...guests.votes,
        ...flags,
        ...media.votes,
        ...informed.votes,
        ...(profile === undefined || architecture === null ? [] : await profileVotes(profile, architecture)),
      ],
      drivers: await provenDrivers(profile, evidence),
    },
    settled,
  );
  const built = planning.buildPlan(evidence, resolution.decisions, planOs(profile), request.request);
  const verified = await policies.verify(policy, { evidence, os, architecture, plan: built.plan.values });
  const findings = [
    ...found,
    ...named.findings,
    ...guests.findings,
    ...media.findings,
    ...(profile === undefined ? [] : (await import('../osinfo/index.ts')).objections(profile, built.plan.values)),
    ...(os === null ? [planning.diagnostics['os-unknown']({})] : []),
    ...informed.findings,
    ...resolution.findings,
    ...built.findings,
    ...(options.saved === true ? [] : await existingCopies(built.plan)),
    ...verified.findings,
  ];
  const judgement = judge(findings, { strict });
  return {
    evidence,
    plan: judgement.exit === 0 ? built.plan : null,
    decisions: built.plan.decisions,
    findings,
    judgement,
    checks: [...informed.checks, ...verified.checks],
  };
}

/** What the caller decides about the cards that a descriptor describes. */
function nicVotes(
  { nics }: Evidence,
  { networks = [], keepMac = false }: PlanOptions,
): { readonly votes: readonly Vote[]; readonly findings: readonly Finding[] } {
  const votes = networks.flatMap(([source, network], index) =>
    nics
      .filter((nic) => nic.network === source)
      .map(({ id }) => planning.flagVote(`network.${id}`, network, index, '--network')),
  );
  const known = [...new Set(nics.flatMap((nic) => nic.network ?? []))];
  const findings = networks
    .filter(([source]) => !known.includes(source))
    .map(([source]) => planning.diagnostics['no-such-network']({ source, known: known.join(', ') || 'none' }));
  const addresses = nics.flatMap(({ id, mac, uri, pointer }) =>
    keepMac && mac !== null
      ? [
          vote({
            key: 'nic-mac',
            subject: id,
            strength: 'recommended',
            values: [mac],
            origin: 'descriptor',
            uri,
            pointer,
          }),
        ]
      : [],
  );
  return { votes: [...votes, ...addresses], findings };
}

/** Copies that somebody made already, or files that a copy would replace. */
async function existingCopies(plan: Plan): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, copy, overlay } of plan.disks) {
    const made = copy ?? overlay;
    if (made === null) continue;
    const there = await stat(made.path).catch(() => undefined);
    if (there !== undefined) findings.push(planning.diagnostics['copy-exists']({ disk: id, path: made.path }));
  }
  return findings;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the caller wants besides values; files it names must be there. */
async function planRequest(
  evidence: Evidence,
  options: PlanOptions,
): Promise<{ readonly request: planning.PlanRequest; readonly findings: readonly Finding[] }> {
  const uuid = options.uuid?.toLowerCase() ?? null;
  if (uuid !== null && !UUID.test(uuid)) {
    throw new VmImportError(planning.diagnostics['bad-uuid']({ uuid }));
  }
  const findings: Finding[] = [];
  const present = async (path: string): Promise<string> => {
    try {
      const file = await openFile(path);
      await file.close();
      return file.path;
    } catch (error) {
      if (!(error instanceof VmImportError)) throw error;
      findings.push(error.finding);
      return resolvePath(path);
    }
  };
  const cdroms = await Promise.all((options.cdroms ?? []).map(present));
  const kernel = options.kernel === undefined ? null : await present(options.kernel);
  const initrd = options.initrd === undefined ? null : await present(options.initrd);
  if (initrd !== null && kernel === null) throw new VmImportError(planning.diagnostics['initrd-without-kernel']({}));
  const diskDir = options.diskDir === undefined ? null : resolvePath(options.diskDir);
  return { request: { name: evidence.machine.name, uuid, cdroms, kernel, initrd, diskDir }, findings };
}
