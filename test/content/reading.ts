import { expect } from 'vitest';
import { bufferSource } from '../../src/bytes/index.ts';
import { inspectContent } from '../../src/content/inspect.ts';
import type { ContentReading } from '../../src/facts/content.ts';
import { KEYS, parseValue } from '../../src/facts/keys.ts';
import { expectWorded } from '../findings.ts';

/** Inspects bytes and checks what must hold of every reading, whatever the bytes are. */
export async function read(bytes: Buffer): Promise<ContentReading> {
  const source = bufferSource('test.img', bytes);
  const reading = await inspectContent(source, { disk: 'disk0', uri: 'test.img' });
  expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
  expect(source.bytesRead).toBeLessThanOrEqual(200 * 1024 + 1024 * 1024);
  for (const { pointer, offset, hex } of reading.proofs) {
    expect(pointer).toBe(`guest+0x${offset.toString(16)}`);
    expect(hex.length).toBeGreaterThan(0);
    expect(hex.length).toBeLessThanOrEqual(128);
    expect(bytes.toString('hex', offset, offset + hex.length / 2)).toBe(hex);
  }
  const pointers = reading.proofs.map(({ pointer }) => pointer);
  for (const { key, values, pointer, origin, disk, uri, subject } of reading.votes) {
    expect(pointers).toContain(pointer);
    expect({ origin, disk, uri }).toEqual({ origin: 'content', disk: 'disk0', uri: 'test.img' });
    expect(subject === null || KEYS[key].scope !== 'machine').toBe(true);
    for (const value of values) expect(parseValue(key, value)).toBe(value);
  }
  for (const finding of reading.findings) {
    expect(finding.code).toMatch(/^(content|bytes)\//);
    expectWorded(finding);
  }
  return reading;
}

/** Votes as lines: `firmware: required bios, uefi`. */
export function said(reading: ContentReading): readonly string[] {
  return reading.votes.map(({ key, strength, values }) => `${key}: ${strength} ${values.join(', ')}`);
}

export function codes(reading: ContentReading): readonly string[] {
  return reading.findings.map(({ code }) => code.replace('content/', ''));
}
