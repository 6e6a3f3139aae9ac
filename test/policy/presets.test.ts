import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { DiskEvidence } from '../../src/facts/index.ts';
import { loadPolicies, PRESET_NAMES, verify, vote } from '../../src/policy/index.ts';
import { eagerImports } from './eager-imports.ts';
import { disk, evidence, GIB, load } from './evidence.ts';

const noFiles = { readText: () => Promise.reject(new Error('no file')) };

async function preset(name: string) {
  const { policy, findings } = await loadPolicies([`preset:${name}`], noFiles);
  expect(findings).toEqual([]);
  if (policy === null) throw new Error(`preset:${name} does not load`);
  return policy;
}

describe('shipped presets', () => {
  it('are generated from policies/*.yaml as they are now', () => {
    execFileSync(process.execPath, ['.ci/generate-presets.mjs', '--check'], { stdio: 'pipe' });
  });

  it('are six', () => {
    const names = ['default', 'openstack', 'performance', 'portable', 'strict', 'windows-safe'];
    expect(PRESET_NAMES).toEqual(names);
  });

  it.each(PRESET_NAMES)('preset:%s points at the lines of its file', async (name) => {
    const policy = await preset(name);
    for (const { uri, pointer, id } of policy.rules) {
      const lines = (await readFile(`policies/${uri.slice('preset:'.length)}.yaml`, 'utf8')).split('\n');
      const [line = 0, column = 0] = pointer.split(':').map(Number);
      expect(lines[line - 1]?.slice(column - 1)).toBe(`id: ${id}`);
    }
  });

  it.each(PRESET_NAMES)('preset:%s gives every rule a title, and what it says a remedy', async (name) => {
    const { rules } = await preset(name);
    const own = rules.filter(({ id }) => id.startsWith(`${name}.`));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ title, tags }) => title === null || tags.length === 0).map(({ id }) => id)).toEqual([]);
    const speaks = own.filter(({ announcement, phase }) => announcement !== null || phase === 'verify');
    // a remedy is shown as it is
    expect(speaks.filter(({ remedy }) => remedy?.includes('{{') ?? true).map(({ id }) => id)).toEqual([]);
  });

  it.each(PRESET_NAMES.filter((name) => name !== 'default'))('preset:%s starts from preset:default', async (name) => {
    const policy = await preset(name);
    expect(policy.documents.map(({ uri }) => uri)).toEqual(['preset:default', `preset:${name}`]);
  });

  it.each([
    ['openstack', 'openstack.machine-version'],
    ['portable', 'portable.machine-version'],
  ])('preset:%s tells a machine type with a version, which only a policy can pin', async (name, rule) => {
    const site = `schema: vm-import/policy@1\nname: site\nextends: [preset:${name}]\nrules:\n  - id: site.machine\n`;
    for (const [machine, expected] of [
      ['pc-q35-9.0', [rule]],
      ['pc-q35-rhel9.4.0', [rule]],
      ['q35', []],
    ] as const) {
      const { policy } = await load({ 'site.yaml': `${site}    set: { machine: ${machine} }\n` });
      if (policy === null) throw new Error('the policy must load');
      const context = { evidence: evidence(), os: 'debian12', architecture: 'x86_64' };
      const { findings } = await verify(policy, { ...context, plan: { machine } });
      expect(findings.map((finding) => finding.rule)).toEqual(expected);
    }
  });

  it('need neither a YAML parser nor zod nor CEL until a policy has something for them', async () => {
    expect(await eagerImports(['index'])).toEqual([[]]);
  });
});

describe('preset:default', () => {
  it('prefers nothing, and asks no condition of an ordinary plan', async () => {
    const { rules, settings } = await preset('default');
    expect(rules.flatMap(({ effects }) => effects.map(({ strength }) => strength))).toEqual(rules.map(() => 'maximum'));
    expect(rules.every(({ when, phase }) => when === null || phase === 'verify')).toBe(true);
    expect(settings.trustHints).toBe('honour');
  });

  it('bounds memory and processors', async () => {
    const { votes, findings } = await vote(await preset('default'), {
      evidence: evidence(),
      os: null,
      architecture: null,
    });
    expect(findings).toEqual([]);
    expect(votes.map(({ key, values, rule }) => [key, values, rule])).toEqual([
      ['memory-mib', [1_048_576], 'default.memory'],
      ['vcpus', [255], 'default.vcpus'],
    ]);
  });
});

describe('preset:strict', () => {
  const snapshot = (vmStateSize: number) => ({ snapshotCount: 1, snapshots: [{ id: '1', name: 'a', vmStateSize }] });
  it.each<[string, Partial<DiskEvidence>[], readonly string[]]>([
    ['an ordinary disk', [{}], []],
    ['a raw disk, which has no such details', [{ format: 'raw', details: {} }], []],
    ['2 TiB', [{ virtualSize: 2048 * GIB, fileSize: 2048 * GIB }], []],
    ['more than 2 TiB', [{ virtualSize: 2048 * GIB + 512, fileSize: 2048 * GIB }], ['strict.virtual-size']],
    ['a size nobody knows', [{ virtualSize: null }], ['strict.virtual-size']],
    ['a thousand times its file', [{ virtualSize: 1000 * GIB, fileSize: GIB }], []],
    ['more than a thousand times its file', [{ virtualSize: 1001 * GIB, fileSize: GIB }], ['strict.virtual-ratio']],
    ['a small empty disk', [{ virtualSize: 10 * GIB, fileSize: 196_768 }], []],
    ['16 disks', Array.from({ length: 16 }, () => ({})), []],
    ['17 disks', Array.from({ length: 17 }, () => ({})), ['strict.disk-count']],
    ['a format in everyday use', [{ format: 'vmdk' }], []],
    ['another format', [{ format: 'qed' }, { format: 'parallels' }], ['strict.format']],
    ['a backing file', [{ backing: [{ name: 'base', path: null, format: 'raw' }] }], ['strict.backing']],
    ['an internal snapshot', [{ details: snapshot(0) }], ['strict.snapshots']],
    ['saved machine state', [{ details: snapshot(4096) }], ['strict.snapshots', 'strict.vm-state']],
    ['a dirty disk', [{ details: { features: { incompatible: ['dirty'] } } }], ['strict.dirty']],
    ['a disc', [{}, { id: 'disk1', format: 'iso', payload: 'iso' }], []],
    ['another feature', [{ details: { features: { incompatible: ['extended-l2'] } } }], []],
    ['an encrypted disk', [{}, { id: 'disk1', encrypted: true }], ['strict.encryption']],
  ])('%s', async (_, disks, denied) => {
    const context = { evidence: evidence({ disks: disks.map(disk) }), os: 'debian12', architecture: 'x86_64' };
    const { findings: all } = await vote(await preset('strict'), context);
    const findings = all.filter(({ severity }) => severity !== 'info');
    expect(findings.map(({ rule }) => rule)).toEqual(denied);
    expect(findings.every(({ code, severity }) => code === 'policy/denied' && severity === 'error')).toBe(true);
  });

  it('names what it denies', async () => {
    const disks = [disk({ format: 'qed' }), disk({ format: 'parallels' })];
    const { findings } = await vote(await preset('strict'), {
      evidence: evidence({ disks }),
      os: 'x',
      architecture: null,
    });
    expect(findings[0]?.args['message']).toBe('The disk format qed, parallels is not accepted.');
  });

  it.each<[string, string | null, readonly string[]]>([
    ['an unknown system is a warning', null, ['strict.os-known warning']],
    ['a known one is none', 'debian12', []],
  ])('%s', async (_, os, expected) => {
    const { findings } = await vote(await preset('strict'), { evidence: evidence(), os, architecture: null });
    const counting = findings.filter(({ severity }) => severity !== 'info');
    expect(counting.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(expected);
  });

  it.each<[string, Record<string, number>, readonly string[]]>([
    ['a plan of 64 GiB and 32 processors passes', { 'memory-mib': 65_536, vcpus: 32 }, []],
    ['a plan with more memory does not', { 'memory-mib': 65_537, vcpus: 1 }, ['memory-mib']],
    ['a plan with more processors does not', { 'memory-mib': 1024, vcpus: 33 }, ['vcpus']],
  ])('%s', async (_, plan, keys) => {
    const { findings } = await verify(await preset('strict'), {
      evidence: evidence(),
      os: null,
      architecture: null,
      plan,
    });
    expect(findings.map(({ args }) => args['key'])).toEqual(keys);
  });

  it('votes for limits, and against confidential computing and old devices', async () => {
    const { votes } = await vote(await preset('strict'), { evidence: evidence(), os: 'x', architecture: null });
    const own = votes.filter(({ uri }) => uri === 'preset:strict');
    expect(own.map(({ rule, strength, values }) => [rule, strength, values])).toEqual([
      ['strict.memory', 'maximum', [65_536]],
      ['strict.vcpus', 'maximum', [32]],
      ['strict.launch-security', 'forbidden', ['sev', 'sev-snp', 'tdx', 's390-pv']],
      ['strict.legacy-devices', 'forbidden', ['pcnet', 'ne2k_pci', 'vmxnet3']],
      ['strict.legacy-devices', 'forbidden', ['lsilogic', 'lsisas1068', 'lsisas1078', 'vmpvscsi']],
      ['strict.legacy-devices', 'forbidden', ['cirrus', 'qxl', 'vmvga']],
      ['strict.legacy-devices', 'forbidden', ['ac97', 'es1370', 'sb16']],
      ['strict.legacy-devices', 'forbidden', ['ib700']],
    ]);
  });

  it('can be started from as its first comment shows', async () => {
    const shown = (await readFile('policies/strict.yaml', 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('#   '));
    const { policy, findings } = await load({ 'site.yaml': shown.map((line) => line.slice(4)).join('\n') });
    expect(findings).toEqual([]);
    expect(policy?.rules.filter(({ replaced }) => replaced.length > 0).map(({ id }) => id)).toEqual([
      'strict.memory',
      'strict.size',
    ]);
  });
});
