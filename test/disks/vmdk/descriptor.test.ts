import { describe, expect, it } from 'vitest';
import { buildCowd, buildSeSparse, descriptorText, type VmdkOptions } from '../../../fixtures/generate/vmdk.ts';
import { codes, findingOf } from '../../findings.ts';
import { open, openBytes } from './open.ts';

describe('a descriptor that reaches out of the file', () => {
  const text = descriptorText({});
  it.each([
    ['a parent', descriptorText({ fields: ['parentFileNameHint="/etc/shadow"'] }), ['vmdk/parent']],
    ['a parent in a comment', `${text}# parentFileNameHint="/etc/shadow"\n`, ['vmdk/parent']],
    ['a parent in a ddb entry', `${text}ddb.x = "PARENTFILENAMEHINT"\n`, ['vmdk/parent']],
    ['a parent content id', text.replace('ffffffff', '7027157c'), ['vmdk/parent']],
    [
      'both',
      descriptorText({ fields: ['parentFileNameHint="b.vmdk"'] }).replace('ffffffff', '7027157c'),
      ['vmdk/parent', 'vmdk/parent'],
    ],
    ['a flat type', text.replace('monolithicSparse', 'monolithicFlat'), ['vmdk/unsupported-create-type']],
    ['a custom type', text.replace('monolithicSparse', 'custom'), ['vmdk/unsupported-create-type']],
    [
      'a flat extent with a path',
      descriptorText({ extents: ['RW 2048 FLAT "/etc/shadow" 0'] }),
      ['vmdk/extent-path', 'vmdk/foreign-extent'],
    ],
    ['a path on Windows', descriptorText({ extents: ['RW 2048 SPARSE "..\\x.vmdk"'] }), ['vmdk/extent-path']],
    ['a flat extent', descriptorText({ extents: ['RW 2048 FLAT "x" 0'] }), ['vmdk/foreign-extent']],
    ['an extent of zeros', descriptorText({ extents: ['RW 2048 ZERO'] }), ['vmdk/foreign-extent']],
    ['two extents', descriptorText({ extents: ['RW 1024 SPARSE "a"', 'RW 1024 SPARSE "b"'] }), ['vmdk/foreign-extent']],
    ['no extent', descriptorText({ extents: [] }), ['vmdk/foreign-extent']],
  ])('%s is refused', async (_title, descriptor, expected) => {
    const image = await open({ descriptor });
    expect(codes(image)).toEqual(expected);
    expect(image.findings.every(({ severity, exit, safety }) => severity === 'error' && exit === 3 && safety)).toBe(
      true,
    );
    expect(image.guest(null)).toBeNull();
    expect(image.backing).toBeNull();
  });

  it('a parent behind the descriptor, where qemu still looks', async () => {
    const hint = Buffer.from('parentFileNameHint="/etc/shadow"');
    const image = await open({
      descriptor: text.padEnd(1024, '\n'),
      descriptorSectors: 2,
      patches: [{ offset: 512 + 1024 + 512 + 2048, bytes: hint }],
      grains: { 0: { kind: 'data', bytes: Buffer.alloc(65536) } },
    });
    expect(codes(image)).toEqual(['vmdk/parent']);
  });
});

describe('a descriptor that is not one', () => {
  const text = descriptorText({});
  it.each([
    ['createType twice', `${text}createType="streamOptimized"\n`, 'duplicate-key'],
    ['createType in other letters', text.replace('createType', 'CREATETYPE'), 'duplicate-key'],
    ['CID twice', `${text}CID=00000000\n`, 'duplicate-key'],
    ['cid in small letters', text.replace('CID=7', 'cid=7'), 'duplicate-key'],
    ['parentCID twice', `${text}parentCID=ffffffff\n`, 'duplicate-key'],
    ['no createType', text.replace(/createType.*\n/, ''), 'bad-descriptor'],
    ['an empty createType', text.replace('"monolithicSparse"', '""'), 'bad-descriptor'],
    ['a line of another kind', `${text}hello world\n`, 'bad-descriptor'],
    ['a name with a blank', `${text}create Type="x"\n`, 'bad-descriptor'],
    ['an extent without a size', `${text}RW many SPARSE "x"\n`, 'bad-descriptor'],
    ['an extent with words behind it', `${text}RW 1 FLAT "x" 0 and more\n`, 'bad-descriptor'],
    ['text behind the NUL', `${text}\0\0createType="monolithicFlat"\n`, 'bad-descriptor'],
    ['a carriage return in a line', `${text}# a\rcreateType="custom"\n`, 'bad-descriptor'],
    ['an escape sequence', `${text}# \x1b[31m\n`, 'bad-descriptor'],
  ])('%s', async (_title, descriptor, code) => {
    expect(await findingOf(open({ descriptor }))).toMatchObject({ code: `vmdk/${code}`, exit: 3, safety: true });
  });

  it('2000 entries', async () => {
    const fields = Array.from({ length: 2000 }, (_, index) => `a${index}=1`);
    const descriptor = descriptorText({ fields });
    const descriptorSectors = Math.ceil(descriptor.length / 512);
    expect((await findingOf(open({ descriptor, descriptorSectors }))).code).toBe('vmdk/bad-descriptor');
  });
});

describe('files that are a part of a disk', () => {
  it.each([
    ['an extent without descriptor', { descriptor: null }],
    ['an extent with the empty descriptor of qemu-img', { descriptor: '' }],
  ] satisfies readonly (readonly [string, VmdkOptions])[])('%s', async (_title, options) => {
    const image = await open(options);
    expect(codes(image)).toEqual(['vmdk/no-descriptor']);
    expect(image).toMatchObject({ virtualSize: 2048 * 512, votes: [] });
    expect(image.guest(null)).toBeNull();
  });

  it.each([
    ['monolithicFlat', ['RW 131072 FLAT "disk-flat.vmdk" 0'], 131072, 'not-self-contained'],
    ['vmfs', ['RW 131072 VMFS "disk-flat.vmdk"'], 131072, 'not-self-contained'],
    ['vmfsSparse', ['RW 131072 VMFSSPARSE "disk-000001-delta.vmdk"'], 131072, 'not-self-contained'],
    [
      'twoGbMaxExtentSparse',
      ['RW 4192256 SPARSE "d-s001.vmdk"', 'RW 2048 SPARSE "d-s002.vmdk"'],
      4194304,
      'not-self-contained',
    ],
    ['monolithicSparse', ['RW 2048 SPARSE "elsewhere.vmdk"'], 2048, 'not-self-contained'],
    ['vmfsRawDeviceMap', ['RW 131072 VMFSRDM "disk-rdm.vmdk"'], 131072, 'host-device'],
    ['partitionedDevice', ['RW 63 FLAT "disk-pt.vmdk" 0', 'RW 100 ZERO'], 163, 'host-device'],
  ])('a descriptor file of type %s', async (createType, extents, sectors, code) => {
    const image = await openBytes(Buffer.from(descriptorText({ createType, extents })));
    expect(codes(image)).toEqual([`vmdk/${code}`]);
    expect(image).toMatchObject({
      virtualSize: sectors * 512,
      details: { kind: 'descriptor', createType, extentCount: extents.length },
      votes: [],
    });
    expect(image.details['extents']).toHaveLength(extents.length);
    expect(image.guest(null)).toBeNull();
  });

  it('a descriptor file that names a file of the host', async () => {
    const extents = ['RW 2048 FLAT "/etc/shadow" 0'];
    const image = await openBytes(Buffer.from(descriptorText({ createType: 'monolithicFlat', extents })));
    expect(codes(image)).toEqual(['vmdk/not-self-contained', 'vmdk/extent-path']);
    expect(image.findings[0]?.args).toEqual({ createType: 'monolithicFlat', count: 1, names: '/etc/shadow' });
  });

  it('a device of Windows', async () => {
    const extents = ['RW 63 FLAT "\\\\.\\PhysicalDrive0" 0 "partitionUUID"'];
    const image = await openBytes(Buffer.from(descriptorText({ createType: 'fullDevice', extents })));
    expect(codes(image)).toEqual(['vmdk/host-device', 'vmdk/extent-path']);
  });

  it('a descriptor file of a megabyte is not read', async () => {
    const bytes = Buffer.alloc(2 ** 20, '\n');
    bytes.write(descriptorText({}));
    expect((await findingOf(openBytes(bytes))).code).toBe('vmdk/descriptor-too-large');
  });

  it('a descriptor file with more sectors than can be counted has no size', async () => {
    const extents = Array.from({ length: 3 }, () => 'RW 9000000000000000 FLAT "x" 0');
    const image = await openBytes(Buffer.from(descriptorText({ createType: 'monolithicFlat', extents })));
    expect(image.virtualSize).toBeNull();
  });

  it.each([
    ['a COWD redo log', buildCowd(2048), 'cowd', '0x1'],
    ['a seSparse redo log', buildSeSparse(2048), 'sesparse', '0x200000001'],
  ])('%s', async (_title, bytes, kind, version) => {
    const image = await openBytes(bytes);
    expect(codes(image)).toEqual(['vmdk/redo-log']);
    expect(image).toMatchObject({ virtualSize: 2048 * 512, details: { kind, version } });
    expect(image.guest(null)).toBeNull();
    expect((await findingOf(openBytes(bytes.subarray(0, 40)))).code).toBe('vmdk/truncated-header');
  });
});
