import { lookup } from '../issues.ts';
import type { Problems } from '../problems.ts';
import type { MapTree, Tree } from '../yaml.ts';
import type { ImageInput } from './schema.ts';
import { parseSize } from './size.ts';
import type { ImageDescription } from './suite.ts';

const SECTOR = 512;
const GIB = 2 ** 30;
const DEFAULT_SIZE = 10 * GIB;
/** Above 512 TiB no reader takes a partition table for honest. */
const LARGEST = 512 * 2 ** 40;
/** What the partitions of a disk that is not empty need. */
const SMALLEST_PARTITIONED = 8 * 2 ** 20;
/** Two copies have to fit into 16 KiB (docs/hint-extension.md). */
const MAX_HINTS = 8136;

/** What only a qcow2 has room for. */
const QCOW2_ONLY = ['file-size', 'hints', 'backing', 'dirty', 'snapshots', 'saved-memory'] as const;

/** Completes the description of an image that the schema has accepted; what makes no sense goes to `problems`. */
export function readImage(
  input: ImageInput,
  tree: MapTree,
  where: string,
  index: number,
  problems: Problems,
): ImageDescription {
  checkTogether(input, tree, where, problems);
  const size = readSize(input.size, 'size', tree, problems) ?? DEFAULT_SIZE;
  checkSize(input, size, tree, problems);
  const hints = input.hints === undefined ? null : JSON.stringify({ vmHints: 1, ...input.hints });
  if (hints !== null && Buffer.byteLength(hints) > MAX_HINTS) {
    wrong(problems, 'hints', `${Buffer.byteLength(hints)} bytes`, `at most ${MAX_HINTS} bytes of JSON`, tree);
  }
  return {
    name: input.name ?? `disk${index}.${input.format}`,
    format: input.format,
    size,
    fileSize: readSize(input['file-size'], 'file-size', tree, problems) ?? Math.ceil(size / 8 / SECTOR) * SECTOR,
    boot: input.boot ?? 'none',
    windows: input.windows ?? false,
    architecture: input.architecture ?? 'x86_64',
    hints,
    backing: input.backing === undefined ? null : { name: input.backing, format: input['backing-format'] ?? 'qcow2' },
    dirty: input.dirty ?? false,
    encrypted: input.encrypted ?? false,
    snapshots: input.snapshots ?? 0,
    savedMemory: input['saved-memory'] ?? false,
  };
}

function checkTogether(input: ImageInput, tree: MapTree, where: string, problems: Problems): void {
  const refuse = (key: string, reason: string, hint: string) =>
    problems.notAllowed({ key, where, reason, hint }, keyAt(tree, key));
  if (input.format === 'raw') {
    for (const key of QCOW2_ONLY) {
      if (input[key] !== undefined) refuse(key, 'a raw disk has no place for it', 'Use format: qcow2.');
    }
  }
  if (input.encrypted === true) {
    for (const key of ['boot', 'windows'] as const) {
      if (input[key] !== undefined) refuse(key, 'nobody can see it on an encrypted disk', 'Drop one of the two.');
    }
  }
  if (input['backing-format'] !== undefined && input.backing === undefined) {
    refuse('backing-format', 'there is no backing file', 'Add backing, or drop it.');
  }
  if (input['saved-memory'] === true && (input.snapshots ?? 0) === 0) {
    refuse('saved-memory', 'there is no snapshot that could carry it', 'Add snapshots: 1, or drop it.');
  }
}

function checkSize(input: ImageInput, size: number, tree: MapTree, problems: Problems): void {
  const partitioned = (input.boot ?? 'none') !== 'none' || input.windows === true;
  const [smallest, said] = partitioned ? [SMALLEST_PARTITIONED, '8 MiB, with partitions,'] : [0, '0'];
  if (size % SECTOR !== 0 || size < smallest || size > LARGEST) {
    wrong(problems, 'size', String(input.size), `${said} to 512 TiB, in whole sectors of 512 bytes`, tree);
  }
}

function readSize(
  said: number | string | undefined,
  key: string,
  tree: MapTree,
  problems: Problems,
): number | undefined {
  if (said === undefined) return undefined;
  const size = parseSize(said);
  if (size === undefined) wrong(problems, key, String(said), 'a number of bytes, or a size such as 20 GiB', tree);
  return size;
}

function wrong(problems: Problems, key: string, value: string, expected: string, tree: MapTree): void {
  const at: Tree = lookup(tree, [key]) ?? tree;
  problems.wrongValue({ key, value, expected, hint: `Use ${expected}.` }, at.at);
}

function keyAt(tree: MapTree, key: string): number {
  return tree.entries.get(key)?.keyAt ?? tree.at;
}
