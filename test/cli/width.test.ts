import { expect, it } from 'vitest';
import { widthOf } from '../../src/cli/width.ts';

it.each<[string | undefined, number | undefined, number]>([
  [undefined, undefined, 100],
  [undefined, 72, 72],
  [undefined, 240, 100],
  ['60', undefined, 60],
  ['60', 120, 60],
  ['160', 80, 160],
  ['10', undefined, 40],
  ['100000', undefined, 200],
  ['', 72, 72],
  ['0', undefined, 100],
  ['wide', undefined, 100],
])('COLUMNS %j on a terminal of %j columns: %i', (said, terminal, width) => {
  expect(widthOf(said, terminal)).toBe(width);
});
