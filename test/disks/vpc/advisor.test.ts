import { describe, expect, it } from 'vitest';
import type { VpcOptions } from '../../../fixtures/generate/vpc.ts';
import { u64be } from '../../words.ts';
import { open } from './open.ts';

const MIB = 1024 * 1024;

async function found(options: VpcOptions): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const { findings } = await open(options);
  return new Map(findings.map(({ code, args, severity }) => [code.replace('vpc/', ''), { ...args, severity }]));
}

/** 32 MiB, but a geometry of 31.99: as rounding leaves it. */
const rounded = {
  size: 32 * MIB,
  blockSize: 2 * MIB,
  geometry: { cylinders: 963, heads: 4, sectors: 17 },
};
const GEOMETRY = 963 * 4 * 17 * 512;
const CURRENT = 32 * MIB;

describe('which size counts', () => {
  it.each([
    ['Virtual PC', 'vpc ', GEOMETRY, GEOMETRY, 'geometry'],
    ['Virtual Server', 'vs  ', GEOMETRY, CURRENT, 'current-size'],
    ['qemu', 'qemu', GEOMETRY, GEOMETRY, 'geometry'],
    ['qemu with force_size', 'qem2', CURRENT, CURRENT, 'current-size'],
    ['Hyper-V', 'win ', CURRENT, CURRENT, 'current-size'],
    ['Disk2vhd', 'd2v ', CURRENT, CURRENT, 'current-size'],
    ['XenServer', 'tap\0', CURRENT, CURRENT, 'current-size'],
    ['XenConvert', 'CTXS', CURRENT, CURRENT, 'current-size'],
    ['Azure', 'wa\0\0', GEOMETRY, CURRENT, 'current-size'],
    ['VirtualBox', 'vbox', GEOMETRY, CURRENT, 'current-size'],
  ])('in a disk of %s', async (_title, creator, oldQemu, newQemu, rule) => {
    const { virtualSize, details, findings } = await open({ ...rounded, creator });
    expect(virtualSize).toBe(newQemu);
    expect(details).toMatchObject({ sizeInOldQemu: oldQemu, sizeInNewQemu: newQemu, sizeRule: rule });
    const disagree = findings.find(({ code }) => code === 'vpc/sizes-disagree');
    if (oldQemu === CURRENT && newQemu === CURRENT) expect(disagree).toBeUndefined();
    else {
      expect(disagree).toMatchObject({
        severity: 'warning',
        args: { current: CURRENT, geometry: GEOMETRY, oldQemu, newQemu, chosen: newQemu },
      });
    }
  });

  it.each(['vpc ', 'qemu', 'vbox'])('with the largest geometry is the current one ("%s")', async (creator) => {
    const geometry = { cylinders: 65535, heads: 16, sectors: 255 };
    const { virtualSize, findings } = await open({ ...rounded, creator, geometry });
    expect(virtualSize).toBe(CURRENT);
    expect(findings.map(({ code }) => code)).not.toContain('vpc/sizes-disagree');
  });

  it('is given in whole sectors', async () => {
    const footerPatches = [{ offset: 48, bytes: u64be(BigInt(CURRENT - 1)) }];
    const findings = await found({ ...rounded, footerPatches });
    expect(findings.get('size-not-sectors')).toMatchObject({ size: CURRENT - 1, seen: CURRENT - 512 });
  });

  it('is warned of when the disk was resized', async () => {
    const findings = await found({ ...rounded, originalSize: MIB });
    expect(findings.get('original-size-differs')).toMatchObject({
      original: MIB,
      current: CURRENT,
      severity: 'warning',
    });
  });

  it.each([
    ['at 2040 GiB is the most', 2040 * 1024, false],
    ['above 2040 GiB is refused', 2042 * 1024, true],
  ])('%s', async (_title, mib, refused) => {
    const options = { size: mib * MIB, blockSize: 2 ** 31, geometry: { cylinders: 0, heads: 0, sectors: 0 } };
    expect((await found(options)).has('too-large')).toBe(refused);
  });
});

describe('what is said of a disk', () => {
  const cases: readonly (readonly [string, VpcOptions, string, boolean])[] = [
    ['who wrote it', {}, 'creator', true],
    ['its machine was suspended', { savedState: 1 }, 'saved-state', true],
    ['its machine was not suspended', {}, 'saved-state', false],
    ['XenServer hides it', { hidden: 1 }, 'hidden', true],
    ['XenServer will not resize what Hyper-V wrote', {}, 'xen-no-resize', true],
    ['XenServer resizes its own', { creator: 'tap\0' }, 'xen-no-resize', false],
    ['XenServer wants it dynamic', { type: 'fixed' }, 'xen-fixed', true],
    ['Azure wants it fixed', {}, 'azure-not-fixed', true],
    ['Azure takes it', { type: 'fixed', size: 2 * MIB }, 'azure-not-aligned', false],
    ['Azure wants whole MiB', { type: 'fixed', size: 2 * MIB + 512 }, 'azure-not-aligned', true],
    ['Azure wants a whole footer', { type: 'fixed', size: 2 * MIB, endLength: 511 }, 'azure-not-aligned', true],
    ['a batmap has to be there', { creator: 'tap\0', creatorVersion: 0x00010003 }, 'xen-batmap-missing', true],
    ['a batmap may be missing', { creator: 'tap\0', creatorVersion: 0x00010000 }, 'xen-batmap-missing', false],
    ['no batmap is looked for', { creator: 'tap\0', creatorVersion: 1 }, 'xen-batmap-missing', false],
    ['a batmap of others is ignored', { batmap: 'good' }, 'xen-batmap-ignored', true],
    ['a good batmap', { creator: 'tap\0', creatorVersion: 0x00010003, batmap: 'good' }, 'xen-batmap-damaged', false],
    [
      'a batmap with a wrong sum',
      { creator: 'tap\0', creatorVersion: 0x00010003, batmap: 'bad-checksum' },
      'xen-batmap-damaged',
      true,
    ],
    [
      'a batmap that was summed as signed bytes',
      { creator: 'tap\0', creatorVersion: 0x00010001, batmap: 'signed' },
      'xen-batmap-damaged',
      false,
    ],
  ];
  it.each(cases)('%s', async (_title, options, name, expected) => {
    expect((await found(options)).has(name)).toBe(expected);
  });

  it.each([
    ['newer than any known', 20, u64be(0x00010003_00000000n)],
    ['larger than any disk needs', 16, u64be(0xffffffff_00010002n)],
    ['too short for the disk', 16, u64be(0x00000000_00010002n)],
    ['behind the end of the file', 8, u64be(1n << 60n)],
  ])('a batmap that is %s is damaged', async (_title, offset, bytes) => {
    const patches = [{ offset: 1536 + 512 + offset, bytes }];
    const findings = await found({ creator: 'tap\0', creatorVersion: 0x00010003, batmap: 'good', patches });
    expect(findings.get('xen-batmap-damaged')).toMatchObject({ severity: 'info' });
  });

  it('is advice where it concerns one target only', async () => {
    for (const options of [{}, { type: 'fixed' as const, size: MIB + 512 }]) {
      for (const [name, { severity }] of await found(options)) {
        if (name.startsWith('xen-') || name.startsWith('azure-')) expect([name, severity]).toEqual([name, 'info']);
      }
    }
  });
});
