import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { didYouMean } from '../facts/did-you-mean.ts';
import { usageError } from './usage.ts';

const NAMED = /\.(?:ya?ml|json)$/i;
const SCHEMA = /["']?schema["']?\s*:\s*["']?vm-import\/(policy|waivers)@/;
/** The schema stands at the beginning, but for comments. */
const HEAD = 4096;

/**
 * Throws (exit 2) where a source is a policy or a list of waivers: `--policy a.yaml b.yaml` takes one file and leaves the
 * other to be a disk. What cannot be read here is left to those who read sources.
 */
export async function refuseDocuments(sources: readonly string[]): Promise<void> {
  for (const source of sources.filter((name) => NAMED.test(name))) {
    const [, kind] = SCHEMA.exec(await headOf(source)) ?? [];
    if (kind === 'policy')
      throw usageError(`${source} is a policy, no disk image.`, 'Write --policy before each of them.');
    if (kind === 'waivers')
      throw usageError(`${source} lists waivers, it is no disk image.`, 'Write --waivers before it.');
  }
}

async function headOf(path: string): Promise<string> {
  // a fifo must not hang the open
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (file === null) return '';
  try {
    if (!(await file.stat()).isFile()) return '';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await file.close();
  }
}

/** Commands that begin a line, with the commands below them. */
export const COMMANDS: { readonly [name: string]: readonly string[] } = {
  inspect: [],
  get: [],
  explain: [],
  hints: ['get', 'set', 'unset', 'validate', 'schema'],
  policy: ['check', 'lint', 'list', 'test', 'compile', 'schema'],
  os: ['list', 'show', 'detect', 'compile', 'name'],
  host: ['snapshot'],
  completion: [],
};

/** Of shorter words nearly all are near to each other. */
const SHORTEST = 3;

/**
 * Throws (exit 2) where the first words of a line are a misspelt command. What could be a source is one, where there is
 * such a file.
 */
export async function refuseMisspelt(argv: readonly string[]): Promise<void> {
  const [first = '', second = ''] = argv;
  if (argv.some((word) => word === '--help' || word === '-h')) return;
  const below = Object.hasOwn(COMMANDS, first) ? (COMMANDS[first] ?? []) : null;
  if (below !== null) {
    if (below.length === 0 || second === '' || second.startsWith('-') || below.includes(second)) return;
    const meant = didYouMean(second, below);
    const hint = meant === undefined ? `There is ${below.join(', ')}.` : `Did you mean vm-import ${first} ${meant}?`;
    throw usageError(`There is no command ${first} ${second}.`, hint);
  }
  if (!/^[a-z]+$/i.test(first) || first.length < SHORTEST) return;
  const meant = didYouMean(
    first,
    Object.keys(COMMANDS).filter((name) => name.length >= SHORTEST),
  );
  if (meant === undefined || (await isThere(first))) return;
  throw usageError(`There is no command ${first}, and no file of that name.`, `Did you mean vm-import ${meant}?`);
}

/** What cannot be looked at may be there. */
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
}
