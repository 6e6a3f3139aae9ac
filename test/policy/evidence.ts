import { type DiskEvidence, type Evidence, unreadDisk } from '../../src/facts/index.ts';
import type { LoadedPolicy, Policy, PolicyIo } from '../../src/policy/index.ts';
import { loadPolicies } from '../../src/policy/index.ts';

export const GIB = 1024 ** 3;

export function disk(fields: Partial<DiskEvidence> = {}): DiskEvidence {
  return unreadDisk({
    id: 'disk0',
    uri: 'appliance.qcow2',
    path: '/images/appliance.qcow2',
    format: 'qcow2',
    virtualSize: 10 * GIB,
    fileSize: 2 * GIB,
    details: { version: 3, snapshotCount: 0, snapshots: [], features: { incompatible: [] } },
    ...fields,
  });
}

export function evidence(fields: Partial<Evidence> = {}): Evidence {
  return {
    machine: { name: 'appliance', labels: { team: 'storage' } },
    sources: [{ uri: 'appliance.qcow2', format: 'qcow2', size: 2 * GIB, bytesRead: 65536, digest: null }],
    disks: [disk()],
    nics: [{ id: 'nic0', model: null, mac: null, network: null, uri: null, pointer: null }],
    drivers: [{ disk: 'disk0', boot: [], running: [] }],
    osNames: [],
    extensions: {},
    votes: [],
    findings: [],
    ...fields,
  };
}

/** Loads policies from texts by name, as a file system would hold them; directories are where names have slashes. */
export function load(
  files: Readonly<Record<string, string>>,
  refs = Object.keys(files).slice(0, 1),
  io: Partial<PolicyIo> = {},
): Promise<LoadedPolicy> {
  return loadPolicies(refs, {
    readText: (path) => {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if (text !== undefined) return Promise.resolve(text);
      return Promise.reject(Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' }));
    },
    list: async (path) => {
      const inside = Object.keys(files).filter((name) => name.startsWith(`${path}/`));
      return inside.length === 0
        ? null
        : inside.map((name) => name.slice(path.length + 1)).filter((n) => !n.includes('/'));
    },
    ...io,
  });
}

const HEADER = 'schema: vm-import/policy@1\nname: site\n';

/** A policy with these rules; the first rule is on line 4. */
export function loadRules(rules: string): Promise<LoadedPolicy> {
  return load({ 'site.yaml': `${HEADER}rules:\n${rules}` });
}

/** The same for a test that is not about loading. */
export async function policyOf(rules: string): Promise<Policy> {
  const { policy, findings } = await loadRules(rules);
  if (policy === null) throw new Error(JSON.stringify(findings, null, 2));
  return policy;
}

/** `code line:column` of each finding. */
export function summary(loaded: Pick<LoadedPolicy, 'findings'>): readonly string[] {
  return loaded.findings.map(({ code, at }) => `${code} ${at[0]?.uri} ${at[0]?.pointer}`);
}
