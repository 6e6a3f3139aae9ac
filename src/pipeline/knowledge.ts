import type { Finding } from '../diagnostics/index.ts';
import type { Evidence, OsProfile, PlanOs, Vote } from '../facts/index.ts';
import type { Knowledge } from '../osinfo/index.ts';
import { EMBEDDED_OSINFO } from '../osinfo-db.ts';
import * as planning from '../plan/index.ts';
import type { Policy } from '../policy/index.ts';

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
