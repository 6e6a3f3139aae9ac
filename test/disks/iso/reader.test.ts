import { describe, expect, it } from 'vitest';
import {
  bootEntry,
  buildIso,
  CATALOG,
  DESCRIPTORS,
  dstring,
  type IsoOptions,
  section,
  validation,
} from '../../../fixtures/generate/iso.ts';
import { format } from '../../../src/disks/iso/index.ts';
import { reader } from '../../../src/disks/iso/reader.ts';
import { codes, findingOf } from '../../findings.ts';
import { openBytes } from './open.ts';

const open = (options: IsoOptions = {}) => openBytes(buildIso(options));
const udf = { volumeId: dstring('volume', 32), logicalVolumeId: dstring('A UDF disc ü', 128) };

describe('probe', () => {
  it.each([
    ['ISO 9660', buildIso(), true],
    ['UDF with NSR02', buildIso({ sequence: ['BEA01', 'NSR02', 'TEA01'] }), true],
    ['UDF with NSR03', buildIso({ sequence: ['BEA01', 'NSR03', 'TEA01'] }), true],
    ['an isohybrid', buildIso({ system: ['mbr', 'gpt', 'apm'] }), true],
    ['an extended area without a volume', buildIso({ sequence: ['BEA01', 'TEA01'] }), false],
    ['the system area alone', buildIso().subarray(0, DESCRIPTORS), false],
    ['nothing', Buffer.alloc(0), false],
  ])('%s', (_title, bytes, expected) => {
    expect(format.probe({ head: bytes.subarray(0, 65536), size: bytes.length })).toBe(expected);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('what a disc says', () => {
  it('of its volume', async () => {
    const image = await open({ volumeId: 'Fedora-S-dvd-x86_64-37' });
    expect(image).toMatchObject({ format: 'iso', virtualSize: 131072, backing: null, encrypted: false, votes: [] });
    expect(image.findings).toEqual([]);
    expect(image.details).toEqual({
      volumeId: 'Fedora-S-dvd-x86_64-37',
      systemId: 'LINUX',
      volumeSetId: '',
      publisher: 'A PUBLISHER',
      preparer: '',
      application: 'AN APPLICATION',
      blockSize: 2048,
      volumeSize: 131072,
      iso9660: true,
      joliet: false,
      udf: false,
      udfVolumeId: null,
      elTorito: null,
      hybrid: [],
    });
  });

  it('is all there is: the guest sees the file', async () => {
    const bytes = buildIso();
    const guest = (await openBytes(bytes)).guest(null);
    expect((await guest?.read(0, bytes.length))?.equals(bytes)).toBe(true);
  });

  const cases: readonly (readonly [string, IsoOptions, object])[] = [
    ['of Joliet', { sequence: ['primary', 'joliet', 'end'] }, { joliet: true }],
    [
      'of a bridge disc',
      { sequence: ['primary', 'end', 'BEA01', 'NSR02', 'TEA01'], udf },
      { iso9660: true, udf: true, volumeId: 'A TEST', udfVolumeId: 'A UDF disc ü' },
    ],
    [
      'of UDF alone',
      { sequence: ['BEA01', 'NSR03', 'TEA01'], udf },
      { iso9660: false, udf: true, volumeId: 'A UDF disc ü', volumeSize: null },
    ],
    [
      'of UDF with a name in 16 bits',
      { sequence: ['BEA01', 'NSR03'], udf: { ...udf, logicalVolumeId: dstring('диск', 128, 16) } },
      { volumeId: 'диск' },
    ],
    ['of UDF without an anchor', { sequence: ['BEA01', 'NSR03'] }, { volumeId: '', udfVolumeId: null }],
    ['of partition tables', { system: ['mbr', 'gpt', 'apm'] }, { hybrid: ['mbr', 'gpt', 'apm'] }],
  ];
  it.each(cases)('%s', async (_title, options, details) => {
    const image = await open(options);
    expect(image.details).toMatchObject(details);
    expect(image.findings).toEqual([]);
  });
});

describe('the boot catalog', () => {
  const sequence = ['primary', 'boot', 'end'] as const;

  it('lists an image for BIOS and one for UEFI', async () => {
    const catalog = [validation(0), bootEntry(100), section(0xef, 1, true), bootEntry(200)];
    const image = await open({ sequence, catalog });
    expect(image.findings).toEqual([]);
    expect(image.details['elTorito']).toEqual([
      { platform: 'bios', bootable: true, media: 'none', sector: 100, loadSectors: 4 },
      { platform: 'efi', bootable: true, media: 'none', sector: 200, loadSectors: 4 },
    ]);
  });

  it('lists sections and passes over their extensions', async () => {
    const extension = Buffer.alloc(32);
    extension.writeUInt8(0x44, 0);
    const catalog = [
      validation(0xef),
      bootEntry(1, false, 4),
      section(1, 2, false),
      bootEntry(2),
      extension,
      bootEntry(3),
      section(0x77, 1, true),
      bootEntry(4, true, 9),
      section(0, 1, true),
      bootEntry(5),
    ];
    const { details } = await open({ sequence, catalog });
    expect(details['elTorito']).toMatchObject([
      { platform: 'efi', bootable: false, media: 'hard-disk' },
      { platform: 'powerpc', sector: 2 },
      { platform: 'powerpc', sector: 3 },
      { platform: '0x77', media: '0x9', sector: 4 },
    ]);
  });

  const broken: readonly (readonly [string, IsoOptions, number])[] = [
    ['outside the file', { patches: [{ offset: DESCRIPTORS + 2048 + 71, bytes: Buffer.alloc(4, 0xff) }] }, 0],
    ['not there', {}, 0],
    ['with a wrong checksum', { catalog: [validation(0, 1), bootEntry(1)] }, 0],
    ['with more entries than fit', { catalog: [validation(0), bootEntry(1), section(0, 65535, true)] }, 62],
  ];
  it.each(broken)('%s is warned of', async (_title, options, entries) => {
    const image = await open({ sequence, ...options });
    expect(codes(image)).toEqual(['iso/bad-boot-catalog']);
    expect(image.details['elTorito']).toHaveLength(entries);
  });

  it('is where the first boot record says', async () => {
    const { details } = await open({
      sequence: ['primary', 'boot', 'boot', 'end'],
      catalog: [validation(0), bootEntry(7)],
      patches: [{ offset: DESCRIPTORS + 2 * 2048 + 71, bytes: Buffer.from([CATALOG + 1, 0, 0, 0]) }],
    });
    expect(details['elTorito']).toMatchObject([{ sector: 7 }]);
  });
});

describe('a disc that is not in order', () => {
  const u16 = (value: number) => Buffer.from([value & 0xff, value >> 8]);
  const cases: readonly (readonly [string, IsoOptions, string])[] = [
    ['sizes in two byte orders', { patches: [{ offset: DESCRIPTORS + 86, bytes: u16(1) }] }, 'iso/byte-orders-differ'],
    [
      'a volume larger than the file',
      {
        patches: [
          { offset: DESCRIPTORS + 82, bytes: u16(1) },
          { offset: DESCRIPTORS + 84, bytes: u16(0x100) },
        ],
      },
      'iso/volume-cut',
    ],
  ];
  it.each(cases)('is warned of: %s', async (_title, options, code) => {
    expect(codes(await open(options))).toEqual([code]);
  });

  it('is warned of: half a sector at its end', async () => {
    const bytes = Buffer.concat([buildIso(), Buffer.alloc(100)]);
    expect(codes(await openBytes(bytes))).toEqual(['iso/partial-sector']);
  });

  it.each([
    ['no volume', buildIso({ sequence: ['end'] }), 'iso/no-volume'],
    ['blocks of 0 bytes', buildIso({ patches: [{ offset: DESCRIPTORS + 128, bytes: u16(0) }] }), 'iso/bad-descriptor'],
    ['half a descriptor', buildIso().subarray(0, DESCRIPTORS + 1000), 'iso/truncated'],
  ])('is refused: %s', async (_title, bytes, code) => {
    expect(await findingOf(openBytes(bytes))).toMatchObject({ code, severity: 'error', exit: 3 });
  });
});
