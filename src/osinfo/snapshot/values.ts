/** Something in a snapshot is not what the format says. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

// Takes apart what JSON.parse gave. Every function throws Malformed for what is not of its type.

export function text(value: unknown): string {
  return typeof value === 'string' ? value : wrong('a text');
}

export function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value);
}

/** A whole number, not negative. */
export function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : wrong('a number');
}

export function truth(value: unknown): boolean {
  return typeof value === 'boolean' ? value : wrong('true or false');
}

export function list<T>(value: unknown, each: (item: unknown) => T): readonly T[] {
  return Array.isArray(value) ? value.map(each) : wrong('a list');
}

/** An absent list is empty. */
export function listOrNone<T>(value: unknown, each: (item: unknown) => T): readonly T[] {
  return value === undefined ? [] : list(value, each);
}

export function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('an object');
  return value as Readonly<Record<string, unknown>>;
}

/** The values of an object, with its names. */
export function members<T>(value: unknown, each: (item: unknown) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(object(value)).map(([name, item]) => [name, each(item)]));
}

export function oneOf<T extends string>(value: unknown, words: readonly T[]): T {
  return words.find((word) => word === value) ?? wrong(words.join(' or '));
}

export function at<T>(items: readonly T[], index: unknown): T {
  const item = items[count(index)];
  return item === undefined ? wrong('the number of an entry') : item;
}

function wrong(expected: string): never {
  throw new Malformed(`something in it is not ${expected}`);
}
