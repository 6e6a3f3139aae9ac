import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, mkdir, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { systemReason } from '../diagnostics/system-error.ts';
import { counts } from '../diagnostics/verdict.ts';
import type { FindingDocument } from '../facts/index.ts';
import { findingLine, word } from '../report/words.ts';
import { diagnostics } from './diagnostics.ts';
import type { Io } from './io.ts';
import { usageError } from './usage.ts';

/**
 * Replaces a regular file whole, by rename: a reader sees the old content or the new one, never a part. A symbolic
 * link keeps pointing where it points, an existing file keeps its mode, and a device or pipe (`/dev/stdout`) is
 * written through, never replaced.
 */
export async function writeWhole(path: string, text: string | Buffer): Promise<void> {
  const named = resolve(path);
  const target = await realpath(named).catch(() => named);
  const existing = await stat(target).catch(() => undefined);
  if (existing?.isDirectory()) throw new VmImportError(diagnostics.unwritable({ path: target, reason: 'EISDIR' }));
  if (existing !== undefined && !existing.isFile()) return writeThrough(target, text);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', 0o666);
    try {
      await file.writeFile(text);
      if (existing !== undefined) await chmod(temporary, existing.mode & 0o7777);
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

/** Writes what `-o` names, or to stdout without it. Throws (exit 2) when that is one of the inputs. */
export async function writeOutput(
  io: Io,
  output: string | undefined,
  content: string | Buffer,
  inputs: readonly string[] = [],
): Promise<void> {
  if (output === undefined) {
    io.stdout.write(content);
  } else {
    await refuseOverwriting([output], inputs);
    await writeWhole(output, content);
  }
}

async function writeThrough(path: string, text: string | Buffer): Promise<void> {
  try {
    const file = await open(path, constants.O_WRONLY);
    await file.writeFile(text).finally(() => file.close());
  } catch (error) {
    throw unwritable(path, error);
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
  const reason = systemReason(error);
  if (reason === null) return error;
  return new VmImportError(diagnostics.unwritable({ path, reason }), { cause: error });
}

/** The file behind a path, whatever it is called; undefined while there is none. */
async function identity(path: string): Promise<string | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() === true ? `${stats.dev}:${stats.ino}` : undefined;
}

/** Throws (exit 2) when an output is one of the inputs, or two outputs are one file. */
export async function refuseOverwriting(outputs: readonly string[], inputs: readonly string[]): Promise<void> {
  const read = new Set(await Promise.all(inputs.map(identity)));
  const written = new Set<string>();
  for (const output of outputs) {
    const id = await identity(output);
    if (id !== undefined && read.has(id)) {
      throw usageError(`${output} is one of the files that are read.`, 'Write to another file.');
    }
    const name = id ?? resolve(output);
    if (written.has(name)) throw usageError(`${output} would be written twice.`, 'Give each output its own file.');
    if (!/^\/dev\//.test(resolve(output))) written.add(name);
  }
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
  printFindingDocuments(io, shown.map(word));
}

/** Findings that have their words already, all of them, in one line each. */
export function printFindingDocuments(io: Io, shown: readonly FindingDocument[]): void {
  const told = new Map<string, number>();
  for (const finding of shown) {
    // what a policy says is told by its rules, and what counts is not hidden behind what does not
    const standing = counts(finding) ? finding.severity : 'aside';
    const kind = [finding.code, ...(finding.rule === null ? [] : [finding.rule]), standing].join(' ');
    const count = (told.get(kind) ?? 0) + 1;
    told.set(kind, count);
    if (count <= MOST_OF_ONE_CODE) io.stderr.write(`${findingLine(finding)}\n`);
  }
  for (const [kind, count] of told) {
    const left = count - MOST_OF_ONE_CODE;
    if (left > 0) io.stderr.write(`vm-import: ${left} more of [${kind.split(' ')[0]}]; a JSON report lists them all\n`);
  }
}
