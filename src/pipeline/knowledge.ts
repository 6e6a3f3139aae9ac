import type { Finding } from '../diagnostics/index.ts';
import {
  type Evidence,
  type Key,
  type OsNameEvidence,
  type OsProfile,
  type PlanOs,
  type Value,
  type Vote,
  vote,
} from '../facts/index.ts';
import { shown } from '../facts/text.ts';
import type { CIM_PRODUCERS, Knowledge, NamedOs, OsName } from '../osinfo/index.ts';
import { EMBEDDED_OSINFO } from '../osinfo-db.ts';
import * as planning from '../plan/index.ts';
import type { Policy } from '../policy/index.ts';
import { diagnostics } from './diagnostics.ts';

/** Opens the OS knowledge base. Throws VmImportError (exit 2) where a database that was named cannot be used. */
export async function openKnowledge(policy: Policy, database?: string): Promise<Knowledge> {
  const osinfo = await import('../osinfo/index.ts');
  return osinfo.openKnowledge({ embedded: EMBEDDED_OSINFO, choice: policy.settings.osinfo, database });
}

export interface KnownSystems {
  readonly votes: readonly Vote[];
  readonly profiles: ReadonlyMap<string, OsProfile>;
  readonly findings: readonly Finding[];
}

/** Gives every vote on the OS its canonical short-id; a name nobody knows stays as it is, and is reported. */
export async function knownSystems(votes: readonly Vote[], open: () => Promise<Knowledge>): Promise<KnownSystems> {
  if (!votes.some((vote) => vote.key === 'os')) return { votes, profiles: new Map(), findings: [] };
  const { unknownOs } = await import('../osinfo/index.ts');
  const knowledge = await open();
  const profiles = new Map<string, OsProfile>();
  const findings: Finding[] = [];
  const canonical = (vote: Vote): Vote => {
    if (vote.key !== 'os') return vote;
    const values: string[] = [];
    for (const value of vote.values) {
      const profile = knowledge.find(String(value));
      const shortId = profile?.shortIds[0];
      if (profile === undefined || shortId === undefined) {
        values.push(String(value));
        findings.push(...unknownOs(knowledge, String(value), vote));
      } else {
        values.push(shortId);
        profiles.set(shortId, profile);
      }
    }
    return { ...vote, values };
  };
  const named = votes.map(canonical);
  // a plan is told what concerns its own system; `os list` and `os compile` tell the rest
  const ids = [...profiles.values()].map(({ id }) => id.replace(/^https?:\/\//, ''));
  const about = knowledge.findings.filter(
    (finding) =>
      knowledge.label === 'none' || ids.some((id) => JSON.stringify([finding.args, finding.at]).includes(id)),
  );
  return { votes: named, profiles, findings: [...about, ...findings] };
}

/**
 * Votes for the system that documents name, where the name means one entry of the knowledge base: a system, or the
 * entry it keeps for all of a line. Of any other name only the family is used.
 */
export async function namedSystems(
  { osNames, votes: said }: Evidence,
  open: () => Promise<Knowledge>,
): Promise<{ readonly votes: readonly Vote[]; readonly findings: readonly Finding[] }> {
  if (osNames.length === 0) return { votes: [], findings: [] };
  const { CIM_PRODUCERS, nameOs } = await import('../osinfo/index.ts');
  const known = (await open()).shortIds();
  const asked = osNames.map((evidence) => {
    const name = osNameOf(evidence, CIM_PRODUCERS);
    return { evidence, named: name === null ? null : nameOs(name, known) };
  });
  const exact = asked.find(({ named }) => named?.confidence === 'exact');
  // an entry for all of one major release; one for twenty years of releases says too little
  const line = asked.find(({ named }) => named?.confidence === 'family' && /\d/.test(named.shortId));
  const found = exact ?? line;
  if (found?.named?.shortId != null) {
    return { votes: [voteOf(found.evidence, 'os', [found.named.shortId])], findings: [] };
  }
  // the first name is the best one; the family may stand in another
  const [best] = asked;
  const family = asked.find(({ named }) => named?.family != null);
  const windows = family?.named?.family === 'winnt' ? family.evidence : null;
  return {
    votes: windows === null ? [] : cautious(windows, said),
    findings: best === undefined ? [] : [notNamed(best.evidence, best.named)],
  };
}

const voteOf = ({ uri, pointer }: OsNameEvidence, key: Key, values: readonly Value[]): Vote =>
  vote({ key, strength: 'recommended', values, origin: 'descriptor', uri, pointer });

/** Some Windows, nobody knows which: what each of them starts from, unless the disk shows that it needs something else. */
function cautious(name: OsNameEvidence, said: readonly Vote[]): readonly Vote[] {
  const byContent = new Set(said.filter(({ origin }) => origin === 'content').map(({ key }) => key));
  const votes = [
    voteOf(name, 'disk-bus', ['sata', 'ide']),
    voteOf(name, 'nic-model', ['e1000e', 'e1000']),
    voteOf(name, 'video-model', ['vga']),
    voteOf(name, 'clock-offset', ['localtime']),
  ];
  return votes.filter(({ key }) => !byContent.has(key));
}

function notNamed({ uri, pointer, ...name }: OsNameEvidence, named: NamedOs | null): Finding {
  const candidates = named?.candidates ?? [];
  const finding = diagnostics['os-not-named'](
    {
      name: shown(name.version === null ? name.name : `${name.name} ${name.version}`),
      reason: named?.reason ?? 'nothing says which system that is',
      remedy:
        candidates.length === 0
          ? 'Pass --os, if the system is known.'
          : `Say which one it is: --os ${candidates.slice(0, 4).join(', or --os ')}.`,
    },
    [{ origin: 'descriptor', uri, pointer }],
  );
  return candidates.length === 0 ? finding : { ...finding, severity: 'warning' };
}

/** The name in the terms of the naming tables; null for free words. */
function osNameOf({ scheme, name, version, producer }: OsNameEvidence, producers: typeof CIM_PRODUCERS): OsName | null {
  switch (scheme) {
    case 'vmware':
      return { scheme, guestId: name };
    case 'virtualbox':
      return { scheme, osType: name };
    case 'ovirt':
      return { scheme, osType: /^\d+$/.test(name) ? Number(name) : name };
    case 'os-release':
      return { scheme, id: name, versionId: version };
    case 'cim':
      return /^-?\d{1,9}$/.test(name)
        ? { scheme, id: Number(name), version, producer: producers.find((known) => known === producer) ?? null }
        : null;
    case 'osinfo':
    case 'kubevirt':
    case 'text':
      return null;
  }
}

/** What the profile recommends. Loaded on first use: most runs name no OS. */
export async function profileVotes(profile: OsProfile, architecture: string): Promise<readonly Vote[]> {
  return (await import('../osinfo/index.ts')).profileVotes(profile, architecture);
}

/** null while nothing can be said: no OS and no Windows on the disk, or an OS whose entry lists no device at all. */
export async function provenDrivers(
  profile: OsProfile | undefined,
  evidence: Evidence,
): Promise<planning.ProvenDrivers | null> {
  const claims = [...evidence.drivers, ...evidence.votes.flatMap(planning.sourceDrivers)];
  if (profile === undefined) return planning.windowsDrivers(evidence.votes, claims);
  if (profile.devices.length === 0) return null;
  const osinfo = await import('../osinfo/index.ts');
  return {
    os: profile.shortIds[0] ?? profile.id,
    profile: osinfo.driverNames(profile),
    legacy: osinfo.legacyDrivers(profile),
    source: { uri: `osinfo:${profile.database}`, pointer: `${profile.pointer}/devices` },
    claims,
    lacksAhci: osinfo.lacksAhci(profile),
  };
}

/** What an emitter may want to name of the decided OS. */
export function planOs(profile: OsProfile | undefined): PlanOs | null {
  if (profile === undefined) return null;
  const { id, shortIds, name, version, family, distro } = profile;
  return { id, shortId: shortIds[0] ?? id, name, version, family, distro };
}
