import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import type { Limits } from './limits.ts';

/** Longer names exist on no file system (PATH_MAX of Linux). */
const MAX_NAME = 4096;

/** A name as a relative path, `''` for the top itself, or why it cannot be one. */
export function relativePath(raw: string): { readonly path: string } | { readonly problem: string } {
  if (raw.length > MAX_NAME) return { problem: `longer than ${MAX_NAME} characters` };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(raw)) return { problem: 'control characters' };
  if (/^[/\\]/.test(raw)) return { problem: 'absolute' };
  if (/^[A-Za-z]:/.test(raw)) return { problem: 'a drive letter' };
  // A backslash is a letter here and a separator elsewhere: it may stand in a name, but not lead upwards.
  if (raw.split(/[/\\]/).includes('..')) return { problem: '".." leads upwards' };
  return {
    path: raw
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .join('/'),
  };
}

/** Bytes as UTF-8, or as Latin-1 where they are none: no two names become one. */
export function nameOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** The names of one container: each is checked, counted, and offered once. */
export class Names {
  readonly #uri: string;
  readonly #limits: Limits;
  readonly #findings: Finding[];
  readonly #seen = new Map<string, string>();
  #entries = 0;
  #bytes = 0;

  constructor(uri: string, limits: Limits, findings: Finding[]) {
    this.#uri = uri;
    this.#limits = limits;
    this.#findings = findings;
  }

  /**
   * The path of an entry, or null when it is not to be offered: refused or a duplicate (with a finding), or the top
   * directory itself. `unique` is false for directories, which archives repeat without harm. Throws
   * `container/too-many-entries`.
   */
  admit(raw: string, pointer: string, unique: boolean): string | null {
    this.#count(raw, pointer);
    const checked = relativePath(raw);
    if ('problem' in checked) {
      const args = { name: JSON.stringify(raw.slice(0, 200)), problem: checked.problem };
      this.#report(diagnostics['unsafe-name'](args, this.#at(pointer)));
      return null;
    }
    const { path } = checked;
    if (path === '') return null;
    const first = this.#seen.get(path);
    if (first === undefined) this.#seen.set(path, pointer);
    else if (unique) {
      this.#report(diagnostics['duplicate-member']({ name: path, first, second: pointer }, this.#at(pointer)));
      return null;
    }
    return path;
  }

  #count(raw: string, pointer: string): void {
    this.#entries++;
    this.#bytes += raw.length;
    const { entries, nameBytes } = this.#limits;
    if (this.#entries > entries) {
      throw new VmImportError(diagnostics['too-many-entries']({ limit: entries, unit: 'entries' }, this.#at(pointer)));
    }
    if (this.#bytes > nameBytes) {
      throw new VmImportError(
        diagnostics['too-many-entries']({ limit: nameBytes, unit: 'bytes of names' }, this.#at(pointer)),
      );
    }
  }

  #at(pointer: string) {
    return [{ origin: 'content', uri: this.#uri, pointer } as const];
  }

  /** A hundred of one kind say as much as a million. */
  #report(finding: Finding): void {
    if (this.#findings.length < 100) this.#findings.push(finding);
  }
}
