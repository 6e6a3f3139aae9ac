import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { findingLine, word } from '../report/words.ts';
import { diagnostics } from './diagnostics.ts';
import type { Io } from './io.ts';

/** Replaces a file whole, by rename: a reader sees the old content or the new one, never a part. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const target = resolve(path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', 0o666);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw unwritable(target, error);
  }
}

export async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

export async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw unwritable(resolve(path), error);
  });
}

function unwritable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  return new VmImportError(diagnostics.unwritable({ path, reason: String(error.code) }), { cause: error });
}

/** A hostile document can raise thousands of findings; stderr shows this many of each kind. */
const MOST_OF_ONE_CODE = 20;

/** Warnings and errors in one line each; `verbose` adds the notes, `quiet` leaves the errors. */
export function printFindings(
  io: Io,
  findings: readonly Finding[],
  options: { readonly quiet?: boolean | undefined; readonly verbose?: boolean | undefined } = {},
): void {
  const shown = findings.filter(({ severity }) => {
    if (severity === 'info') return options.verbose === true && options.quiet !== true;
    return severity === 'error' || options.quiet !== true;
  });
  const counts = new Map<string, number>();
  for (const finding of shown) {
    const count = (counts.get(finding.code) ?? 0) + 1;
    counts.set(finding.code, count);
    if (count <= MOST_OF_ONE_CODE) io.stderr.write(`${findingLine(word(finding))}\n`);
  }
  for (const [code, count] of counts) {
    const left = count - MOST_OF_ONE_CODE;
    if (left > 0) io.stderr.write(`vm-import: ${left} more of [${code}]; a JSON report lists them all\n`);
  }
}
