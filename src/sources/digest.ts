import { createHash } from 'node:crypto';
import type { ByteSource } from '../bytes/index.ts';

/** Two of these are in memory at a time: one is hashed while the next is read. */
const CHUNK = 4 * 1024 * 1024;

/** Digests that manifests of bundles use. */
export const DIGEST_ALGORITHMS = ['md5', 'sha1', 'sha256', 'sha512'] as const;
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

/** Bytes of a file: one member of an archive, or all of it. */
export interface DigestRange {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly algorithms: readonly DigestAlgorithm[];
}

export interface RangeDigests {
  readonly name: string;
  /** Lower-case hexadecimal. */
  readonly digests: ReadonlyMap<DigestAlgorithm, string>;
}

/**
 * Digests of many ranges in one pass over a file: every byte that some range holds is read once, in the order in which
 * it is stored, and no other byte is read. Results stand in the order of `ranges`. Throws the finding
 * `bytes/out-of-range` (exit 3) for a range that is not inside the file.
 */
export async function digestRanges(file: ByteSource, ranges: readonly DigestRange[]): Promise<readonly RangeDigests[]> {
  const tasks = ranges.map(({ name, offset, size, algorithms }) => ({
    name,
    start: offset,
    end: offset + size,
    hashes: [...new Set(algorithms)].map((algorithm) => ({ algorithm, hash: createHash(algorithm) })),
  }));
  const pieces = piecesOf(tasks.filter(({ start, end, hashes }) => end > start && hashes.length > 0));
  const fetch = ({ value }: IteratorResult<Piece<(typeof tasks)[number]>, undefined>) =>
    value === undefined ? undefined : { tasks: value.tasks, bytes: file.read(value.offset, value.length) };
  let next = fetch(pieces.next());
  while (next !== undefined) {
    const current = next.tasks;
    const bytes = await next.bytes;
    next = fetch(pieces.next());
    for (const { hashes } of current) for (const { hash } of hashes) hash.update(bytes);
  }
  return tasks.map(({ name, hashes }) => ({
    name,
    digests: new Map(hashes.map(({ algorithm, hash }) => [algorithm, hash.digest('hex')])),
  }));
}

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Piece<T> {
  readonly offset: number;
  readonly length: number;
  readonly tasks: readonly T[];
}

/** Cuts the file where a span begins or ends, and into chunks; what no span holds is left out. */
function* piecesOf<T extends Span>(spans: readonly T[]): Generator<Piece<T>, undefined> {
  const waiting = spans.toSorted((a, b) => b.start - a.start);
  let open: T[] = [];
  let offset = 0;
  while (waiting.length > 0 || open.length > 0) {
    open = open.filter(({ end }) => end > offset);
    if (open.length === 0) offset = waiting.at(-1)?.start ?? offset;
    while (waiting.at(-1)?.start === offset) open.push(...waiting.splice(-1));
    if (open.length === 0) continue;
    const limit = Math.min(waiting.at(-1)?.start ?? Number.POSITIVE_INFINITY, ...open.map(({ end }) => end));
    const length = Math.min(limit - offset, CHUNK);
    yield { offset, length, tasks: open };
    offset += length;
  }
}

/** `sha256:...` over all bytes of a source. Reads the whole of it. */
export async function sha256(source: ByteSource): Promise<string> {
  const [whole] = await digestRanges(source, [
    { name: source.uri, offset: 0, size: source.size, algorithms: ['sha256'] },
  ]);
  return `sha256:${whole?.digests.get('sha256')}`;
}
