import type { Kind } from './terms.ts';

/** What a condition can come to: any of the bits of a mask. */
export const TRUE = 1;
export const FALSE = 2;
export const FAILS = 4;
export const ANYTHING = TRUE | FALSE | FAILS;
export type Mask = number;

export type Constant = string | number | boolean | null;

/** Some value that is none of the constants it is compared with, and no number if there are numbers among them. */
export const OTHER: unique symbol = Symbol('other');
/** Asking for it fails. */
export const MISSING: unique symbol = Symbol('missing');
/** A value that stands for all values which conditions cannot tell from it. */
export type Sample = Constant | typeof OTHER | typeof MISSING;

/** What CEL made of a literal; undefined for what is no plain value, or no number that JavaScript can hold. */
export function asConstant(value: unknown): Constant | undefined {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : undefined;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' || typeof value === 'boolean' || value === null ? value : undefined;
}

/** Samples of every class of values that comparisons with these constants can tell apart. */
export function samples(kind: Kind, constants: ReadonlySet<Constant>): readonly Sample[] {
  const all = [...constants];
  const numbers = all.filter((constant) => typeof constant === 'number').toSorted((a, b) => a - b);
  const rest: Sample[] = [];
  if (kind.nullable) rest.push(null);
  if (kind.partial) rest.push(MISSING);
  switch (kind.base) {
    case 'nothing':
      return [null];
    case 'bool':
      return [true, false, ...rest];
    case 'string':
      return [...all.filter((constant) => typeof constant === 'string'), OTHER, ...rest];
    case 'int': {
      const near = numbers.flatMap((number) => [Math.ceil(number) - 1, Math.floor(number), Math.floor(number) + 1]);
      const possible = near.filter((number) => number >= kind.min && number <= kind.max);
      // all that are possible lie on the same side of every constant
      return [...new Set(possible.length === 0 ? [kind.min] : possible), ...rest];
    }
    case 'any':
      return [...new Set<Sample>([...all, ...between(numbers), OTHER, ...rest])];
  }
}

/** A number before the first one, behind the last, and between each two. */
function between(numbers: readonly number[]): readonly number[] {
  return numbers.flatMap((number, index) => {
    const next = numbers[index + 1];
    return [...(index === 0 ? [number - 1] : []), next === undefined ? number + 1 : (number + next) / 2];
  });
}

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** The same comparison with its sides swapped. */
export const SWAPPED: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

export function isComparison(op: string): op is Comparison {
  return Object.hasOwn(SWAPPED, op);
}

const asMask = (value: boolean): Mask => (value ? TRUE : FALSE);

/** What `sample op constant` comes to. */
export function compare(sample: Sample, op: Comparison, constant: Constant): Mask {
  if (sample === MISSING) return FAILS;
  if (op === '==' || op === '!=') return asMask((sample === constant) === (op === '=='));
  if (sample === OTHER) return typeof constant === 'number' ? FAILS : ANYTHING;
  if (typeof sample === 'string' && typeof constant === 'string') return TRUE | FALSE;
  if (typeof sample === 'number' && typeof constant === 'number') return asMask(ordered(sample, op, constant));
  return typeof sample === typeof constant ? ANYTHING : FAILS;
}

function ordered(a: number, op: Exclude<Comparison, '==' | '!='>, b: number): boolean {
  switch (op) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

/** Where a bool is needed. */
export function truth(sample: Sample): Mask {
  return typeof sample === 'boolean' ? asMask(sample) : FAILS;
}
