import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
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
