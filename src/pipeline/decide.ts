import type { Finding } from '../diagnostics/index.ts';
import type { Evidence, Plan, RuleCheck, SuppliedStore, Vote } from '../facts/index.ts';
import type { Knowledge } from '../osinfo/index.ts';
import * as planning from '../plan/index.ts';
import * as policies from '../policy/index.ts';
import { knownSystems, planOs, profileVotes, provenDrivers } from './knowledge.ts';
import { suppliedStore } from './nvram.ts';
import type { PlanOptions } from './plan.ts';

interface Heard {
  readonly votes: readonly Vote[];
  readonly findings: readonly Finding[];
}

/** What a decision starts from, besides the policy. */
export interface Given {
  readonly evidence: Evidence;
  readonly flags: readonly Vote[];
  /** What discs and names of systems say. */
  readonly media: Heard;
  readonly guests: Heard;
  readonly request: planning.PlanRequest;
  readonly options: Pick<PlanOptions, 'host' | 'targets' | 'saved'>;
  /** Opened when somebody names a system. */
  readonly knowledge: () => Promise<Knowledge>;
}

export interface Decided {
  readonly plan: Plan;
  /** Whether a variable store is supplied that says which loader to start. */
  readonly hasBootEntries: boolean;
  readonly findings: readonly Finding[];
  readonly checks: readonly RuleCheck[];
}

/** Everything from the votes to a plan that the policy has looked at, for one policy. */
export async function decide(policy: policies.Policy, given: Given): Promise<Decided> {
  const { evidence, flags, media, guests, knowledge } = given;
  const targets = given.options.targets ?? ['libvirt-xml'];
  const base = {
    // a disc is no disk: it goes into a drive
    disks: evidence.disks.filter((disk) => disk.payload !== 'iso'),
    nics: planning.nicsOf(evidence),
    host: given.options.host ?? null,
    settings: policy.settings,
    drivers: null,
  };
  const settling = await policies.settlingVotes(policy, { evidence, targets });
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
  const informed = await policies.vote(policy, { evidence, os, architecture, targets });
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
  const nvram =
    given.options.saved === true ? { store: null, findings: [] } : await suppliedStore(resolution.decisions);
  const built = planning.buildPlan(evidence, resolution.decisions, planOs(profile), given.request, {
    host: base.host,
    store: nvram.store,
  });
  const verified = await policies.verify(policy, { evidence, os, architecture, targets, plan: built.plan.values });
  return {
    plan: built.plan,
    hasBootEntries: isUsed(nvram.store, built.plan) && nvram.store.store.bootEntries > 0,
    checks: [...informed.checks, ...verified.checks],
    findings: [
      ...named.findings,
      ...guests.findings,
      ...media.findings,
      ...(profile === undefined ? [] : (await import('../osinfo/index.ts')).objections(profile, built.plan.values)),
      ...(os === null ? [planning.diagnostics['os-unknown']({})] : []),
      ...informed.findings,
      ...resolution.findings,
      ...nvram.findings,
      ...built.findings,
      ...verified.findings,
    ],
  };
}

/** A store that goes with no firmware that is known is left out of the machine. */
function isUsed(store: SuppliedStore | null, { firmwareFiles }: Plan): store is SuppliedStore {
  return store !== null && firmwareFiles?.template?.path === store.path;
}
