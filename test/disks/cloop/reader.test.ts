import { describe, expect, it } from 'vitest';
import { buildCloop } from '../../../fixtures/generate/cloop.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import { format } from '../../../src/disks/cloop/index.ts';
import { reader } from '../../../src/disks/cloop/reader.ts';

const read = (bytes: Buffer) => reader.read(bufferSource('/images/disk.cloop', bytes), { disk: 'disk0' });

describe('probe', () => {
  it('knows its own signature', () => {
    expect(format.probe({ head: buildCloop(), size: 1024 })).toBe(true);
    expect(format.probe({ head: Buffer.alloc(0), size: 0 })).toBe(false);
    expect(format.probe({ head: Buffer.alloc(600, '#'), size: 600 })).toBe(false);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('an image', () => {
  it('is named and refused', async () => {
    const image = await read(buildCloop());
    expect(image).toMatchObject({ format: 'cloop', backing: null, encrypted: false, votes: [], hints: null });
    expect(image.findings).toMatchObject([{ code: 'cloop/unsupported', severity: 'error', exit: 3 }]);
    expect(image.findings[0]?.remedy).toContain('qemu-img convert -f cloop -O qcow2');
    expect(image.guest(null)).toBeNull();
  });

  it.each([
    ['three blocks', buildCloop(), 3 * 65536],
    ['blocks that are no whole sectors', buildCloop({ blockSize: 1000 }), null],
    ['more than can be counted', buildCloop({ blockSize: 0xfffffe00, blocks: 0xffffffff }), null],
  ])('%s', async (_title, bytes, virtualSize) => {
    expect(await read(bytes)).toMatchObject({ virtualSize });
  });

  it.each([
    ['cut', buildCloop().subarray(0, 100)],
    ['empty', Buffer.alloc(0)],
    ['something else', Buffer.alloc(1024)],
  ])('that is %s is refused', async (_title, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ finding: { code: 'cloop/bad-header', exit: 3 } });
  });
});
