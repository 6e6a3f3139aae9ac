import { describe, expect, it } from 'vitest';
import { bufferSource } from '../../../src/bytes/index.ts';
import { VmImportError } from '../../../src/diagnostics/index.ts';
import { format } from '../../../src/disks/raw/index.ts';
import { reader } from '../../../src/disks/raw/reader.ts';

describe('raw', () => {
  it('answers no probe, since it is what is left', () => {
    expect(format.probe({ head: Buffer.alloc(65536), size: 65536 })).toBe(false);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));

  it('is the guest disk itself, and nothing of it is read', async () => {
    const source = bufferSource('/images/disk.raw', Buffer.from('a'.repeat(1024)));
    const image = await reader.read(source, { disk: 'disk0' });
    expect(image).toMatchObject({
      format: 'raw',
      virtualSize: 1024,
      backing: null,
      encrypted: false,
      findings: [],
      hints: null,
    });
    expect(source.bytesRead).toBe(0);
    expect((await image.guest(null)?.read(1000, 24))?.toString()).toBe('a'.repeat(24));
  });

  it.each([
    [511, 511],
    [513, 1],
    [1, 1],
  ])('a size of %i bytes is no whole number of sectors', async (size, rest) => {
    const { findings } = await reader.read(bufferSource('x', Buffer.alloc(size)), { disk: 'disk0' });
    expect(findings).toMatchObject([{ code: 'raw/partial-sector', severity: 'warning', args: { size, rest } }]);
  });

  it('an empty file is no disk', async () => {
    const error = await reader.read(bufferSource('x', Buffer.alloc(0)), { disk: 'disk0' }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(VmImportError);
    expect(error.finding).toMatchObject({ code: 'raw/empty', exit: 3 });
  });
});
