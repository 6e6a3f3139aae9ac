import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bufferSource } from '../../src/bytes/index.ts';
import { DIGEST_ALGORITHMS, type DigestRange, digestRanges, sha256 } from '../../src/sources/digest.ts';

const whole = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7) % 251));

function expected({ offset, size, algorithms }: DigestRange, bytes: Buffer) {
  const part = bytes.subarray(offset, offset + size);
  return new Map(algorithms.map((algorithm) => [algorithm, createHash(algorithm).update(part).digest('hex')]));
}

describe('digests of many ranges in one pass', () => {
  it('are those of the ranges, whatever their order and however they overlap', async () => {
    const range = fc
      .tuple(fc.nat(whole.length), fc.nat(whole.length), fc.subarray([...DIGEST_ALGORITHMS]))
      .map(([a, b, algorithms]) => ({
        name: `${a}-${b}`,
        offset: Math.min(a, b),
        size: Math.abs(a - b),
        algorithms,
      }));
    await fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 12 }), async (ranges) => {
        const source = bufferSource('ova', whole);
        const found = await digestRanges(source, ranges);
        expect(found).toEqual(ranges.map((each) => ({ name: each.name, digests: expected(each, whole) })));
        const needed = new Set<number>();
        for (const { offset, size, algorithms } of ranges)
          for (let at = offset; at < offset + size && algorithms.length > 0; at++) needed.add(at);
        expect(source.bytesRead).toBe(needed.size);
      }),
    );
  });

  it('read pieces of a few MiB at a time, forwards', async () => {
    const large = Buffer.alloc(9 * 1024 * 1024 + 5, 'x');
    const reads: [number, number][] = [];
    const inner = bufferSource('ova', large);
    const source = {
      ...inner,
      read: (at: number, length: number) => {
        reads.push([at, length]);
        return inner.read(at, length);
      },
    };
    const ranges = [
      { name: 'b', offset: 1024, size: large.length - 1024, algorithms: ['sha1' as const] },
      { name: 'a', offset: 0, size: 512, algorithms: ['sha256' as const, 'sha256' as const] },
    ];
    const found = await digestRanges(source, ranges);
    expect(found.map(({ name, digests }) => [name, digests])).toEqual(
      ranges.map((each) => [each.name, expected(each, large)]),
    );
    expect(reads.every(([, length]) => length <= 4 * 1024 * 1024)).toBe(true);
    expect(reads[0]).toEqual([0, 512]);
    expect(reads.map(([at]) => at)).toEqual(reads.map(([at]) => at).toSorted((a, b) => a - b));
  });

  it('refuse a range outside the file', async () => {
    const range = { name: 'x', offset: 4000, size: 1000, algorithms: ['sha1' as const] };
    await expect(digestRanges(bufferSource('ova', whole), [range])).rejects.toMatchObject({
      finding: { code: 'bytes/out-of-range', exit: 3 },
    });
  });

  it('of a whole source are named by their algorithm', async () => {
    expect(await sha256(bufferSource('x', Buffer.alloc(0)))).toBe(
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });
});
