import type { Cause } from './cel/meter.ts';

const MISSING =
  'Test for what may be missing first: `x != null && ...`, `size(disks) > 1 && disks[1].device`, or `has(d.details.x) && ...` for a field that only some formats have.';

/** What to do about a condition that has no value, by the cause. */
export const REMEDIES: Readonly<Record<Cause, string>> = {
  unknown: MISSING,
  missing: MISSING,
  type: 'What `details` and the like hold can be of any type: convert it with int(x), double(x), string(x) or bool(x), or compare it with ==, which all types can be.',
  value: 'Test the text first: `x.matches("^[0-9]{1,18}$") && int(x) > 5`, `size(x) > 3 && x.substring(3) == "..."`.',
  division: 'Test the divisor first: `x != 0 && y / x > 5`, or multiply the other side: `y > 5 * x`.',
  overflow: 'An int has 64 bits. Calculate in a larger unit, `d.virtualSize / 1073741824`, or with double(x).',
};
