import { readdirSync, readFileSync } from 'node:fs';
import { type HintCarrier, type HintReading, MAX_HINT_BYTES, readHints } from '../../src/hints/index.ts';

export const BESIDE: HintCarrier = {
  kind: 'side-car',
  uri: 'file:///images/a.qcow2.vm-hints.json',
  pointer: null,
  disk: 'disk0',
  maxBytes: MAX_HINT_BYTES,
};

export function read(document: unknown, from: Partial<HintCarrier> = {}): HintReading {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return readHints(Buffer.from(text), { ...BESIDE, ...from });
}

const FIXTURES = new URL('../../fixtures/hints/', import.meta.url);

export function fixtureNames(kind: 'good' | 'bad'): readonly string[] {
  return readdirSync(new URL(`${kind}/`, FIXTURES)).sort();
}

export function fixture(path: string): string {
  return readFileSync(new URL(path, FIXTURES), 'utf8');
}

/** `code pointer` of each finding. */
export function said(reading: HintReading): readonly string[] {
  return reading.findings.map(({ code, at }) => `${code} ${at.map(({ pointer }) => pointer ?? '').join(' ')}`);
}
