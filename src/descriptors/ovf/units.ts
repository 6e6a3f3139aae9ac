import { lookUp } from './tables.ts';

/** Words producers use; all of them mean powers of two here, whatever SI says. */
const WORDS: Readonly<Record<string, number>> = {
  byte: 0,
  bytes: 0,
  b: 0,
  kb: 10,
  kib: 10,
  kilobyte: 10,
  kilobytes: 10,
  mb: 20,
  mib: 20,
  megabyte: 20,
  megabytes: 20,
  // seen in the wild
  metabytes: 20,
  gb: 30,
  gib: 30,
  gigabyte: 30,
  gigabytes: 30,
  tb: 40,
  tib: 40,
  terabyte: 40,
  terabytes: 40,
};

/**
 * Bytes in one unit (DSP0004, Annex C.1, and the words of older producers): `byte * 2^20`, `byte*2 ^ 30`,
 * `byte * 1024 * 1024`, `MegaBytes`. Undefined for anything else, also for what exceeds 2^62.
 */
export function unitBytes(unit: string): number | undefined {
  const [word = '', ...factors] = unit.toLowerCase().replace(/\s+/g, '').slice(0, 64).split('*');
  const exponent = lookUp(WORDS, word);
  if (exponent === undefined) return undefined;
  let bytes = 2 ** exponent;
  for (const factor of factors) {
    const power = /^(\d{1,10})(?:\^(\d{1,2}))?$/.exec(factor);
    if (power === null) return undefined;
    bytes *= Number(power[1]) ** Number(power[2] ?? '1');
  }
  return bytes >= 1 && bytes <= 2 ** 62 ? bytes : undefined;
}

/** A quantity as documents write it: `40`, `0.5`, `10737418240.0`, with a unit of its own (`1536MB`). */
export interface Quantity {
  readonly value: number;
  /** Bytes in the unit behind the number; null when there is none. */
  readonly unit: number | null;
}

export function parseQuantity(text: string): Quantity | undefined {
  const found = /^(\d{1,20}(?:\.\d{1,20})?)\s*([A-Za-z]{1,10})?$/.exec(text.trim());
  if (found === null) return undefined;
  const unit = found[2] === undefined ? null : unitBytes(found[2]);
  return unit === undefined ? undefined : { value: Number(found[1]), unit };
}

/** Whole bytes; undefined when they are no longer exact. */
export function wholeBytes(value: number, unit: number): number | undefined {
  const bytes = Math.ceil(value * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A whole number from 0; null for anything else. */
export function parseCount(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}
