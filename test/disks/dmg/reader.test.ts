import { describe, expect, it } from 'vitest';
import { buildDmg } from '../../../fixtures/generate/dmg.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import { format } from '../../../src/disks/dmg/index.ts';
import { reader } from '../../../src/disks/dmg/reader.ts';

const read = (bytes: Buffer) => reader.read(bufferSource('/images/disk.dmg', bytes), { disk: 'disk0' });

describe('probe', () => {
  it('knows its own signature', () => {
    expect(format.probeTail?.(buildDmg().subarray(-1024), 2048)).toBe(true);
    expect(format.probe({ head: Buffer.from('koly'), size: 4 })).toBe(false);
    expect(format.probeTail?.(Buffer.from('koly'), 4)).toBe(false);
    expect(format.probeTail?.(Buffer.alloc(1024), 1024)).toBe(false);
    expect(format.probeTail?.(Buffer.concat([Buffer.from('koly'), Buffer.alloc(508)]), 512)).toBe(false);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('an image', () => {
  it('is named and refused', async () => {
    const image = await read(buildDmg());
    expect(image).toMatchObject({ format: 'dmg', backing: null, encrypted: false, votes: [], hints: null });
    expect(image.findings).toMatchObject([{ code: 'dmg/unsupported', severity: 'error', exit: 3 }]);
    expect(image.findings[0]?.remedy).toContain('qemu-img convert -f dmg -O qcow2');
    expect(image.guest(null)).toBeNull();
  });

  it.each([
    ['a trailer behind data', buildDmg(), 1024 * 1024],
    ['a trailer alone', buildDmg({ data: 0 }), 1024 * 1024],
    ['a size that no number holds', buildDmg({ sectors: 2n ** 60n }), null],
    ['a size in bytes that no number holds', buildDmg({ sectors: 2n ** 50n }), null],
  ])('%s', async (_title, bytes, virtualSize) => {
    expect(await read(bytes)).toMatchObject({ virtualSize });
  });

  it.each([
    ['cut', buildDmg().subarray(0, 100)],
    ['empty', Buffer.alloc(0)],
    ['something else', Buffer.alloc(1024)],
  ])('that is %s is refused', async (_title, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ finding: { code: 'dmg/bad-trailer', exit: 3 } });
  });
});
