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
import { type Decided, decide } from './decide.ts';
import { type Concluded, judging } from './judgement.ts';
import { namedSystems, openKnowledge } from './knowledge.ts';
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
  /** What the plan is made for; policies have rules for some targets only. Default `libvirt-xml`. */
  readonly targets?: readonly string[];
  /** Warnings deny. */
  readonly strict?: boolean;
  /** From `loadWaivers`; default: those that the policy names. They replace what `inspect` was given. */
  readonly waivers?: readonly policies.Waiver[];
  /** The time at which waivers have to be valid; default: the clock, which is read only if there are waivers. */
  readonly now?: Date;
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
  /** As they would be were everything in audit mode enforced; none where nothing is in audit mode. */
  readonly tried: readonly Decision[];
  /** Everything found by reading and deciding. */
  readonly findings: readonly Finding[];
  readonly judgement: Judgement;
  /** Every rule of the policy, and what came of it. */
  readonly checks: readonly RuleCheck[];
  /** Judges these findings together with those of artefacts, by the same severities and waivers. */
  readonly conclude: (more: readonly Finding[]) => Concluded;
}

/**
 * Decides every value from the evidence, the OS profile, the policy, the flags and the host. What the policy has in
 * audit mode is decided a second time as if it were enforced; the difference is told, and has no effect.
 */
export async function plan(read: Evidence, options: PlanOptions = {}): Promise<Planned> {
  const policy = options.policy ?? (await loadPolicy());
  const judges = await judging({ ...options, policy });
  const evidence = judges.facts(read);
  const conclude = (findings: readonly Finding[]) => ({
    ...judges.conclude(findings, evidence),
    conclude: (more: readonly Finding[]) => judges.conclude([...findings, ...more], evidence),
  });
  const flags = (options.set ?? []).map(([path, value, flag], index) => planning.flagVote(path, value, index, flag));
  const cards = nicVotes(evidence, options);
  flags.push(...cards.votes);
  const request = await planRequest(evidence, options);
  const found = judges.apply([...evidence.findings, ...request.findings, ...cards.findings], evidence);
  if (judge(found, { strict: false }).exit !== 0) {
    // the run ends before any rule is asked
    const checks = policies.listPolicy(policy).rules.map((rule) => policies.checkOf(rule, 'skipped'));
    return { evidence, plan: null, decisions: [], tried: [], ...conclude(found), checks };
  }

  const knowledge = knowledgeFor(policy, options.osinfoDb);
  const media = await discVotes(evidence, knowledge);
  const guests = await namedSystems(evidence, knowledge);
  const given = {
    evidence: judges.asked(evidence),
    flags,
    media,
    guests,
    request: request.request,
    options,
    knowledge,
  };
  const decided = await decide(policy, given);
  const tried = policy.trial === null ? undefined : await decide(policy.trial, given);
  const trial = tried === undefined ? undefined : policies.compareTrial(policy, outcomeOf(decided), outcomeOf(tried));
  const findings = [
    // the store that it asks for was brought along
    ...(decided.hasBootEntries ? found.filter(({ code }) => code !== 'content/needs-nvram') : found),
    ...decided.findings,
    ...(options.saved === true ? [] : await existingCopies(decided.plan)),
    ...(trial === undefined ? [] : trial.findings),
  ];
  const concluded = conclude(findings);
  return {
    evidence,
    plan: concluded.judgement.exit === 0 ? decided.plan : null,
    decisions: decided.plan.decisions,
    tried: tried?.plan.decisions ?? [],
    ...concluded,
    checks: trial?.checks ?? decided.checks,
  };
}

const outcomeOf = ({ plan: { decisions }, findings, checks }: Decided) => ({ decisions, findings, checks });

/** The OS database, opened when somebody names a system. */
function knowledgeFor(policy: policies.Policy, path: string | undefined): () => Promise<Knowledge> {
  let opened: Promise<Knowledge> | undefined;
  return () => {
    opened ??= openKnowledge(policy, path);
    return opened;
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
