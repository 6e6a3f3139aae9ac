import { Failure, impossible, type Meter } from './meter.ts';
import { celOf, checkedInt, Double, isList, isMap, keysOf, lengthOf, pointsOf, typeName } from './values.ts';

/** `operands` are of the number that `takes` allows; a method's first operand is what it is called on. */
type Call = (operands: readonly unknown[], meter: Meter) => unknown;

export interface CelFunction {
  readonly method: boolean;
  /** Numbers of operands, the receiver not counted. */
  readonly takes: readonly number[];
  /** How it is written, for messages. */
  readonly usage: string;
  readonly call: Call;
}

function method(takes: readonly number[], usage: string, call: Call): CelFunction {
  return { method: true, takes, usage, call };
}

function plain(usage: string, call: Call): CelFunction {
  return { method: false, takes: [1], usage, call };
}

function size([value]: readonly unknown[], meter: Meter): bigint {
  if (typeof value === 'string') {
    meter.spendText(value.length);
    return BigInt(lengthOf(value));
  }
  if (isList(value)) return BigInt(value.length);
  if (isMap(value)) return BigInt(keysOf(value, meter).length);
  throw refusal('size', value);
}

/** A method of texts; `call` gets the text and its operands. */
function onText(name: string, call: (text: string, operands: readonly unknown[], meter: Meter) => unknown): Call {
  return ([text, ...operands], meter) => {
    if (typeof text !== 'string') throw refusal(name, text);
    meter.spendText(text.length);
    return call(text, operands, meter);
  };
}

function textOperand(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw refusal(name, value);
}

function indexOperand(name: string, value: unknown, limit: number): number {
  if (typeof value !== 'bigint') throw refusal(name, value);
  if (value >= 0n && value <= BigInt(limit)) return Number(value);
  throw new Failure(`${name}: there is no position ${value} in a text of ${limit} characters`, 'value');
}

function refusal(name: string, value: unknown): Failure {
  return impossible(`${name} of ${typeName(value)} is not possible`, value);
}

function testing(name: string, test: (text: string, other: string) => boolean): Call {
  return onText(name, (text, [other]) => test(text, textOperand(name, other)));
}

/** Positions are counted in code points. */
function searching(name: string, last: boolean): Call {
  return onText(name, (text, [other, from], meter) => {
    const wanted = pointsOf(textOperand(name, other), meter);
    const points = pointsOf(text, meter);
    const start = from === undefined ? (last ? points.length : 0) : indexOperand(name, from, points.length);
    const step = last ? -1 : 1;
    const first = last ? Math.min(start, points.length - wanted.length) : start;
    for (let at = first; at >= 0 && at + wanted.length <= points.length; at += step) {
      meter.spend(1);
      if (matchesAt(points, wanted, at, meter)) return BigInt(at);
    }
    return -1n;
  });
}

function matchesAt(points: readonly string[], wanted: readonly string[], at: number, meter: Meter): boolean {
  for (const [index, point] of wanted.entries()) {
    if (points[at + index] !== point) return false;
    meter.spend(1);
  }
  return true;
}

const substring = onText('substring', (text, [from, to], meter) => {
  const points = pointsOf(text, meter);
  const start = indexOperand('substring', from, points.length);
  const end = to === undefined ? points.length : indexOperand('substring', to, points.length);
  if (end < start) throw new Failure(`substring: ${end} is before ${start}`, 'value');
  return points.slice(start, end).join('');
});

const split = onText('split', (text, [separator, limit], meter) => {
  const by = textOperand('split', separator);
  meter.spend(text.length >> 2);
  if (limit !== undefined && typeof limit !== 'bigint') throw refusal('split', limit);
  if (limit === 0n) return [];
  const parts = by === '' ? pointsOf(text, meter) : text.split(by);
  meter.spend(parts.length);
  const most = limit === undefined || limit < 0n ? parts.length : Number(limit);
  return parts.length <= most ? parts : [...parts.slice(0, most - 1), parts.slice(most - 1).join(by)];
});

function join([list, separator = '']: readonly unknown[], meter: Meter): string {
  if (!isList(list)) throw refusal('join', list);
  const between = textOperand('join', separator);
  let length = 0;
  for (const item of list) length += between.length + textOperand('join', celOf(item)).length;
  meter.spendText(length + 16 * list.length);
  return list.join(between);
}

const WHITE_SPACE = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const LEADING = new RegExp(`^[${WHITE_SPACE}]+`);
const ANY_WHITE = new RegExp(`[${WHITE_SPACE}]`);

function trim(text: string): string {
  const start = LEADING.exec(text)?.[0].length ?? 0;
  let end = text.length;
  while (end > start && ANY_WHITE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function toInt([value]: readonly unknown[]): bigint {
  if (typeof value === 'bigint') return value;
  if (value instanceof Double) {
    // the limits themselves are no doubles, so what lies at them was rounded
    if (Math.abs(value.value) < 2 ** 63) return BigInt(Math.trunc(value.value));
    throw new Failure(`integer overflow: ${value}`, 'overflow');
  }
  if (typeof value === 'string' && /^[+-]?\d{1,20}$/.test(value)) return checkedInt(BigInt(value));
  throw typeof value === 'string' ? new Failure('int: the text is no whole number', 'value') : refusal('int', value);
}

const DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

function toDouble([value]: readonly unknown[]): Double {
  if (value instanceof Double) return value;
  if (typeof value === 'bigint') return new Double(Number(value));
  if (typeof value !== 'string') throw refusal('double', value);
  if (value.length < 400 && DOUBLE.test(value)) return new Double(Number(value));
  if (/^nan$/i.test(value)) return new Double(Number.NaN);
  const [, sign] = INFINITE.exec(value) ?? [];
  if (sign === undefined) throw new Failure('double: the text is no number', 'value');
  return new Double(sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
}

const TRUE = ['1', 't', 'true', 'TRUE', 'True'];
const FALSE = ['0', 'f', 'false', 'FALSE', 'False'];

function toBool([value]: readonly unknown[]): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') throw refusal('bool', value);
  if (TRUE.includes(value)) return true;
  if (FALSE.includes(value)) return false;
  throw new Failure('bool: the text is neither true nor false', 'value');
}

function toText([value]: readonly unknown[]): string {
  if (value === null || isList(value) || isMap(value)) throw refusal('string', value);
  return String(value);
}

/** `matches` is not here: its pattern is compiled with the expression. */
const FUNCTIONS: readonly (readonly [name: string, CelFunction])[] = [
  ['size', plain('size(x) of a string, list or map', size)],
  ['size', method([0], 'x.size() of a string, list or map', size)],
  ['string', plain('string(x) of a bool, int or double', toText)],
  ['int', plain('int(x) of a double or string', toInt)],
  ['double', plain('double(x) of an int or string', toDouble)],
  ['bool', plain('bool(x) of a string', toBool)],
  ['dyn', plain('dyn(x)', ([value]) => value)],
  [
    'startsWith',
    method(
      [1],
      'string.startsWith(string)',
      testing('startsWith', (a, b) => a.startsWith(b)),
    ),
  ],
  [
    'endsWith',
    method(
      [1],
      'string.endsWith(string)',
      testing('endsWith', (a, b) => a.endsWith(b)),
    ),
  ],
  [
    'contains',
    method(
      [1],
      'string.contains(string)',
      testing('contains', (a, b) => a.includes(b)),
    ),
  ],
  ['indexOf', method([1, 2], 'string.indexOf(string) or string.indexOf(string, int)', searching('indexOf', false))],
  [
    'lastIndexOf',
    method([1, 2], 'string.lastIndexOf(string) or string.lastIndexOf(string, int)', searching('lastIndexOf', true)),
  ],
  ['substring', method([1, 2], 'string.substring(int) or string.substring(int, int)', substring)],
  ['split', method([1, 2], 'string.split(string) or string.split(string, int)', split)],
  ['join', method([0, 1], 'list.join() or list.join(string) of a list of strings', join)],
  ['trim', method([0], 'string.trim()', onText('trim', trim))],
  [
    'lowerAscii',
    method(
      [0],
      'string.lowerAscii()',
      onText('lowerAscii', (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())),
    ),
  ],
  [
    'upperAscii',
    method(
      [0],
      'string.upperAscii()',
      onText('upperAscii', (text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())),
    ),
  ],
];

const METHODS = new Map(FUNCTIONS.filter(([, { method: of }]) => of));
const PLAIN = new Map(FUNCTIONS.filter(([, { method: of }]) => !of));

export function functionNamed(name: string, isMethod: boolean): CelFunction | undefined {
  return (isMethod ? METHODS : PLAIN).get(name);
}

/** What can be called on a value, or without one. */
export function functionNames(isMethod: boolean): readonly string[] {
  return [...(isMethod ? METHODS : PLAIN).keys()];
}

/** An element of a list that is given by its index. */
export function elementAt(list: readonly unknown[], index: unknown): unknown {
  const at = index instanceof Double && Number.isInteger(index.value) ? BigInt(index.value) : index;
  if (typeof at !== 'bigint') throw impossible(`list[${typeName(index)}] is not possible`, index);
  if (at >= 0n && at < BigInt(list.length)) return celOf(list[Number(at)]);
  throw new Failure(`there is no element ${at} in a list of ${list.length}`, 'missing');
}
