import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildDmg } from '../../fixtures/generate/dmg.ts';
import { buildIso } from '../../fixtures/generate/iso.ts';
import { buildLuks1 } from '../../fixtures/generate/luks.ts';
import { buildDisk } from '../../fixtures/generate/partition-tables.ts';
import { buildQcow2 } from '../../fixtures/generate/qcow2.ts';
import { buildVdi } from '../../fixtures/generate/vdi.ts';
import { buildVhdx } from '../../fixtures/generate/vhdx.ts';
import { buildVpc } from '../../fixtures/generate/vpc.ts';
import { type ByteSource, bufferSource } from '../../src/bytes/index.ts';
import { type Finding, VmImportError } from '../../src/diagnostics/index.ts';
import { checkClaim, detect, withEnds } from '../../src/disks/detect.ts';

const SECTOR = 512;
const source = (bytes: Buffer): ByteSource => withEnds(bufferSource('/images/disk', bytes));

async function refusal(bytes: Buffer): Promise<Finding> {
  try {
    await detect(source(bytes));
  } catch (error) {
    if (error instanceof VmImportError) return error.finding;
    throw error;
  }
  throw new Error('it was expected to be refused');
}

const QCOW2 = buildQcow2().bytes;
const FIXED = buildVpc({ type: 'fixed', size: 64 * SECTOR }).bytes;
const FOOTER = FIXED.subarray(-SECTOR);
const DYNAMIC = buildVpc().bytes;
const TRAILER = buildDmg().subarray(-SECTOR);
const ISO = buildIso();
const DISK = buildDisk({ sectors: 128, mbr: [{ type: 0x83, start: 64, sectors: 64, active: true }] });
/** The first bytes of a file, written over another one. */
const over = (bytes: Buffer, start: Buffer, offset = 0): Buffer => {
  const result = Buffer.from(bytes);
  start.copy(result, offset);
  return result;
};

describe('the format of a file', () => {
  it.each([
    ['a raw disk', DISK, 'raw'],
    ['nothing', Buffer.alloc(0), 'raw'],
    ['a qcow2', QCOW2, 'qcow2'],
    ['a VHDX', buildVhdx(), 'vhdx'],
    ['a fixed VHD', FIXED, 'vpc'],
    ['a fixed VHD with the footer of old programs', FIXED.subarray(0, -1), 'vpc'],
    ['a dynamic VHD, with a footer at both ends', DYNAMIC, 'vpc'],
    ['a fixed VHD of a partitioned disk', Buffer.concat([DISK, FOOTER]), 'vpc'],
    ['a fixed VHD of a disc', Buffer.concat([ISO, FOOTER]), 'vpc'],
    ['a fixed VHD of a LUKS disk', Buffer.concat([buildLuks1(), FOOTER]), 'vpc'],
    ['a disc', ISO, 'iso'],
    ['a LUKS disk', buildLuks1(), 'luks'],
    ['an Apple image', buildDmg(), 'dmg'],
    ['an Apple image of a disc', Buffer.concat([ISO, TRAILER]), 'dmg'],
    ['an Apple image whose data start with bzip2', over(buildDmg({ data: 4096 }), Buffer.from('BZh9')), 'dmg'],
    [
      'an Apple image whose data start with xz',
      over(buildDmg({ data: 4096 }), Buffer.from('fd377a585a00', 'hex')),
      'dmg',
    ],
  ])('%s', async (_title, bytes, expected) => expect((await detect(source(bytes))).id).toBe(expected));
});

describe('two signatures that disagree are refused by name', () => {
  it.each([
    ['qcow2 at the start, VHD at the end', Buffer.concat([QCOW2, FOOTER]), 'qcow2, vpc'],
    [
      'qcow2 at the start, the 511 bytes of an old VHD at the end',
      Buffer.concat([QCOW2, FOOTER.subarray(0, 511)]),
      'qcow2, vpc',
    ],
    ['VHDX at the start, VHD at the end', Buffer.concat([buildVhdx(), FOOTER]), 'vhdx, vpc'],
    ['VDI at the start, VHD at the end', Buffer.concat([buildVdi(), FOOTER]), 'vdi, vpc'],
    ['qcow2 at the start, an Apple image at the end', Buffer.concat([QCOW2, TRAILER]), 'dmg, qcow2'],
    ['a dynamic VHD that ends as an Apple image', Buffer.concat([DYNAMIC.subarray(0, -SECTOR), TRAILER]), 'dmg, vpc'],
    ['qcow2 and a disc', over(ISO, QCOW2.subarray(0, 112)), 'iso, qcow2'],
    ['VDI and qcow2', over(buildVdi(), QCOW2.subarray(0, 8)), 'qcow2, vdi'],
    ['qcow2 and tar', over(QCOW2, Buffer.from('ustar'), 257), 'qcow2, tar archive'],
    ['gzip and a disc', over(ISO, gzipSync('x')), 'gzip file, iso'],
    ['zip at the start, VHD at the end', over(FIXED, Buffer.from('PK\x03\x04')), 'vpc, zip archive'],
  ])('%s', async (_title, bytes, expected) => {
    const { code, safety, exit, args } = await refusal(bytes);
    expect({ code, safety, exit }).toEqual({ code: 'disk/polyglot', safety: true, exit: 3 });
    expect(String(args['formats']).split(', ').toSorted().join(', ')).toBe(expected);
  });
});

describe('what no reader understands is refused by name', () => {
  it.each([
    ['a qcow of version 9', Buffer.from('514649fb00000009', 'hex'), 'qcow image of an unknown version'],
    ['a gzip file', gzipSync(Buffer.alloc(2000)), 'gzip file'],
    ['a tar archive', over(Buffer.alloc(1024), Buffer.from('ustar'), 257), 'tar archive'],
    ['a UDF disc without its second descriptor', over(Buffer.alloc(40960), Buffer.from('BEA01'), 32769), 'UDF image'],
  ])('%s', async (_title, bytes, kind) => {
    expect(await refusal(bytes)).toMatchObject({ code: 'disk/unsupported-format', exit: 3, args: { kind } });
  });
});

describe('a claim', () => {
  it.each(['qcow2', null])('of %s for a qcow2 is accepted', (claimed) => {
    expect(() => checkClaim(source(QCOW2), 'qcow2', claimed)).not.toThrow();
  });

  it.each(['raw', 'vmdk'])('of %s for a qcow2 is refused', (claimed) => {
    expect(() => checkClaim(source(QCOW2), 'qcow2', claimed)).toThrow(VmImportError);
  });
});

it('costs one read at each end', async () => {
  const bytes = Buffer.alloc(10 * 1024 * 1024);
  const inner = bufferSource('/images/disk', bytes);
  const ends = withEnds(inner);
  await detect(ends);
  await detect(ends);
  expect(inner.bytesRead).toBe(40 * 1024 + SECTOR);
});
