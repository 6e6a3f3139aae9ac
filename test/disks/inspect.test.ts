import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildIso } from '../../fixtures/generate/iso.ts';
import { buildDisk } from '../../fixtures/generate/partition-tables.ts';
import { inspectContent } from '../../src/content/inspect.ts';
import { inspectDisk } from '../../src/disks/inspect.ts';
import { openFile } from '../../src/sources/file.ts';

const dir = mkdtempSync(join(tmpdir(), 'inspect-disk-'));
afterAll(() => rmSync(dir, { recursive: true }));

async function inspect(bytes: Buffer, claimed: string | null) {
  const path = join(dir, 'disk');
  writeFileSync(path, bytes);
  const file = await openFile(path);
  try {
    return await inspectDisk(file, {
      id: 'disk0',
      claimed,
      backingFiles: 'refuse',
      look: (guest) => inspectContent(guest, { disk: 'disk0', uri: path }),
    });
  } finally {
    await file.close();
  }
}

const DISC = buildIso();
/** A disc, then partitions behind it: what dd and a partitioning tool leave on a stick. */
const PARTITIONED = buildDisk({ sectors: 4096, mbr: [{ type: 0x83, start: 2048, sectors: 2048, active: true }] });
// longer than the disk, which is worth a warning on a disc
const LONG = buildIso({ patches: [{ offset: 32768 + 80, bytes: Buffer.from('0000010000010000', 'hex') }] });
LONG.copy(PARTITIONED, 32768, 32768, Math.min(LONG.length, 2048 * 512));

describe('descriptors of a disc', () => {
  it.each([null, 'iso'])('make a disc, whether or not somebody said so (%s)', async (claimed) => {
    expect((await inspect(DISC, claimed)).disk).toMatchObject({ format: 'iso', payload: 'iso' });
  });

  it.each([null, 'raw'])('that a partitioned disk has kept do not (claimed: %s)', async (claimed) => {
    const { disk, findings } = await inspect(PARTITIONED, claimed);
    expect(disk).toMatchObject({ format: 'raw', payload: 'disk', details: {} });
    expect(disk?.partitions).toHaveLength(1);
    expect(findings.map(({ code }) => code)).toEqual([]);
  });

  it('that is longer than its file is reported', async () => {
    expect((await inspect(LONG, null)).findings.map(({ code }) => code)).toContain('iso/volume-cut');
  });

  it.each(['raw', 'qcow2'])('are not a %s', async (claimed) => {
    const { disk, findings } = await inspect(DISC, claimed);
    expect(disk).toBeNull();
    expect(findings).toMatchObject([{ code: 'disk/format-mismatch', args: { claimed, detected: 'iso' } }]);
  });
});
