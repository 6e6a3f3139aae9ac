import { describe, expect, it } from 'vitest';
import {
  type ByteSource,
  bufferSource,
  MAX_READ,
  readUpTo,
  sliceSource,
  toNumber,
  withHead,
  withTail,
} from '../../src/bytes/index.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';

const whole = () => bufferSource('x', Buffer.from('0123456789'));

const SOURCES: readonly (readonly [string, () => ByteSource])[] = [
  ['a buffer', whole],
  ['a slice', () => sliceSource(bufferSource('x', Buffer.from('..0123456789..')), 2, 10)],
  ['a slice of a slice', () => sliceSource(sliceSource(bufferSource('x', Buffer.from('..0123456789')), 1, 11), 1, 10)],
  ['a source with its head kept', () => withHead(whole(), 4)],
  ['a source with more head than bytes', () => withHead(whole(), 100)],
  ['a source with its tail kept', () => withTail(whole(), 4)],
  ['a source with more tail than bytes', () => withTail(whole(), 100)],
  ['a source with both ends kept', () => withTail(withHead(whole(), 3), 3)],
];

describe.each(SOURCES)('%s', (_title, make) => {
  it('gives exact bytes at any offset', async () => {
    const source = make();
    expect(source.size).toBe(10);
    for (let offset = 0; offset <= 10; offset++) {
      for (let length = 0; length <= 10 - offset; length++) {
        expect((await source.read(offset, length)).toString()).toBe('0123456789'.slice(offset, offset + length));
      }
    }
  });

  it.each([
    ['one byte too far', 10, 1],
    ['across the end', 8, 3],
    ['a negative offset', -1, 1],
    ['a negative length', 5, -1],
    ['a fraction', 0.5, 1],
    ['no number', Number.NaN, 1],
    ['infinity', 0, Number.POSITIVE_INFINITY],
    ['a sum above 2^53', Number.MAX_SAFE_INTEGER, 1],
    ['more than one read may ask for', 0, MAX_READ + 1],
  ])('refuses %s', async (_name, offset, length) => {
    const error = await make()
      .read(offset, length)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VmImportError);
    expect((error as VmImportError).finding).toMatchObject({ code: 'bytes/out-of-range', exit: 3 });
  });

  it('gives what is there when asked to probe', async () => {
    expect((await readUpTo(make(), 8, 100)).toString()).toBe('89');
    expect(await readUpTo(make(), 10, 100)).toHaveLength(0);
    expect(await readUpTo(make(), 1000, 100)).toHaveLength(0);
  });
});

describe('a kept head', () => {
  it('costs one read, however often it is looked at', async () => {
    const inner = whole();
    const source = withHead(inner, 6);
    expect(source.bytesRead).toBe(0);
    await Promise.all([source.read(0, 4), source.read(2, 4), source.read(5, 1)]);
    expect(source.bytesRead).toBe(6);
    await source.read(5, 2);
    expect(source.bytesRead).toBe(7);
    await source.read(6, 2);
    expect(source.bytesRead).toBe(9);
  });

  it('is not read for the sake of what only begins in it', async () => {
    const source = withHead(whole(), 6);
    await source.read(5, 2);
    expect(source.bytesRead).toBe(2);
  });
});

describe('a kept tail', () => {
  it('costs one read, however often it is looked at', async () => {
    const source = withTail(whole(), 4);
    await Promise.all([source.read(6, 4), source.read(8, 2), source.read(9, 1)]);
    expect(source.bytesRead).toBe(4);
    await source.read(5, 2);
    expect(source.bytesRead).toBe(6);
  });
});

describe('a slice', () => {
  it.each([
    ['beyond the end', 5, 6],
    ['before the start', -1, 2],
    ['of negative size', 0, -1],
    ['of a size that overflows', 1, Number.MAX_SAFE_INTEGER],
  ])('%s is refused', (_title, offset, size) => {
    expect(() => sliceSource(whole(), offset, size)).toThrow(VmImportError);
  });
});

describe('a 64-bit field as a number', () => {
  it('is exact up to 2^53 - 1', () => expect(toNumber(2n ** 53n - 1n, 'f', 'x', 'p')).toBe(Number.MAX_SAFE_INTEGER));

  it.each([2n ** 53n, 2n ** 64n - 1n])('%s is refused', (value) => {
    expect(() => toNumber(value, 'size', 'x', 'header+0x18')).toThrow(VmImportError);
  });
});
