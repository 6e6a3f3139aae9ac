const UNITS = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

/** A whole number with a unit of IEC 80000-13, or alone. */
export const SIZE = /^([0-9]{1,16}) *(B|KiB|MiB|GiB|TiB)?$/;

/** Bytes of `20 GiB` or of a number; undefined where it is no size that a number holds. */
export function parseSize(size: number | string): number | undefined {
  if (typeof size === 'number') return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
  const [, count, unit = 'B'] = SIZE.exec(size.trim()) ?? [];
  if (count === undefined) return undefined;
  const bytes = Number(count) * UNITS[unit as keyof typeof UNITS];
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
