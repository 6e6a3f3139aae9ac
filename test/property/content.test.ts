import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildBootDisc } from '../../fixtures/generate/el-torito.ts';
import { fat16EntryAt } from '../../fixtures/generate/fat.ts';
import { buildDisk, writeMbr } from '../../fixtures/generate/partition-tables.ts';
import { type ByteSource, bufferSource } from '../../src/bytes/index.ts';
import { diagnostics } from '../../src/content/diagnostics.ts';
import { inspectContent } from '../../src/content/inspect.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';
import { buildPe } from '../../src/synthesis/pe.ts';
import { esp, gptDisk, TYPE, VENDOR, WINDOWS_7, WINDOWS_11 } from '../content/disks.ts';
import { read } from '../content/reading.ts';

const ESP_AT = 2048 * 512;
const FILES = { 'EFI/BOOT/BOOTX64.EFI': buildPe({ signed: true }), 'EFI/a-long-vendor-name/a-loader.efi': buildPe() };

const GOOD: readonly (readonly [title: string, disk: Buffer, interesting: readonly (readonly [number, number])[]])[] = [
  [
    'a UEFI disk',
    gptDisk({ esp: esp(FILES), biosBoot: true }),
    [
      [440, 2048],
      [ESP_AT, 64 * 1024],
    ],
  ],
  [
    'a disk without fallback loader',
    gptDisk({ esp: VENDOR }),
    [
      [512, 600],
      [ESP_AT, 64 * 1024],
    ],
  ],
  [
    'an MBR disk of Windows 7',
    WINDOWS_7,
    [
      [0, 512],
      [ESP_AT, 1024],
    ],
  ],
  [
    'a UEFI disk of Windows',
    WINDOWS_11,
    [
      [0, 2048],
      [ESP_AT, 64 * 1024],
    ],
  ],
  ['a FAT volume', esp(FILES), [[0, 64 * 1024]]],
  [
    'a disc',
    buildBootDisc({
      entries: [
        { platform: 0, image: Buffer.alloc(99, 1) },
        { platform: 0xef, image: esp(FILES) },
      ],
    }),
    [[32768, 12288]],
  ],
  ['an EFI program', buildPe({ signed: true, sections: ['.linux', '.osrel'] }), [[0, 1024]]],
];

describe('the content room survives', () => {
  it('any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 4096 }), async (bytes) => {
        await read(Buffer.from(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('any bytes behind any signature', async () => {
    const starts = [
      [510, '\x55\xaa'],
      [512, 'EFI PART'],
      [0, 'MZ'],
      [0x202, 'HdrS'],
      [3, 'NTFS    '],
      [0, '\xeb\x3c\x90mkfs.fat\0\x02\x01\x01\0\x01'],
      [0, '\x7fELF'],
    ] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1024, maxLength: 8192 }),
        fc.subarray([...starts]),
        async (bytes, signatures) => {
          const disk = Buffer.from(bytes);
          for (const [offset, text] of [...signatures, starts[0]]) disk.write(text, offset, 'latin1');
          await read(disk);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(GOOD)('any flip in %s', async (_title, disk, interesting) => {
    const places = fc.oneof(
      ...interesting.map(([start, length]) =>
        fc.integer({ min: start, max: Math.min(start + length, disk.length) - 1 }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(places, fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        async (flips) => {
          const bent = Buffer.from(disk);
          for (const [offset, value] of flips) bent[offset] = value;
          await read(bent);
        },
      ),
      { numRuns: 120 },
    );
  });

  it.each(GOOD)('any cut of %s', async (_title, disk) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: disk.length }), async (length) => {
        await read(disk.subarray(0, length));
      }),
      { numRuns: 40 },
    );
  });

  it('any FAT chain, loops too', async () => {
    const volume = esp(FILES);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 65535 }), { minLength: 1, maxLength: 40 }), async (chain) => {
        const bent = Buffer.from(volume);
        chain.forEach((next, index) => {
          bent.writeUInt16LE(index % 2 === 0 ? next : 2 + (next % chain.length), fat16EntryAt(2 + index));
        });
        await read(bent);
      }),
      { numRuns: 150 },
    );
  });

  it('any chain of extended boot records, loops too', async () => {
    const link = fc.integer({ min: 0, max: 63 });
    await fc.assert(
      fc.asyncProperty(fc.array(link, { minLength: 64, maxLength: 64 }), async (links) => {
        const disk = buildDisk({ sectors: 256, mbr: [{ type: 0x0f, start: 64, sectors: 192 }] });
        links.forEach((start, index) => {
          writeMbr(disk, (64 + index) * 512, [
            { type: 0x83, start: 1, sectors: 1 },
            { type: 0x05, start, sectors: 1 },
          ]);
        });
        await read(disk);
      }),
      { numRuns: 150 },
    );
  });

  it('a source that fails in the middle: a finding, and what was seen before', async () => {
    const disk = gptDisk({ esp: esp(FILES), other: [TYPE.linux] });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60 }), async (after) => {
        const inner = bufferSource('test.img', disk);
        let reads = 0;
        const failing: ByteSource = {
          ...inner,
          size: inner.size,
          async read(offset, length) {
            reads += 1;
            if (reads > after) throw new VmImportError(diagnostics['read-budget']({ reads, bytes: offset }));
            return inner.read(offset, length);
          },
        };
        const reading = await inspectContent(failing, { disk: 'disk0', uri: 'test.img' });
        if (reads > after) expect(reading.findings.map(({ code }) => code)).toContain('content/read-budget');
      }),
    );
  });
});

describe('the identity of a disk', () => {
  const many = Array.from({ length: 100 }, (_, index) => ({
    type: TYPE.linux,
    first: 3000 + index * 130,
    last: 3129 + index * 130,
  }));
  const chain = buildDisk({ sectors: 16384, mbr: [{ type: 0x05, start: 200, sectors: 16000 }] });
  for (let index = 0; index < 60; index += 1) {
    writeMbr(chain, (200 + index * 200) * 512, [
      { type: 0x83, start: 1, sectors: 150 },
      { type: 0x05, start: (index + 1) * 200, sectors: 200 },
    ]);
  }

  it.each([
    ['Windows 7', WINDOWS_7],
    ['a hundred partitions', buildDisk({ sectors: 17000, gpt: many })],
    ['sixty logical partitions', chain],
    ['zeros', Buffer.alloc(8 * 1024 * 1024)],
    ['a disk with a GPT that grew', Buffer.concat([buildDisk({ sectors: 17000, gpt: many }), Buffer.alloc(65536)])],
  ])('costs at most 15 reads and 200 KiB: %s', async (_title, disk) => {
    const inner = bufferSource('test.img', disk);
    let reads = 0;
    const counting: ByteSource = {
      ...inner,
      async read(offset, length) {
        reads += 1;
        return inner.read(offset, length);
      },
    };
    await inspectContent(counting, { disk: 'disk0', uri: 'test.img' });
    expect(reads).toBeLessThanOrEqual(15);
    expect(inner.bytesRead).toBeLessThanOrEqual(200 * 1024);
  });
});
