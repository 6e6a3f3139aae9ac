import type { Finding } from '../diagnostics/index.ts';
import { type Evidence, type OsNameEvidence, type OsProfile, type PlanOs, type Vote, vote } from '../facts/index.ts';
import { shown } from '../facts/text.ts';
import type { CIM_PRODUCERS, Knowledge, OsName } from '../osinfo/index.ts';
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
  const findings = [...knowledge.findings];
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
  return { votes: votes.map(canonical), profiles, findings };
}

/** Votes for the systems that documents name, where the name means one of the knowledge base and no other. */
export async function namedSystems(
  names: readonly OsNameEvidence[],
  open: () => Promise<Knowledge>,
): Promise<{ readonly votes: readonly Vote[]; readonly findings: readonly Finding[] }> {
  if (names.length === 0) return { votes: [], findings: [] };
  const { CIM_PRODUCERS, nameOs } = await import('../osinfo/index.ts');
  const known = (await open()).shortIds();
  const votes: Vote[] = [];
  const findings: Finding[] = [];
  for (const [order, name] of names.entries()) {
    const { uri, pointer } = name;
    const at = [{ origin: 'descriptor', uri, pointer } as const];
    const asked = osNameOf(name, CIM_PRODUCERS);
    const named = asked === null ? null : nameOs(asked, known);
    if (named?.shortId != null && named.confidence === 'exact') {
      votes.push(
        vote({
          key: 'os',
          strength: 'recommended',
          values: [named.shortId],
          origin: 'descriptor',
          uri,
          pointer,
          order,
        }),
      );
      break;
    }
    // what a better name has said already, a worse one does not have to say again
    if (order > 0 && findings.length > 0) continue;
    const close = named?.shortId ?? named?.candidates[0];
    findings.push(
      diagnostics['os-not-named'](
        {
          name: shown(name.version === null ? name.name : `${name.name} ${name.version}`),
          reason: named?.reason ?? 'nothing says which system that is',
          remedy: close == null ? 'Pass --os, if the system is known.' : `If it is that one: --os ${close}.`,
        },
        at,
      ),
    );
  }
  return { votes, findings: votes.length > 0 ? [] : findings };
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
