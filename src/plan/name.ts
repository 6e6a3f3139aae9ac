import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';

/** libvirt uses the name as a file name with a suffix; file systems stop at 255 bytes. */
const MAX_NAME_BYTES = 200;

function problemWith(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'that is a directory';
  if (name.startsWith('-')) return 'it starts with "-"';
  if (name.includes('/')) return 'it contains "/"';
  if (/\p{Cc}/u.test(name)) return 'it contains control characters';
  if (!name.isWellFormed()) return 'it is not well-formed Unicode';
  return Buffer.byteLength(name) > MAX_NAME_BYTES ? `it is longer than ${MAX_NAME_BYTES} bytes` : undefined;
}

/** Returns the name, or throws `plan/bad-name` (exit 2). */
export function checkName(name: string): string {
  const why = problemWith(name);
  if (why === undefined) return name;
  const finding: Finding = diagnostics['bad-name']({ name: JSON.stringify(name), why });
  throw new VmImportError(finding);
}

/** What of a text that somebody else wrote can be a name; empty when nothing can. */
export function usableName(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/[/\p{Cc}]+/gu, '-')
    .replace(/^[-.\s]+/, '')
    .trim();
  let name = '';
  for (const character of clean) {
    if (Buffer.byteLength(name + character) > MAX_NAME_BYTES) break;
    name += character;
  }
  return problemWith(name) === undefined ? name : '';
}

/** The default name of a machine: the file name of its first source without the last extension. */
export function nameFromUri(uri: string): string {
  const base = uri.slice(uri.lastIndexOf('/') + 1).replace(/(?<=.\.[^.]+)\.(?:gz|xz|zst|bz2)$/i, '');
  const dot = base.lastIndexOf('.');
  return dot > 0 ? base.slice(0, dot) : base;
}
