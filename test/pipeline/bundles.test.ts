import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildIso } from '../../fixtures/generate/iso.ts';
import { buildQcow2 } from '../../fixtures/generate/qcow2.ts';
import { buildTar, type TarEntry } from '../../fixtures/generate/tar.ts';
import { type Evidence, type InspectOptions, inspect, plan, VmImportError } from '../../src/index.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vm-import-bundles-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const QCOW2 = buildQcow2({ size: 1024 * 1024 }).bytes;
const DISC = buildIso({ volumeId: 'A DISC' });

interface Ovf {
  readonly files?: string;
  readonly disk?: string;
  readonly items?: string;
  readonly os?: string;
}

const item = (id: number, type: number, more: string) =>
  `<Item><rasd:ElementName>x</rasd:ElementName><rasd:InstanceID>${id}</rasd:InstanceID><rasd:ResourceType>${type}</rasd:ResourceType>${more}</Item>`;

/** One machine with one disk in the file `d.qcow2`, unless told otherwise. */
function ovf({
  files = '<File ovf:id="f" ovf:href="d.qcow2"/>',
  disk = '<Disk ovf:diskId="d" ovf:fileRef="f" ovf:capacity="1048576"/>',
  items = item(3, 6, '') +
    item(4, 17, '<rasd:HostResource>ovf:/disk/d</rasd:HostResource><rasd:Parent>3</rasd:Parent>'),
  os = '',
}: Ovf = {}): string {
  return `<?xml version="1.0"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vmw="http://www.vmware.com/schema/ovf">
<References>${files}</References><DiskSection><Info/>${disk}</DiskSection>
<VirtualSystem ovf:id="vm"><Info/><Name>vm</Name>${os}<VirtualHardwareSection><Info/>${items}</VirtualHardwareSection></VirtualSystem></Envelope>`;
}

let count = 0;
async function bundle(bytes: Buffer, name = 'x.ova'): Promise<string> {
  const folder = join(directory, String(count++));
  await mkdir(folder);
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

const tar = (...entries: readonly TarEntry[]) => bundle(buildTar(entries));
const codes = (evidence: Evidence) => evidence.findings.map(({ code }) => code);

async function thrown(path: string, options: InspectOptions): Promise<string> {
  try {
    await inspect([path], options);
  } catch (error) {
    if (error instanceof VmImportError) return `${error.finding.code} ${error.finding.exit}`;
    throw error;
  }
  return 'nothing';
}

describe('a file that a descriptor names', () => {
  it.each<[string, string, readonly TarEntry[], string]>([
    ['is not there', 'd.qcow2', [], 'bundle/missing-file'],
    ['is a symbolic link', 'd.qcow2', [{ name: 'd.qcow2', type: '2', link: '/etc/passwd' }], 'bundle/not-a-file'],
    ['is a hard link', 'd.qcow2', [{ name: 'd.qcow2', type: '1', link: 'x.ovf' }], 'bundle/not-a-file'],
    ['is a device', 'd.qcow2', [{ name: 'd.qcow2', type: '3' }], 'bundle/not-a-file'],
    ['leads out of the bundle', '../d.qcow2', [], 'bundle/outside'],
    ['leads out by escapes', '%2e%2e/d.qcow2', [], 'bundle/outside'],
    ['is absolute', '/etc/passwd', [], 'bundle/outside'],
    ['is a URL of this host', 'file:///etc/passwd', [], 'bundle/outside'],
    ['is a URL', 'https://example.org/d.qcow2', [], 'bundle/remote-file'],
  ])('%s', async (_, href, entries, code) => {
    const path = await tar(
      { name: 'x.ovf', data: ovf({ files: `<File ovf:id="f" ovf:href="${href}"/>` }) },
      ...entries,
    );
    const evidence = await inspect([path]);
    expect(codes(evidence)).toContain(code);
    expect(evidence.findings.find((finding) => finding.code === code)?.exit).toBe(3);
    expect(evidence.disks).toEqual([]);
  });

  it.each([
    ['with an escape', 'my%20disk.qcow2', 'my disk.qcow2'],
    ['with a per cent sign of its own', 'a%20b.qcow2', 'a%20b.qcow2'],
    ['with slashes of another system', 'sub\\d.qcow2', 'sub/d.qcow2'],
  ])('is found %s', async (_, href, name) => {
    const text = ovf({ files: `<File ovf:id="f" ovf:href="${href}"/>` });
    const evidence = await inspect([await tar({ name: 'x.ovf', data: text }, { name, data: QCOW2 })]);
    expect(evidence.disks.map(({ format, slice }) => [format, slice !== null])).toEqual([['qcow2', true]]);
  });

  it.each<[string, readonly number[], string, string | null]>([
    ['all of them', [0, 1, 2], '', null],
    ['stored the other way round', [2, 1, 0], '', null],
    ['without one in the middle', [0, 2], '', 'bundle/missing-piece'],
    ['without the last one', [0, 1], 'ovf:size="200000"', 'bundle/missing-piece'],
  ])('may be cut into pieces: %s', async (_, order, size, code) => {
    const disk = Buffer.alloc(200_000, 'raw');
    const pieces = order.map((index) => ({
      name: `d.raw.00000000${index}`,
      data: disk.subarray(index * 80_000, (index + 1) * 80_000),
    }));
    const text = ovf({ files: `<File ovf:id="f" ovf:href="d.raw" ovf:chunkSize="80000" ${size}/>` });
    const evidence = await inspect([await tar({ name: 'x.ovf', data: text }, ...pieces)]);
    if (code !== null) {
      expect(codes(evidence)).toContain(code);
      return;
    }
    expect(evidence.disks[0]).toMatchObject({
      fileSize: 200_000,
      slice: null,
      wrapping: [{ kind: 'tar', members: ['d.raw.000000000', 'd.raw.000000001', 'd.raw.000000002'] }],
    });
  });
});

describe('what stands in a drive', () => {
  const items =
    item(3, 5, '') + item(5, 15, '<rasd:HostResource>ovf:/file/iso</rasd:HostResource><rasd:Parent>3</rasd:Parent>');
  const files = '<File ovf:id="iso" ovf:href="d.iso"/>';

  it('is a disc', async () => {
    const text = ovf({ files, disk: '', items });
    const evidence = await inspect([await tar({ name: 'x.ovf', data: text }, { name: 'd.iso', data: DISC })]);
    const { plan: planned } = await plan(evidence, { set: [['os', 'debian12']] });
    expect(planned?.cdroms.map(({ slice }) => slice?.size)).toEqual([DISC.length]);
    expect(planned?.disks).toEqual([]);
  });

  it('never becomes a disk that the guest writes to', async () => {
    const text = ovf({ files, disk: '', items });
    const evidence = await inspect([
      await tar({ name: 'x.ovf', data: text }, { name: 'd.iso', data: Buffer.alloc(4096) }),
    ]);
    expect(evidence.disks).toEqual([]);
    expect(codes(evidence)).toContain('bundle/not-a-disc');
  });
});

describe('choosing', () => {
  const two = () => tar({ name: 'a.qcow2', data: QCOW2 }, { name: 'b.qcow2', data: QCOW2 });

  it.each<[string, () => Promise<string>, InspectOptions, string]>([
    ['no disk of two', two, {}, 'bundle/several-disks 2'],
    ['a disk that is not there', two, { member: 'c.qcow2' }, 'bundle/no-such-member 2'],
    [
      'a member that is not there beside a descriptor',
      () => tar({ name: 'x.ovf', data: ovf() }, { name: 'd.qcow2', data: QCOW2 }),
      { member: 'nobody' },
      'bundle/no-such-member 2',
    ],
    [
      'between two descriptors',
      () => tar({ name: 'x.ovf', data: ovf() }, { name: 'y.ovf', data: ovf() }, { name: 'd.qcow2', data: QCOW2 }),
      {},
      'bundle/several-descriptors 2',
    ],
  ])('%s', async (_, make, options, expected) => {
    expect(await thrown(await make(), options)).toBe(expected);
  });

  it('the absolute spelling of KubeVirt names a member too', async () => {
    const { disks } = await inspect([await two()], { member: '/b.qcow2' });
    expect(disks.map(({ uri }) => uri.endsWith('!b.qcow2'))).toEqual([true]);
  });

  it('a descriptor at the top speaks before one further down', async () => {
    const metadata = '{"provider":"libvirt","format":"qcow2","virtual_size":1}';
    const path = await tar(
      { name: 'metadata.json', data: metadata },
      { name: 'box.img', data: QCOW2 },
      { name: 'vb/box.ovf', data: ovf() },
    );
    const evidence = await inspect([path]);
    expect(evidence.disks.map(({ uri }) => uri.endsWith('!box.img'))).toEqual([true]);
    expect(evidence.votes.filter(({ key }) => key === 'network')).toEqual([]);
  });
});

describe('a descriptor', () => {
  it('that is too large is not passed over', async () => {
    const path = await tar(
      { name: 'x.ovf', data: Buffer.alloc(9 * 1024 * 1024, ' ') },
      { name: 'd.qcow2', data: QCOW2 },
    );
    expect(codes(await inspect([path]))).toContain('bundle/descriptor-too-large');
  });

  it('without disks says so', async () => {
    expect(codes(await inspect([await tar({ name: 'x.ovf', data: ovf({ items: '' }) })]))).toContain('bundle/diskless');
  });

  it('that names some Windows gets what every Windows starts from', async () => {
    const os =
      '<OperatingSystemSection ovf:id="112" vmw:osType="windows8Server64Guest"><Info/></OperatingSystemSection>';
    const path = await tar({ name: 'x.ovf', data: ovf({ os }) }, { name: 'd.qcow2', data: QCOW2 });
    const { plan: planned, findings } = await plan(await inspect([path]));
    expect(planned?.values).toMatchObject({ 'disk-bus.disk0': 'sata', 'clock-offset': 'localtime' });
    const named = findings.find(({ code }) => code === 'bundle/os-not-named');
    expect(named?.severity).toBe('warning');
    expect(JSON.stringify(named?.args)).toContain('--os win2k12');
  });

  it('beside its files opens no others', async () => {
    const path = await bundle(Buffer.from(ovf()), 'x.ovf');
    await writeFile(join(path, '..', 'd.qcow2'), QCOW2);
    await writeFile(join(path, '..', 'other.ovf'), ovf());
    const { disks } = await inspect([path]);
    expect(disks.map((disk) => [disk.path, disk.slice, disk.wrapping])).toEqual([
      [join(path, '..', 'd.qcow2'), null, []],
    ]);
  });
});

describe('a compressed disk', () => {
  it('whose length nobody knows has no made-up size', async () => {
    const raw = Buffer.alloc(4 * 1024 * 1024 + 1, 'x');
    const path = await bundle(gzipSync(raw), 'disk.raw.gz');
    const evidence = await inspect([path]);
    expect(evidence.disks).toMatchObject([
      { format: 'raw', virtualSize: null, fileSize: (await readFile(path)).length },
    ]);
    expect(codes(evidence)).not.toContain('raw/partial-sector');
  });

  it('that keeps what matters at its end has to be unpacked', async () => {
    const head = Buffer.alloc(8 * 1024 * 1024);
    head.write('conectix', 0, 'latin1');
    const evidence = await inspect([await bundle(gzipSync(head), 'disk.vhd.gz')]);
    expect(codes(evidence)).toEqual(['bundle/needs-unpacking']);
  });
});

describe('a manifest that is asked for', () => {
  it.each<[string, readonly TarEntry[], string]>([
    ['is not there', [], 'bundle/nothing-to-verify'],
    ['lists something else', [{ name: 'x.mf', data: `SHA256(d.qcow2)= ${'0'.repeat(64)}\n` }], 'manifest/corrupt'],
  ])('%s', async (_, entries, code) => {
    const path = await tar({ name: 'x.ovf', data: ovf() }, ...entries, { name: 'd.qcow2', data: QCOW2 });
    expect(codes(await inspect([path], { verify: 'listed' }))).toContain(code);
  });
});
