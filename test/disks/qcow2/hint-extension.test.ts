import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildQcow2 } from '../../../fixtures/generate/qcow2.ts';
import {
  decodePayload,
  documentOffset,
  encodePayload,
  encodeSlot,
  HINT_EXTENSION_TYPE,
  MAX_PAYLOAD,
  slotCapacity,
  slotOffset,
  slotSizeFor,
} from '../../../src/disks/qcow2/hint-extension.ts';
import { codes } from '../../findings.ts';
import { openBytes } from './open.ts';

const FIRST = Buffer.from('{"vmHints":1}');
const SECOND = Buffer.from('{"vmHints":1,"title":"second"}');
const SLOT = 256;

function payloadWith(change: (payload: Buffer) => void): Buffer {
  const payload = encodePayload(FIRST, SLOT);
  change(payload);
  return payload;
}

const second = (sequence: bigint, document: Buffer) => (payload: Buffer) =>
  void encodeSlot(document, sequence, SLOT).copy(payload, slotOffset(SLOT, 1));

/** What a reader of the image gets to see. */
async function read(...payloads: readonly Buffer[]) {
  const extensions = payloads.map((data) => ({ type: HINT_EXTENSION_TYPE, data }));
  const image = await openBytes(buildQcow2({ extensions }).bytes);
  return { hints: image.hints === null ? null : Buffer.from(image.hints.bytes).toString(), codes: codes(image), image };
}

describe('a payload', () => {
  it('is these bytes', () => {
    const payload = encodePayload(FIRST, 128);
    expect(payload.length).toBe(16 + 2 * 128);
    expect(payload.subarray(0, 16).toString('hex')).toBe('564d48494e545300' + '0001' + '0002' + '00000080');
    expect(payload.subarray(16, 32).toString('hex')).toBe('0000000000000001' + '0000000d' + '00000000');
    // printf '\0\0\0\0\0\0\0\1\0\0\0\15\0\0\0\0{"vmHints":1}' | sha256sum
    expect(payload.subarray(32, 64).toString('hex')).toBe(
      'b0eb65fc1009d79f59e12a928bb77a69828ae0afd1137efa72653e434022473e',
    );
    expect(payload.subarray(64, 77).toString()).toBe('{"vmHints":1}');
    expect(payload.subarray(77).every((byte) => byte === 0)).toBe(true);
  });

  it('has at most 16384 bytes', () => {
    expect(slotSizeFor(1_000_000)).toBe(8184);
    expect(encodePayload(Buffer.alloc(slotCapacity(8184)), 8184)).toHaveLength(MAX_PAYLOAD);
    expect(slotSizeFor(0)).toBe(0);
  });
});

describe('the example of docs/hint-extension.md', () => {
  const text = readFileSync('docs/hint-extension.md', 'utf8');
  const lines = [...text.matchAll(/^([0-9a-f]{8}): ((?:[0-9a-f]{4} ){8})/gm)];

  it('is what an image with the feature name table of qemu 7.2 and these hints holds', () => {
    const { bytes } = buildQcow2({
      extensions: [
        { type: 0x6803f857, data: Buffer.alloc(384) },
        { type: HINT_EXTENSION_TYPE, data: encodePayload(FIRST, slotSizeFor(MAX_PAYLOAD)) },
      ],
    });
    expect(lines).toHaveLength(6);
    for (const [, at = '', hex = ''] of lines) {
      const offset = parseInt(at, 16);
      expect(bytes.toString('hex', offset, offset + 16)).toBe(hex.replaceAll(' ', ''));
    }
  });
});

describe('read from an image', () => {
  it('gives the document and where it lies in the file', async () => {
    const { hints, image } = await read(encodePayload(FIRST, SLOT));
    expect(hints).toBe(FIRST.toString());
    const offset = 112 + 8 + documentOffset(SLOT, 0);
    expect(image.hints?.pointer).toBe(`header-extension+0x${offset.toString(16)}`);
    expect(image.details['extensions']).toMatchObject([{ type: '0x564d4831', name: 'vm-hints', offset: 112 }]);
  });

  it.each([
    ['the newer slot wins', payloadWith(second(2n, SECOND)), SECOND.toString(), []],
    [
      'the newer slot wins when it is the first',
      payloadWith((payload) => {
        encodeSlot(SECOND, 9n, SLOT).copy(payload, slotOffset(SLOT, 0));
        second(8n, FIRST)(payload);
      }),
      SECOND.toString(),
      [],
    ],
    ['of equal ones the first wins', payloadWith(second(1n, SECOND)), FIRST.toString(), []],
    ['an empty document in the newer slot is no hints', payloadWith(second(2n, Buffer.alloc(0))), null, []],
    ['two empty slots are no hints', payloadWith((payload) => payload.fill(0, 16)), null, []],
    [
      'a torn newer slot leaves the older one in force',
      payloadWith((payload) => {
        second(2n, SECOND)(payload);
        payload.fill(0, slotOffset(SLOT, 1) + 60);
      }),
      FIRST.toString(),
      ['qcow2/hint-slot-damaged'],
    ],
    [
      'two damaged slots are no hints',
      payloadWith((payload) => {
        second(2n, SECOND)(payload);
        payload.writeUInt8(0, 64);
        payload.writeUInt8(0, slotOffset(SLOT, 1) + 48);
      }),
      null,
      ['qcow2/hint-extension-damaged'],
    ],
    [
      'a length beyond the slot is damage',
      payloadWith((payload) => payload.writeUInt32BE(SLOT, 24)),
      null,
      ['qcow2/hint-extension-damaged'],
    ],
    [
      'a reserved field in use is damage',
      payloadWith((payload) => {
        payload.writeUInt8(1, 31);
        const signed = Buffer.concat([payload.subarray(16, 32), FIRST]);
        createHash('sha256').update(signed).digest().copy(payload, 32);
      }),
      null,
      ['qcow2/hint-extension-damaged'],
    ],
    [
      'bytes in a slot without sequence are damage',
      payloadWith((payload) => payload.fill(0, 16, 24)),
      null,
      ['qcow2/hint-extension-damaged'],
    ],
    [
      'another magic is damage',
      payloadWith((payload) => payload.writeUInt8(0x31, 7)),
      null,
      ['qcow2/hint-extension-damaged'],
    ],
    [
      'a later layout is not guessed at',
      payloadWith((payload) => payload.writeUInt16BE(2, 8)),
      null,
      ['qcow2/hint-extension-damaged'],
    ],
    [
      'three slots are not version 1',
      payloadWith((payload) => payload.writeUInt16BE(3, 10)),
      null,
      ['qcow2/hint-extension-damaged'],
    ],
    [
      'a slot size that does not add up',
      payloadWith((payload) => payload.writeUInt32BE(264, 12)),
      null,
      ['qcow2/hint-extension-damaged'],
    ],
    [
      'a slot size of 4 GiB',
      payloadWith((payload) => payload.writeUInt32BE(0xfffffff8, 12)),
      null,
      ['qcow2/hint-extension-damaged'],
    ],
    ['an empty extension', Buffer.alloc(0), null, ['qcow2/hint-extension-damaged']],
    ['an extension above the limit', encodePayload(FIRST, 8192), null, ['qcow2/hint-extension-damaged']],
  ] as const)('%s', async (_title, payload, hints, expected) => {
    const result = await read(payload);
    expect(result.hints).toBe(hints);
    expect(result.codes).toEqual(expected);
  });

  it('twice is damage, whichever would be newer', async () => {
    const result = await read(encodePayload(FIRST, SLOT), encodePayload(SECOND, SLOT));
    expect(result.hints).toBeNull();
    expect(result.codes).toEqual(['qcow2/hint-extension-damaged']);
  });

  it('every flipped byte of slot header and document is noticed', () => {
    for (let at = 16; at < 64 + FIRST.length; at++) {
      const decoded = decodePayload(payloadWith((payload) => payload.writeUInt8(payload.readUInt8(at) ^ 0x20, at)));
      expect(typeof decoded === 'string' ? decoded : decoded.current).toBeNull();
    }
  });
});
