import { describe, expect, it } from 'vitest';
import { buildVmdk, descriptorText, u32le, u64le, type VmdkOptions } from '../../../fixtures/generate/vmdk.ts';
import { type ByteSource, bufferSource, withHead } from '../../../src/bytes/index.ts';
import { PROBE_LENGTH } from '../../../src/disks/format.ts';
import { format } from '../../../src/disks/vmdk/index.ts';
import { reader } from '../../../src/disks/vmdk/reader.ts';
import { codes, findingOf } from '../../findings.ts';
import { open, openBytes, URI } from './open.ts';

describe('probe', () => {
  it.each([
    ['a hosted sparse extent', 'KDMV\x01\0\0\0', true],
    ['a COWD extent', 'COWD\x01\0\0\0', true],
    ['a seSparse extent', '\xbe\xba\xfe\xca\0\0\0\0', true],
    ['the magic of seSparse in 32 bits only', '\xbe\xba\xfe\xca\x01\0\0\0', false],
    ['a descriptor', '# Disk DescriptorFile\nversion=1\n', true],
    ['a descriptor without its customary first line', '\n# a comment\r\n  \nversion=3\r\nCID=1\n', true],
    ['a descriptor of version 4', 'version=4\n', false],
    ['a descriptor whose version comes second', 'CID=1\nversion=1\n', false],
    ['a shell script', '#!/bin/sh\nversion=12\n', false],
    ['comments without end', '#'.repeat(100), false],
    ['qcow2', 'QFI\xfb\0\0\0\x03', false],
    ['nothing', '', false],
  ])('%s', (_title, text, expected) => {
    const head = Buffer.from(text, 'latin1');
    expect(format.probe({ head, size: head.length })).toBe(expected);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('a self-contained image', () => {
  it('tells what its header and descriptor say', async () => {
    const image = await open({ zeroGrains: true, redundant: true, version: 2 });
    expect(image).toMatchObject({
      format: 'vmdk',
      virtualSize: 2048 * 512,
      backing: null,
      encrypted: false,
      findings: [],
      hints: null,
    });
    expect(image.details).toEqual({
      kind: 'sparse',
      version: 2,
      compressed: false,
      zeroGrains: true,
      footer: false,
      grainSize: 65536,
      grainDirectoryOffset: 22 * 512,
      descriptorOffset: 512,
      createType: 'monolithicSparse',
      cid: '7027157c',
      parentCid: 'ffffffff',
      encoding: null,
      changeTrackPath: null,
      adapterType: 'ide',
      virtualHWVersion: 4,
      geometry: { cylinders: 2, heads: 16, sectors: 63 },
      toolsVersion: '2147483647',
      toolsInstallType: null,
      thinProvisioned: null,
      uuid: null,
      longContentID: null,
      extentCount: 1,
      extents: [{ access: 'RW', sectors: 2048, type: 'SPARSE', name: 'disk.vmdk' }],
    });
  });

  it('keeps what VMware writes into the data base', async () => {
    const database = [
      'ddb.uuid = "60 00 C2 9a 5b 3e 7f 11-22 33 44 55 66 77 88 99"',
      'ddb.longContentID = "0123456789abcdef0123456789abcdef"',
      'ddb.thinProvisioned = "1"',
      'ddb.toolsInstallType = "4"',
      'ddb.virtualHWVersion = "not a number"',
    ];
    const fields = ['isNativeSnapshot="no"', 'encoding="UTF-8"', 'changeTrackPath="disk-ctk.vmdk"'];
    const text = descriptorText({ database, fields }).replace('ddb.virtualHWVersion = "4"\n', '');
    expect((await open({ descriptor: text })).details).toMatchObject({
      uuid: '60 00 C2 9a 5b 3e 7f 11-22 33 44 55 66 77 88 99',
      longContentID: '0123456789abcdef0123456789abcdef',
      thinProvisioned: true,
      toolsInstallType: '4',
      virtualHWVersion: null,
      encoding: 'UTF-8',
      changeTrackPath: 'disk-ctk.vmdk',
    });
  });

  it.each([
    ['with the directory in the header', { stream: true }, 1],
    ['with a footer', { stream: true, footer: true }, 2],
  ] as const)('streamOptimized %s costs few requests', async (_title, options, requests) => {
    const grains = { 0: { kind: 'data', bytes: Buffer.alloc(65536, 1) } } as const;
    const padding = Array.from({ length: 40 }, (_, index) => [index + 1, grains[0]] as const);
    const bytes = buildVmdk({
      ...options,
      capacity: 8192,
      grains: { ...grains, ...Object.fromEntries(padding) },
    }).bytes;
    let reads = 0;
    const inner = bufferSource(
      URI,
      Buffer.concat([bytes.subarray(0, -1536), Buffer.alloc(65536), bytes.subarray(-1536)]),
    );
    const counted: ByteSource = {
      uri: URI,
      size: inner.size,
      bytesRead: 0,
      read: (offset, length) => {
        reads++;
        return inner.read(offset, length);
      },
      close: async () => {},
    };
    const image = await reader.read(withHead(counted, PROBE_LENGTH), { disk: 'disk0' });
    expect(image.findings).toEqual([]);
    expect(image.details).toMatchObject({ compressed: true, footer: requests === 2 });
    expect(reads).toBe(requests);
  });

  it.each([
    ['the case of VMware', 'createType="MonolithicSparse"'],
    ['carriage returns', 'createType="monolithicSparse"\r'],
    ['blanks around the line', '  createType="monolithicSparse"  '],
  ])('may have %s', async (_title, line) => {
    const descriptor = descriptorText({}).replace('createType="monolithicSparse"', line);
    expect((await open({ descriptor })).findings).toEqual([]);
  });

  it.each([
    [
      'a descriptor without NUL behind it',
      { descriptor: descriptorText({}).padEnd(1024, '\n'), descriptorSectors: 2 },
      [],
    ],
    ['an unclean shutdown', { unclean: true }, ['vmdk/unclean-shutdown']],
    ['the size that VirtualBox rounds', { descriptor: descriptorText({ capacity: 2047 }) }, ['vmdk/size-differs']],
    [
      'a name in another alphabet',
      { descriptor: descriptorText({ extents: ['RW 2048 SPARSE "Büro.vmdk"'] }) },
      ['vmdk/non-ascii-descriptor'],
    ],
  ] satisfies readonly (readonly [string, VmdkOptions, readonly string[]])[])(
    'is read in spite of %s',
    async (_title, options, expected) => {
      const image = await open(options);
      expect(codes(image)).toEqual(expected);
      expect(image.guest(null)).not.toBeNull();
    },
  );
});

describe('the adapter the disk hung on', () => {
  it.each([
    ['ide', [['disk-bus', 'disk0', 'ide']]],
    [
      'lsilogic',
      [
        ['disk-bus', 'disk0', 'scsi'],
        ['scsi-model', null, 'lsilogic'],
      ],
    ],
    [
      'LsiSas1068',
      [
        ['disk-bus', 'disk0', 'scsi'],
        ['scsi-model', null, 'lsisas1068'],
      ],
    ],
    [
      'pvscsi',
      [
        ['disk-bus', 'disk0', 'scsi'],
        ['scsi-model', null, 'vmpvscsi'],
      ],
    ],
    ['buslogic', [['disk-bus', 'disk0', 'scsi']]],
    ['legacyESX', [['disk-bus', 'disk0', 'scsi']]],
    ['toString', []],
    ['', []],
  ] as const)('%s', async (adapter, expected) => {
    const descriptor = descriptorText({ database: [`ddb.adapterType = "${adapter}"`] });
    const { votes } = await open({ descriptor });
    expect(votes.map(({ key, subject, values }) => [key, subject, ...values])).toEqual(expected);
    for (const vote of votes) {
      expect(vote).toMatchObject({ origin: 'source-hardware', strength: 'recommended', uri: URI, disk: 'disk0' });
      expect(vote.pointer).toBe(`0x${(512 + descriptor.indexOf('ddb.adapterType')).toString(16)}`);
    }
  });
});

const AT_END = u64le(0xffff_ffff_ffff_ffffn);
const patched = (offset: number, bytes: Buffer): VmdkOptions => ({ patches: [{ offset, bytes }] });
const footed = (offset: number, bytes: Buffer): VmdkOptions => ({
  stream: true,
  footer: true,
  patches: [{ offset, bytes }],
});

describe('a header that cannot be right', () => {
  it.each([
    ['version 0', patched(4, u32le(0)), 'unsupported-version'],
    ['version 4', patched(4, u32le(4)), 'unsupported-version'],
    ['capacity 0', patched(12, u64le(0)), 'capacity-zero'],
    ['a capacity above 2^53 bytes', patched(12, u64le(2n ** 44n)), 'bad-header'],
    ['a grain of 0 sectors', patched(20, u64le(0)), 'bad-header'],
    ['a grain of 3 sectors', patched(20, u64le(3)), 'bad-header'],
    ['a grain above 1 GiB', patched(20, u64le(0x40_0000)), 'bad-header'],
    ['a compressed grain of 8 MiB', { stream: true, patches: [{ offset: 20, bytes: u64le(16384) }] }, 'bad-header'],
    ['no entries in a grain table', patched(44, u32le(0)), 'bad-header'],
    ['513 entries in a grain table', patched(44, u32le(513)), 'bad-header'],
    ['an unknown compression', patched(77, Buffer.from([2, 0])), 'bad-header'],
    ['compression without its flag', patched(77, Buffer.from([1, 0])), 'bad-header'],
    ['the flag of compression without compression', patched(10, Buffer.from([1])), 'bad-header'],
    ['compressed grains without markers', { stream: true, markers: false }, 'bad-header'],
    ['a directory outside the file', patched(56, u64le(1 << 20)), 'directory-outside-file'],
    ['a directory in the header', patched(56, u64le(0)), 'directory-outside-file'],
    ['a directory at a place that no file has', patched(56, u64le(2n ** 50n)), 'bad-header'],
    ['a directory longer than the file', patched(12, u64le(2n ** 43n)), 'directory-outside-file'],
    [
      'a second directory outside the file',
      { redundant: true, patches: [{ offset: 48, bytes: u64le(1 << 20) }] },
      'directory-outside-file',
    ],
    ['more overhead than file', patched(64, u64le(1 << 20)), 'truncated-file'],
    ['an overhead that overflows', patched(64, AT_END), 'truncated-file'],
    ['line ends translated to CR LF', patched(73, Buffer.from('\r\n \r')), 'text-mode-damage'],
    ['line ends translated to LF', patched(73, Buffer.from('\n \n\n')), 'text-mode-damage'],
    ['a descriptor elsewhere', patched(28, u64le(2)), 'misplaced-descriptor'],
    ['a descriptor of 1 MiB', patched(36, u64le(2048)), 'descriptor-too-large'],
    ['no footer where one is said to be', patched(56, AT_END), 'bad-footer'],
    ['a footer without signature', footed(-1024, Buffer.from('KDMW')), 'bad-footer'],
    ['a footer without its marker', footed(-1524, u32le(2)), 'bad-footer'],
    ['a footer marker with a size', footed(-1528, u32le(1)), 'bad-footer'],
    ['no end of stream', footed(-500, u32le(1)), 'bad-footer'],
    ['an end of stream with a sector', footed(-512, u64le(1)), 'bad-footer'],
    ['a footer of another version', footed(-1020, u32le(1)), 'bad-footer'],
    ['a footer of another capacity', footed(-1012, u64le(4096)), 'bad-footer'],
    ['a footer with another descriptor', footed(-1024 + 28, u64le(2)), 'bad-footer'],
    ['a footer that refers to a footer', footed(-1024 + 56, AT_END), 'bad-footer'],
    ['a footer with a directory outside the file', footed(-1024 + 56, u64le(1 << 20)), 'directory-outside-file'],
  ] satisfies readonly (readonly [string, VmdkOptions, string])[])('%s', async (_title, options, code) => {
    expect(await findingOf(open(options))).toMatchObject({ code: `vmdk/${code}`, severity: 'error', exit: 3 });
  });

  it('a footer in a file of half a sector more', async () => {
    const { bytes } = buildVmdk({ stream: true, footer: true });
    expect((await findingOf(openBytes(Buffer.concat([bytes, Buffer.alloc(256)])))).code).toBe('vmdk/bad-footer');
  });

  it('a file cut anywhere in its metadata', async () => {
    const { bytes, directoryOffset } = buildVmdk();
    for (let length = 4; length < directoryOffset + 4; length += length < 600 ? 1 : 97) {
      expect((await findingOf(openBytes(bytes.subarray(0, length)))).exit).toBe(3);
    }
  });
});
