import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildQcow2, type Qcow2Options } from '../../../fixtures/generate/qcow2.ts';
import { encodePayload, HINT_EXTENSION_TYPE } from '../../../src/disks/qcow2/hint-extension.ts';
import { writeHints } from '../../../src/disks/qcow2/write-hints.ts';
import { findingOf } from '../../findings.ts';
import { openBytes } from './open.ts';

const FIRST = Buffer.from('{"vmHints":1}');
const SECOND = Buffer.from('{"vmHints":1,"title":"second"}');

let dir = '';
let file = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vm-import-hints-'));
  file = join(dir, 'disk.qcow2');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function place(options: Qcow2Options = {}): Buffer {
  const { bytes } = buildQcow2(options);
  writeFileSync(file, bytes);
  return bytes;
}

async function hints(): Promise<string | null> {
  const image = await openBytes(readFileSync(file));
  expect(image.findings).toEqual([]);
  return image.hints === null ? null : Buffer.from(image.hints.bytes).toString();
}

/** Offsets at which two files differ: first and last. */
function difference(before: Buffer, after: Buffer): readonly [number, number] | null {
  expect(after.length).toBe(before.length);
  const offsets = [...before.keys()].filter((at) => before[at] !== after[at]);
  const [first, last] = [offsets[0], offsets.at(-1)];
  return first === undefined || last === undefined ? null : [first, last];
}

// /proc/locks is where use is looked up; elsewhere every write is refused
describe.skipIf(process.platform !== 'linux')('writing', () => {
  it('puts the document in and touches nothing but the room behind the header', async () => {
    const before = place({ clusters: { 0: { kind: 'data', bytes: Buffer.alloc(65536, 0x61) } } });
    await writeHints(file, FIRST);
    expect(await hints()).toBe(FIRST.toString());
    expect(difference(before, readFileSync(file))).toEqual([112, 112 + 8 + 16 + 48 + FIRST.length - 1]);
  });

  it('keeps the extensions that are there', async () => {
    place({ extensions: [{ type: 9, data: Buffer.from('nine') }] });
    await writeHints(file, FIRST);
    const { details } = await openBytes(readFileSync(file));
    expect(details['extensions']).toMatchObject([
      { type: '0x00000009', offset: 112, length: 4 },
      { type: '0x564d4831', offset: 128, length: 16384 },
    ]);
  });

  it('writes over whatever lay behind the end marker', async () => {
    const bytes = place();
    bytes.fill(0xee, 120, 65536);
    writeFileSync(file, bytes);
    await writeHints(file, FIRST);
    expect(await hints()).toBe(FIRST.toString());
    const after = readFileSync(file);
    expect(after.readBigUInt64BE(112 + 8 + 16384)).toBe(0n);
    expect(after.readUInt8(112 + 8 + 16384 + 8)).toBe(0xee);
  });

  it('updates the slot that is not in force, wherever the extension is', async () => {
    const data = encodePayload(FIRST, 256);
    const before = place({
      extensions: [
        { type: HINT_EXTENSION_TYPE, data },
        { type: 9, data: Buffer.from('nine') },
      ],
    });
    await writeHints(file, SECOND);
    expect(await hints()).toBe(SECOND.toString());
    const [first, last] = difference(before, readFileSync(file)) ?? [];
    expect(first).toBeGreaterThanOrEqual(120 + 16 + 256);
    expect(last).toBeLessThan(120 + 16 + 512);
    await writeHints(file, FIRST);
    expect(await hints()).toBe(FIRST.toString());
  });

  it('writes nothing when the document is there already', async () => {
    place();
    await writeHints(file, FIRST);
    const before = readFileSync(file);
    await writeHints(file, FIRST);
    expect(difference(before, readFileSync(file))).toBeNull();
  });

  it('takes the document out and leaves none of its text behind', async () => {
    place();
    await writeHints(file, FIRST);
    await writeHints(file, SECOND);
    await writeHints(file, null);
    expect(await hints()).toBeNull();
    expect(readFileSync(file).includes('vmHints')).toBe(false);
    await writeHints(file, FIRST);
    expect(await hints()).toBe(FIRST.toString());
  });

  it('has nothing to take out of an image without hints', async () => {
    const before = place();
    await writeHints(file, null);
    expect(difference(before, readFileSync(file))).toBeNull();
  });

  it('replaces two damaged slots', async () => {
    const data = encodePayload(FIRST, 256);
    data.writeUInt8(0, 64);
    place({ extensions: [{ type: HINT_EXTENSION_TYPE, data }] });
    await writeHints(file, SECOND);
    await writeHints(file, FIRST);
    expect(await hints()).toBe(FIRST.toString());
  });

  it('follows a symbolic link', async () => {
    place();
    symlinkSync(file, join(dir, 'link'));
    await writeHints(join(dir, 'link'), FIRST);
    expect(await hints()).toBe(FIRST.toString());
  });

  it.each([
    ['65536 bytes', 16, 8136],
    ['4096 bytes', 12, 1320],
  ])('leaves room for qemu in clusters of %s', async (_title, clusterBits, room) => {
    const before = place({ clusterBits });
    const finding = await findingOf(writeHints(file, Buffer.alloc(room + 1, 0x20)));
    expect(finding).toMatchObject({ code: 'qcow2/hints-do-not-fit', exit: 2, args: { room } });
    expect(difference(before, readFileSync(file))).toBeNull();
    await writeHints(file, Buffer.alloc(room, 0x20));
    const { details } = await openBytes(readFileSync(file));
    const [extension] = details['extensions'] as readonly { readonly offset: number; readonly length: number }[];
    expect(2 ** clusterBits - ((extension?.offset ?? 0) + 16 + (extension?.length ?? 0))).toBeGreaterThanOrEqual(1216);
  });

  /** What a reader finds if only the first `length` of the changed bytes reached the disk. */
  async function afterCrash(before: Buffer, after: Buffer, from: number, length: number) {
    const torn = Buffer.from(before);
    after.copy(torn, from, from, from + length);
    const image = await openBytes(torn);
    const text = image.hints === null ? null : Buffer.from(image.hints.bytes).toString();
    return { text, codes: image.findings.map(({ code }) => code) };
  }

  it('for the first time can stop anywhere: until the last step there are no hints, and nothing is damaged', async () => {
    const before = place();
    before.fill(0xee, 120, 65536);
    writeFileSync(file, before);
    await writeHints(file, FIRST);
    const after = readFileSync(file);
    for (const length of [1, 8, 16, 40, 64, 80, 8000, 16384, 16392]) {
      expect(await afterCrash(before, after, 120, length)).toEqual({ text: null, codes: [] });
    }
    // then the type and length in front of it, in one sector
    expect(await afterCrash(after, after, 112, 8)).toEqual({ text: FIRST.toString(), codes: [] });
  });

  it('an update can stop anywhere: the old or the new document is there', async () => {
    place();
    await writeHints(file, FIRST);
    const before = readFileSync(file);
    await writeHints(file, SECOND);
    const after = readFileSync(file);
    const [first = 0, last = 0] = difference(before, after) ?? [];
    for (let length = 1; length <= last - first; length++) {
      const { text, codes } = await afterCrash(before, after, first, length);
      expect(text).toBe(FIRST.toString());
      expect(codes).toEqual(['qcow2/hint-slot-damaged']);
    }
    expect((await afterCrash(before, after, first, last - first + 1)).text).toBe(SECOND.toString());
  });

  const REFUSED: readonly (readonly [string, Qcow2Options, object])[] = [
    ['an overlay', { backing: { name: 'base', format: 'raw' } }, { code: 'qcow2/hints-not-standalone', exit: 3 }],
    ['an image with its data elsewhere', { incompatible: 4n }, { code: 'qcow2/hints-not-standalone', exit: 3 }],
    ['a dirty image', { incompatible: 1n }, { code: 'qcow2/hints-not-clean', exit: 3, args: { state: 'dirty' } }],
    ['a corrupt image', { incompatible: 2n }, { code: 'qcow2/hints-not-clean', exit: 3, args: { state: 'corrupt' } }],
    ['an unknown feature', { incompatible: 32n }, { code: 'qcow2/unknown-feature', exit: 3 }],
    ['clusters of 512 bytes', { clusterBits: 9 }, { code: 'qcow2/hints-do-not-fit', exit: 2, args: { room: 0 } }],
    [
      'an area that is full',
      { clusterBits: 12, extensions: [{ type: 9, data: Buffer.alloc(4096 - 112 - 8) }], endMarker: false },
      { code: 'qcow2/hints-do-not-fit', exit: 2 },
    ],
    [
      'an extension area that would leave the sight of libvirt',
      { extensions: [{ type: 9, data: Buffer.alloc(32000) }] },
      { code: 'qcow2/hints-do-not-fit', exit: 2 },
    ],
    [
      'slots that are too small',
      { extensions: [{ type: HINT_EXTENSION_TYPE, data: encodePayload(Buffer.alloc(0), 48) }] },
      { code: 'qcow2/hints-do-not-fit', exit: 2, args: { room: 0 } },
    ],
    [
      'a hint extension of a later layout',
      { extensions: [{ type: HINT_EXTENSION_TYPE, data: Buffer.from('VMHINTS\0\0\x02\0\x02\0\0\x01\0') }] },
      { code: 'qcow2/hints-extension-unknown', exit: 3 },
    ],
    [
      'two hint extensions',
      { extensions: [FIRST, SECOND].map((text) => ({ type: HINT_EXTENSION_TYPE, data: encodePayload(text, 128) })) },
      { code: 'qcow2/hints-extension-unknown', exit: 3 },
    ],
  ];
  it.each(REFUSED)('is refused for %s, and not a byte changes', async (_title, options, expected) => {
    const before = place(options);
    expect(await findingOf(writeHints(file, FIRST))).toMatchObject(expected);
    expect(difference(before, readFileSync(file))).toBeNull();
  });

  it('is refused for what is not qcow2', async () => {
    writeFileSync(file, 'QFI\xfb');
    expect((await findingOf(writeHints(file, FIRST))).code).toBe('qcow2/hints-not-qcow2');
    writeFileSync(file, '');
    expect((await findingOf(writeHints(file, FIRST))).code).toBe('qcow2/hints-not-qcow2');
  });

  it('is refused for a device and for what is not there', async () => {
    expect((await findingOf(writeHints('/dev/null', FIRST))).code).toBe('qcow2/hints-not-regular-file');
    mkdirSync(file);
    expect(await findingOf(writeHints(file, FIRST))).toMatchObject({ args: { reason: 'is a directory' }, exit: 2 });
    expect(await findingOf(writeHints(join(dir, 'none'), FIRST))).toMatchObject({
      code: 'qcow2/hints-not-writable',
      args: { reason: 'no such file or directory' },
    });
  });

  it('is refused when the sequence has run out', async () => {
    const { encodeSlot } = await import('../../../src/disks/qcow2/hint-extension.ts');
    const data = encodePayload(FIRST, 128);
    encodeSlot(FIRST, 2n ** 64n - 1n, 128).copy(data, 16);
    place({ extensions: [{ type: HINT_EXTENSION_TYPE, data }] });
    expect((await findingOf(writeHints(file, SECOND))).code).toBe('qcow2/hints-extension-unknown');
  });
});
