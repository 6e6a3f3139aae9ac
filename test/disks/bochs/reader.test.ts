import { describe, expect, it } from 'vitest';
import { buildBochs } from '../../../fixtures/generate/bochs.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import { format } from '../../../src/disks/bochs/index.ts';
import { reader } from '../../../src/disks/bochs/reader.ts';

const read = (bytes: Buffer) => reader.read(bufferSource('/images/disk.bochs', bytes), { disk: 'disk0' });

describe('probe', () => {
  it('knows its own signature', () => {
    expect(format.probe({ head: buildBochs(), size: 1024 })).toBe(true);
    expect(format.probe({ head: Buffer.alloc(0), size: 0 })).toBe(false);
    expect(format.probe({ head: Buffer.alloc(600, '#'), size: 600 })).toBe(false);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('an image', () => {
  it('is named and refused', async () => {
    const image = await read(buildBochs());
    expect(image).toMatchObject({ format: 'bochs', backing: null, encrypted: false, votes: [], hints: null });
    expect(image.findings).toMatchObject([{ code: 'bochs/unsupported', severity: 'error', exit: 3 }]);
    expect(image.findings[0]?.remedy).toContain('qemu-img convert -f bochs -O qcow2');
    expect(image.guest(null)).toBeNull();
  });

  it.each([
    ['version 2', buildBochs(), 1024 * 1024, '0x20000'],
    ['version 1', buildBochs({ version: 1 }), 1024 * 1024, '0x10000'],
    ['a size that is no whole number of sectors', buildBochs({ size: 1000n }), 512, '0x20000'],
    ['a size that no number holds', buildBochs({ size: 2n ** 60n }), null, '0x20000'],
  ])('%s', async (_title, bytes, virtualSize, version) => {
    const image = await read(bytes);
    expect(image).toMatchObject({ virtualSize, details: { version, type: 'Redolog', subtype: 'Growing' } });
  });

  it('of an unknown version has no size', async () => {
    const bytes = buildBochs();
    bytes.writeUInt32LE(3, 64);
    bytes.fill(0, 32, 64);
    expect(await read(bytes)).toMatchObject({ virtualSize: null, details: { type: null, subtype: null } });
  });

  it.each([
    ['cut', buildBochs().subarray(0, 100)],
    ['empty', Buffer.alloc(0)],
    ['something else', Buffer.alloc(1024)],
  ])('that is %s is refused', async (_title, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ finding: { code: 'bochs/bad-header', exit: 3 } });
  });
});
