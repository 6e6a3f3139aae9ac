import { Exhausted, Failure, type Meter } from './meter.ts';

/** Facts can be nested as deep as an image likes. */
const MAX_DEPTH = 100;

/*
 * CEL values as JavaScript has them: null, boolean, bigint (int), Double, string, array (list), and, for maps and
 * facts, a Map or a plain object. Facts are the evidence as it is: its numbers become int or double when they are read.
 */

/** CEL tells 2.0 from 2, JavaScript does not. */
export class Double {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toString(): string {
    if (this.value === Number.POSITIVE_INFINITY) return '+Inf';
    return this.value === Number.NEGATIVE_INFINITY ? '-Inf' : String(this.value);
  }
}

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;

export function inRange(value: bigint): boolean {
  return value >= MIN_INT && value <= MAX_INT;
}

export function checkedInt(value: bigint): bigint {
  if (inRange(value)) return value;
  throw new Failure(`integer overflow: ${value}`, 'overflow');
}

/** A member of a fact or of a list that an expression made. Whole numbers are int. */
export function celOf(value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (!Number.isInteger(value)) return new Double(value);
  const whole = BigInt(value);
  return inRange(whole) ? whole : new Double(value);
}

export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'string') return 'string';
  if (value instanceof Double) return 'double';
  return Array.isArray(value) ? 'list' : 'map';
}

export type CelMap = ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is CelMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Double);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** 1.0 and 1 are one key. */
export function mapKey(key: unknown): unknown {
  return key instanceof Double && Number.isInteger(key.value) ? BigInt(key.value) : key;
}

/** undefined when the map has no such key. Names of an image have no meaning to JavaScript: own properties only. */
export function lookUp(map: CelMap, key: unknown): unknown {
  if (map instanceof Map) return celOf(map.get(mapKey(key)));
  const own = map as Readonly<Record<string, unknown>>;
  return typeof key === 'string' && Object.hasOwn(own, key) ? celOf(own[key]) : undefined;
}

export function keysOf(map: CelMap, meter: Meter): readonly unknown[] {
  const keys: readonly unknown[] = map instanceof Map ? [...map.keys()] : Object.keys(map);
  meter.spend(keys.length);
  return keys;
}

/** The code points of a text, as CEL counts it. */
export function pointsOf(text: string, meter: Meter): readonly string[] {
  meter.spend(text.length);
  return [...text];
}

export function lengthOf(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    if (isPair(text, at)) {
      count--;
      at++;
    }
  }
  return count;
}

function isPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

/** Values of different types are unequal; int and double compare as numbers. */
export function equal(left: unknown, right: unknown, meter: Meter, depth = 0): boolean {
  meter.spend(1);
  if (depth > MAX_DEPTH) throw new Exhausted(`it compares what is nested more than ${MAX_DEPTH} deep`);
  if (left instanceof Double || right instanceof Double) {
    const [a, b] = [numberOf(left), numberOf(right)];
    return a !== undefined && a === b;
  }
  if (typeof left === 'string') {
    if (typeof right !== 'string' || left.length !== right.length) return false;
    meter.spendText(left.length);
    return left === right;
  }
  if (left === right) return true;
  if (isList(left)) return isList(right) && equalLists(left, right, meter, depth + 1);
  return isMap(left) && isMap(right) && equalMaps(left, right, meter, depth + 1);
}

function equalLists(left: readonly unknown[], right: readonly unknown[], meter: Meter, depth: number): boolean {
  return (
    left.length === right.length && left.every((item, index) => equal(celOf(item), celOf(right[index]), meter, depth))
  );
}

function equalMaps(left: CelMap, right: CelMap, meter: Meter, depth: number): boolean {
  const keys = keysOf(left, meter);
  if (keys.length !== keysOf(right, meter).length) return false;
  return keys.every((key) => {
    const other = lookUp(right, key);
    return other !== undefined && equal(lookUp(left, key), other, meter, depth);
  });
}

function numberOf(value: unknown): number | undefined {
  if (value instanceof Double) return value.value;
  return typeof value === 'bigint' ? Number(value) : undefined;
}

/** Below, at or above zero; NaN when nothing is in order with NaN; undefined when the types have no order. */
export function compare(left: unknown, right: unknown, meter: Meter): number | undefined {
  if (typeof left === 'bigint' && typeof right === 'bigint') return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return compareTexts(left, right, meter);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) return undefined;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By code points, where JavaScript goes by UTF-16 units. */
function compareTexts(left: string, right: string, meter: Meter): number {
  const length = Math.min(left.length, right.length);
  meter.spendText(length * 8);
  for (let at = 0; at < length; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a !== b) return orderOfUnit(a) - orderOfUnit(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for what comes after U+FFFF. */
function orderOfUnit(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
