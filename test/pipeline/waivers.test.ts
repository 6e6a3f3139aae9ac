import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildQcow2, type Qcow2Options } from '../../fixtures/generate/qcow2.ts';
import { buildTar } from '../../fixtures/generate/tar.ts';
import { buildVdi } from '../../fixtures/generate/vdi.ts';
import { buildVhdx } from '../../fixtures/generate/vhdx.ts';
import { buildVmdk, descriptorText } from '../../fixtures/generate/vmdk.ts';
import { buildVpc } from '../../fixtures/generate/vpc.ts';
import {
  emit,
  type InspectOptions,
  inspect,
  loadPolicy,
  loadWaivers,
  type Planned,
  type PlanOptions,
  type Policy,
  plan,
  VmImportError,
  type Waiver,
} from '../../src/index.ts';
import { catalogue } from '../../src/pipeline/catalogue.generated.ts';

let directory: string;
let policy: Policy;
beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'vm-import-waivers-')));
  policy = await loadPolicy();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const now = new Date('2027-01-31T12:00:00Z');
let count = 0;

async function folder(files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const path = join(directory, String(count++));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return path;
}

/** Waivers of these codes, for these sources. */
async function waive(codes: readonly string[], scope: object): Promise<readonly Waiver[]> {
  const waivers = codes.map((code) => ({ code, scope, reason: 'r', owner: 'o', expires: '2027-01-31' }));
  const path = await folder({ 'w.json': JSON.stringify({ schema: 'vm-import/waivers@1', waivers }) });
  return loadWaivers(policy, [join(path, 'w.json')]);
}

async function planned(
  sources: readonly string[],
  waivers: readonly Waiver[],
  options: InspectOptions & PlanOptions = {},
): Promise<Planned> {
  const evidence = await inspect(sources, { policy, waivers, now, ...options });
  return plan(evidence, { policy, waivers, now, set: [['os', 'debian12']], ...options });
}

const SAFETY = [...catalogue].filter(([, { spec }]) => spec.safety === true).map(([code]) => code);
const told = ({ findings }: Planned, waived: boolean) =>
  findings
    .filter(({ waiver, severity }) => severity === 'error' && (waiver !== null) === waived)
    .map(({ code }) => code);

const qcow2 = (options: Qcow2Options = {}) => buildQcow2({ size: 1024 * 1024, ...options }).bytes;
const vmdk = (descriptor: string) => buildVmdk({ descriptor }).bytes;

describe('with a waiver for everything that concerns safety', () => {
  it.each<[string, Readonly<Record<string, Buffer | string>>, string, InspectOptions]>([
    [
      'a backing file that is not there',
      { 'x.qcow2': qcow2({ backing: { name: 'gone.qcow2', format: 'qcow2' } }) },
      'source/not-found',
      {},
    ],
    [
      'a backing file elsewhere',
      { 'x.qcow2': qcow2({ backing: { name: '/etc/hostname', format: 'raw' } }) },
      'disk/backing-outside',
      {},
    ],
    [
      'a backing file without format',
      { 'x.qcow2': qcow2({ backing: { name: 'b' } }), b: '' },
      'disk/backing-format-missing',
      {},
    ],
    [
      'a chain that comes back',
      { 'x.qcow2': qcow2({ backing: { name: 'x.qcow2', format: 'qcow2' } }) },
      'disk/backing-loop',
      {},
    ],
    [
      'a backing file over the network',
      { 'x.qcow2': qcow2({ backing: { name: 'nbd://host/x', format: 'raw' } }) },
      'qcow2/backing-protocol',
      {},
    ],
    [
      'data in another file',
      { 'x.qcow2': qcow2({ incompatible: 4n, extensions: [{ type: 0x44415441, data: Buffer.from('/etc/shadow') }] }) },
      'qcow2/external-data-file',
      {},
    ],
    [
      'data over the network',
      { 'x.qcow2': qcow2({ incompatible: 4n, extensions: [{ type: 0x44415441, data: Buffer.from('nbd://x/y') }] }) },
      'qcow2/external-data-file-protocol',
      {},
    ],
    ['a VDI with a parent', { 'x.vdi': buildVdi({ parent: 0x22 }) }, 'vdi/differencing', {}],
    ['a VHDX with a parent', { 'x.vhdx': buildVhdx({ flags: 2 }) }, 'vhdx/differencing', {}],
    [
      'a VHD with a parent',
      { 'x.vhd': buildVpc({ type: 'differencing', parent: { name: 'p' } }).bytes },
      'vpc/differencing',
      {},
    ],
    [
      'a VMDK with a parent',
      { 'x.vmdk': vmdk(descriptorText({ fields: ['parentFileNameHint="/etc/shadow"'] })) },
      'vmdk/parent',
      {},
    ],
    [
      'a VMDK that gives a device of the host away',
      { 'x.vmdk': vmdk(descriptorText({ createType: 'fullDevice', extents: ['RW 2048 FLAT "/dev/sda" 0'] })) },
      'vmdk/extent-path',
      {},
    ],
    [
      'a VMDK of two minds',
      { 'x.vmdk': vmdk(`${descriptorText({})}createType="streamOptimized"\n`) },
      'vmdk/duplicate-key',
      {},
    ],
    ['a format that is not the claimed one', { 'x.qcow2': qcow2() }, 'disk/format-mismatch', { format: 'raw' }],
    [
      'a file of two formats',
      { 'x.img': Buffer.concat([qcow2(), buildVpc({ type: 'fixed' }).bytes.subarray(-512)]) },
      'disk/polyglot',
      {},
    ],
    [
      'an archive with an escaping name',
      { 'x.tar': buildTar([{ name: '../x' }, { name: 'a.qcow2', data: qcow2() }]) },
      'container/unsafe-name',
      {},
    ],
    [
      'an archive with one name twice',
      {
        'x.tar': buildTar([
          { name: 'a.qcow2', data: qcow2() },
          { name: 'a.qcow2', data: qcow2() },
        ]),
      },
      'container/duplicate-member',
      {},
    ],
    [
      'an OVF with a DOCTYPE',
      { 'x.ovf': '<!DOCTYPE x []>\n<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"/>' },
      'ovf/doctype',
      {},
    ],
  ])('%s is refused all the same, and it is said why', async (_, files, code, options) => {
    const path = await folder(files);
    const [name = ''] = Object.keys(files);
    const result = await planned([join(path, name)], await waive(SAFETY, { source: `${path}/*` }), options);
    expect(told(result, false)).toContain(code);
    expect([result.plan, result.judgement.exit]).toEqual([null, 3]);
    const remarks = result.findings.filter(({ code: other }) => other === 'waiver/no-effect');
    if (SAFETY.includes(code)) expect(remarks.map(({ args }) => args['what'])).toContain(code);
  });

  it('some of it can be answered for', () => {
    const possible = [...catalogue].filter(([, { spec }]) => spec.safety === true && spec.objection === true);
    expect(possible.map(([code]) => code).toSorted()).toEqual([
      'disk/backing-file',
      'hints/wrong-image',
      'plan/shared-file',
    ]);
  });

  it('an overlay gets its chain, below its own directory and down to the end', async () => {
    const path = await folder({
      'x.qcow2': qcow2({ backing: { name: 'deep/b.qcow2', format: 'qcow2' } }),
      'deep/b.qcow2': qcow2(),
    });
    await symlink(join(path, 'x.qcow2'), join(path, 'link.qcow2'));
    for (const name of ['x.qcow2', 'link.qcow2']) {
      const result = await planned([join(path, name)], await waive(SAFETY, { source: `${path}/${name}` }));
      expect([told(result, true), told(result, false)]).toEqual([['disk/backing-file'], []]);
      expect(result.plan?.disks[0]?.backing).toEqual([
        { name: 'deep/b.qcow2', path: join(path, 'deep/b.qcow2'), format: 'qcow2' },
      ]);
      const { text } = await emit(result.plan ?? expect.fail(), 'libvirt-xml');
      expect(text).toContain('<backingStore/>');
      const glance = await emit(result.plan ?? expect.fail(), 'openstack');
      expect([glance.text, result.conclude(glance.findings).judgement.exit]).toEqual([null, 3]);
    }
  });

  it('of two overlays only the one that is meant is followed', async () => {
    const backing = { name: 'b.qcow2', format: 'qcow2' };
    const path = await folder({ 'x.qcow2': qcow2({ backing }), 'y.qcow2': qcow2({ backing }), 'b.qcow2': qcow2() });
    const waivers = await waive(SAFETY, { source: `${path}/x.*` });
    const evidence = await inspect([join(path, 'x.qcow2'), join(path, 'y.qcow2')], { policy, waivers, now });
    expect(evidence.disks.map(({ backing: layers }) => layers?.map((layer) => layer.path))).toEqual([
      [join(path, 'b.qcow2')],
      [null],
    ]);
    const result = await plan(evidence, { policy, waivers, now });
    expect([told(result, true), told(result, false)]).toEqual([['disk/backing-file'], ['disk/backing-file']]);
    expect(result.judgement.exit).toBe(3);
  });

  it('two disks on one file are planned', async () => {
    const path = await folder({ 'x.raw': Buffer.alloc(4096) });
    const sources = [join(path, 'x.raw'), join(path, 'x.raw')];
    const result = await planned(sources, await waive(SAFETY, { source: `${path}/*` }));
    expect([told(result, true), result.judgement.exit]).toEqual([['plan/shared-file'], 0]);
    expect(result.plan?.disks).toHaveLength(2);
  });

  it('hints of another image count', async () => {
    const path = await folder({
      'x.qcow2': qcow2(),
      'x.qcow2.vm-hints.json': `{"vmHints":1,"image":{"sha256":"${'0'.repeat(64)}"},"hardware":{"memory-mib":4096}}`,
    });
    const result = await planned([join(path, 'x.qcow2')], await waive(SAFETY, { source: `${path}/*` }), {
      verify: 'all',
    });
    expect([told(result, true), result.plan?.values['memory-mib']]).toEqual([['hints/wrong-image'], 4096]);
  });
});

describe('a waiver for one digest', () => {
  it('is for that image, and tells when no digest was computed', async () => {
    const overlay = qcow2({ backing: { name: 'b.qcow2', format: 'qcow2' } });
    const path = await folder({ 'x.qcow2': overlay, 'b.qcow2': qcow2() });
    const digest = `sha256:${createHash('sha256').update(overlay).digest('hex')}`;
    const waivers = await waive(['disk/backing-file'], { digest });
    const source = join(path, 'x.qcow2');
    const unread = await planned([source], waivers);
    expect(unread.findings.map(({ code }) => code)).toEqual(['disk/backing-file', 'waiver/needs-digest']);
    expect(unread.judgement.exit).toBe(3);
    expect((await planned([source], waivers, { verify: 'all' })).judgement.exit).toBe(0);
    await writeFile(source, qcow2({ backing: { name: 'b.qcow2', format: 'qcow2' }, size: 2 * 1024 * 1024 }));
    const changed = await planned([source], waivers, { verify: 'all' });
    expect(changed.findings.map(({ code }) => code)).toEqual(['disk/backing-file']);
  });
});

describe('judging', () => {
  it('plans by the waivers of the plan, whatever the evidence was marked with', async () => {
    const path = await folder({
      'x.qcow2': qcow2({ backing: { name: 'b.qcow2', format: 'qcow2' } }),
      'b.qcow2': qcow2(),
    });
    const waivers = await waive(['disk/backing-file'], { source: `${path}/*` });
    const evidence = await inspect([join(path, 'x.qcow2')], { policy, waivers, now });
    expect((await plan(evidence, { policy, waivers, now })).judgement.exit).toBe(0);
    expect((await plan(evidence, { policy, waivers: [], now })).judgement.exit).toBe(3);
    const late = await plan(evidence, { policy, waivers, now: new Date('2027-02-01T00:00:00Z') });
    expect(late.findings.map(({ code }) => code)).toEqual(['disk/backing-file', 'waiver/expired']);
  });

  it('takes the severities and the waivers of the policy, on artefacts too', async () => {
    const place = { uri: 'site.yaml', pointer: '3:1' };
    const path = await folder({ 'x.qcow2': qcow2() });
    const judged = async (waived: readonly string[]) => {
      const waivers = waived.map((code) => ({
        code,
        scope: { name: 'x' },
        reason: 'r',
        owner: 'o',
        expires: '2027-01-31',
      }));
      const site = await folder({ 'w.json': JSON.stringify({ schema: 'vm-import/waivers@1', waivers }) });
      const severities = ['plan/os-unknown', 'target/not-expressed'].map((code) => ({
        code,
        severity: 'error' as const,
        ...place,
      }));
      const strict: Policy = { ...policy, severities, waivers: [{ path: join(site, 'w.json'), ...place }] };
      const evidence = await inspect([join(path, 'x.qcow2')], { policy: strict, now });
      const result = await plan(evidence, { policy: strict, now, set: [['serial', false]], strict: true });
      if (result.plan === null) return [result.judgement.exit, told(result, false)];
      const { findings } = await emit(result.plan, 'openstack');
      const concluded = result.conclude(findings);
      return [concluded.judgement.exit, told({ ...result, ...concluded }, true)];
    };
    expect(await judged([])).toEqual([4, ['plan/os-unknown']]);
    expect(await judged(['plan/os-unknown'])).toEqual([4, ['plan/os-unknown']]);
    const both = ['plan/os-unknown', 'target/not-expressed'];
    expect(await judged(both)).toEqual([0, both]);
  });

  it('refuses a file of waivers that the policy names and nobody can read, with the place', async () => {
    const place = { uri: 'site.yaml', pointer: '3:12' };
    const missing = { ...policy, waivers: [{ path: join(directory, 'nowhere.yaml'), ...place }] };
    const refused = plan(await inspect([await image()], { policy }), { policy: missing });
    await expect(refused).rejects.toThrow(VmImportError);
    await expect(refused).rejects.toMatchObject({
      finding: { exit: 2, at: expect.arrayContaining([expect.objectContaining(place)]) },
    });
  });
});

async function image(): Promise<string> {
  return join(await folder({ 'x.qcow2': qcow2() }), 'x.qcow2');
}
