import { describe, expect, it } from 'vitest';
import {
  buildLuks1,
  buildLuks2,
  type Luks1Options,
  type Luks2Options,
  METADATA,
} from '../../../fixtures/generate/luks.ts';
import { format } from '../../../src/disks/luks/index.ts';
import { reader } from '../../../src/disks/luks/reader.ts';
import { codes, findingOf } from '../../findings.ts';
import { openBytes } from './open.ts';

const [segment] = Object.values(METADATA.segments);
const withSegment = (changes: object): Luks2Options => ({
  json: { ...METADATA, segments: { '0': { ...segment, ...changes } } },
});

describe('probe', () => {
  it.each([
    ['version 1', buildLuks1(), true],
    ['version 2', buildLuks2(), true],
    ['the magic alone', buildLuks1().subarray(0, 6), true],
    ['the magic of the second header', Buffer.from('534b554cbabe0002', 'hex'), false],
    ['half a magic', buildLuks1().subarray(0, 5), false],
    ['nothing', Buffer.alloc(0), false],
  ])('%s', (_title, head, expected) => expect(format.probe({ head, size: head.length })).toBe(expected));

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('LUKS1', () => {
  it('says size, cipher, identifier and key slots', async () => {
    const image = await openBytes(buildLuks1());
    expect(image).toMatchObject({ format: 'luks', virtualSize: 16384 - 4096, encrypted: true, backing: null });
    expect(image.findings).toMatchObject([{ code: 'luks/encrypted', severity: 'warning', args: { version: 1 } }]);
    expect(image.guest(null)).toBeNull();
    expect(image.details).toEqual({
      version: 1,
      cipher: 'aes-xts-plain64',
      hash: 'sha256',
      keyBits: 512,
      uuid: '01234567-89ab-cdef-0123-456789abcdef',
      label: null,
      subsystem: null,
      payloadOffset: 4096,
      sectorSize: 512,
      activeKeySlots: [0, 2],
    });
  });

  it('has no size when its data are elsewhere', async () => {
    const image = await openBytes(buildLuks1({ payload: 0 }));
    expect(image.virtualSize).toBeNull();
    expect(codes(image)).toEqual(['luks/encrypted', 'luks/detached-header']);
  });

  const cases: readonly (readonly [string, Luks1Options, string])[] = [
    ['data behind the end', { payload: 33 }, 'luks/data-outside-file'],
    ['data far behind the end', { payload: 0xffffffff }, 'luks/data-outside-file'],
    ['a slot in no state', { slots: [1] }, 'luks/bad-header'],
    ['half a header', { size: 591 }, 'luks/truncated'],
  ];
  it.each(cases)('is refused: %s', async (_title, options, code) => {
    expect(await findingOf(openBytes(buildLuks1(options)))).toMatchObject({ code, severity: 'error', exit: 3 });
  });
});

describe('LUKS2', () => {
  it('says size, cipher, identifier, label and key slots', async () => {
    const image = await openBytes(buildLuks2({ label: 'secrets' }));
    expect(image).toMatchObject({ format: 'luks', virtualSize: 65536 - 32768, encrypted: true });
    expect(codes(image)).toEqual(['luks/encrypted', 'luks/luks2-in-qemu']);
    expect(image.guest(null)).toBeNull();
    expect(image.details).toEqual({
      version: 2,
      cipher: 'aes-xts-plain64',
      hash: null,
      keyBits: 512,
      uuid: '01234567-89ab-cdef-0123-456789abcdef',
      label: 'secrets',
      subsystem: null,
      sequence: '3',
      payloadOffset: 32768,
      sectorSize: 4096,
      activeKeySlots: [0, 1],
      segments: [{ type: 'crypt', offset: '32768', size: 'dynamic' }],
    });
  });

  const sizes: readonly (readonly [string, Luks2Options, number | null, readonly string[]])[] = [
    ['of the segment where it has one', withSegment({ size: '4096' }), 4096, []],
    ['with a header of 64 KiB', { ...withSegment({ offset: '65536' }), headerSize: 65536, size: 131072 }, 65536, []],
    ['with sha512', { algorithm: 'sha512' }, 32768, []],
    ['not when the data are elsewhere', withSegment({ offset: '0' }), null, ['luks/detached-header']],
    ['not when a part is in clear', withSegment({ type: 'linear' }), null, ['luks/unusual-segments']],
    ['not without a segment', { json: { ...METADATA, segments: {} } }, null, ['luks/unusual-segments']],
    [
      'not with two segments',
      { json: { ...METADATA, segments: { '0': segment, '1': segment } } },
      null,
      ['luks/unusual-segments'],
    ],
    [
      'beside copies of older segments',
      { json: { ...METADATA, segments: { '0': segment, '1': { ...segment, flags: ['backup-final'] } } } },
      32768,
      [],
    ],
    [
      'also where features are required',
      { json: { ...METADATA, config: { requirements: { mandatory: ['online-reencrypt'] } } } },
      32768,
      ['luks/requirements'],
    ],
  ];
  it.each(sizes)('says its size: %s', async (_title, options, size, expected) => {
    const image = await openBytes(buildLuks2(options));
    expect(image.virtualSize).toBe(size);
    expect(codes(image).filter((code) => code !== 'luks/encrypted' && code !== 'luks/luks2-in-qemu')).toEqual(expected);
  });

  const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [index, segment]));
  const cases: readonly (readonly [string, Luks2Options, string])[] = [
    ['a header of 0 bytes', { headerSize: 0 }, 'luks/bad-header'],
    ['a header of 20 KiB', { headerSize: 20480 }, 'luks/bad-header'],
    ['a header of 8 MiB', { headerSize: 8 * 1024 * 1024 }, 'luks/bad-header'],
    ['a header longer than the file', { headerSize: 131072 }, 'luks/truncated'],
    ['an unknown checksum', { algorithm: 'md5' }, 'luks/bad-header'],
    ['no JSON', { json: 'x' }, 'luks/bad-metadata'],
    ['an empty area', { json: '' }, 'luks/bad-metadata'],
    ['an array', { json: [] }, 'luks/bad-metadata'],
    ['deep nesting', { json: '['.repeat(12000) }, 'luks/bad-metadata'],
    ['no segments', { json: { keyslots: {}, config: {} } }, 'luks/bad-metadata'],
    ['too many segments', { json: { ...METADATA, segments: many } }, 'luks/bad-metadata'],
    ['a name that is no number', { json: { ...METADATA, segments: { a: segment } } }, 'luks/bad-metadata'],
    ['an offset that is a number', withSegment({ offset: 32768 }), 'luks/bad-metadata'],
    ['an offset that is no number', withSegment({ offset: '0x8000' }), 'luks/data-outside-file'],
    ['an offset beyond any number', withSegment({ offset: '9'.repeat(16) }), 'luks/data-outside-file'],
    ['data behind the end', withSegment({ offset: '65537' }), 'luks/data-outside-file'],
    ['a size behind the end', withSegment({ size: '65536' }), 'luks/data-outside-file'],
    ['a negative size', withSegment({ size: '-1' }), 'luks/data-outside-file'],
  ];
  it.each(cases)('is refused: %s', async (_title, options, code) => {
    expect(await findingOf(openBytes(buildLuks2(options)))).toMatchObject({ code, severity: 'error', exit: 3 });
  });

  it('is refused: half a binary header', async () => {
    expect((await findingOf(openBytes(buildLuks2().subarray(0, 4095)))).code).toBe('luks/truncated');
  });

  it('is refused: a changed header', async () => {
    const bytes = buildLuks2();
    bytes.writeUInt8(7, 5000);
    expect((await findingOf(openBytes(bytes))).code).toBe('luks/wrong-checksum');
  });
});

describe('a header of another version', () => {
  it.each([
    ['0', '4c554b53babe0000'],
    ['3', '4c554b53babe0003'],
    ['that is cut off', '4c554b53babe'],
  ])('%s is refused', async (_title, hex) => {
    expect((await findingOf(openBytes(Buffer.from(hex, 'hex')))).code).toBe('luks/unsupported-version');
  });
});
