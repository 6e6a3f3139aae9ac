import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Finding } from '../../diagnostics/index.ts';
import { systemReason } from '../../diagnostics/system-error.ts';
import { type XmlElement, XmlProblem } from '../../facts/xml.ts';
import { diagnostics } from '../diagnostics.ts';
import { readDatamap, readDevice, readSystem } from './entries.ts';
import { findFiles, readVersion, type TreeFile } from './files.ts';
import { type Context, type Entries, incomplete } from './raw.ts';
import { MAX_FILE_BYTES, readDocument } from './xml.ts';

export interface Reading extends Entries {
  readonly version: string | null;
  readonly findings: readonly Finding[];
}

export interface ReadOptions {
  /** Pass over directories that do not exist. */
  readonly optional: boolean;
}

/**
 * Reads a database from its directories, the later ones taking precedence. A file that is wrong is a finding and left
 * out. Files are small and many, so they are read one after another, which is faster than asynchronously. Throws
 * VmImportError (exit 2) where a directory cannot be read.
 */
export function readDatabase(directories: readonly string[], { optional }: ReadOptions): Reading {
  const entries: Entries = { systems: new Map(), devices: new Map(), datamaps: new Map() };
  const findings: Finding[] = [];
  for (const { master, extensions } of findFiles(directories, optional).values()) {
    for (const file of master === null ? extensions : [master, ...extensions]) readFile(file, entries, findings);
  }
  return { ...entries, version: readVersion(directories), findings };
}

function readFile({ path, relative }: TreeFile, entries: Entries, findings: Finding[]): void {
  try {
    const { size } = statSync(path);
    // hides what earlier directories say
    if (size === 0) return;
    if (size > MAX_FILE_BYTES) throw new XmlProblem(`it has ${size} bytes, more than ${MAX_FILE_BYTES}`, '1:1');
    const root = readDocument(readFileSync(path));
    if (root.name !== 'libosinfo') throw new XmlProblem(`it starts with <${root.name}>, not <libosinfo>`, root.place);
    readEntries(root, relative, entries, { uri: path, file: basename(relative), findings });
  } catch (error) {
    findings.push(badFile(path, error));
  }
}

function badFile(uri: string, error: unknown): Finding {
  if (error instanceof XmlProblem) {
    return diagnostics['bad-file']({ problem: error.message }, [{ origin: 'osinfo', uri, pointer: error.place }]);
  }
  const problem = systemReason(error);
  if (problem === null) throw error;
  return diagnostics['bad-file']({ problem }, [{ origin: 'osinfo', uri, pointer: null }]);
}

function readEntries(root: XmlElement, relative: string, entries: Entries, context: Context): void {
  const seen = new Set<string>();
  for (const element of root.children) {
    const { name, attributes, place } = element;
    if (name !== 'os' && name !== 'device' && name !== 'datamap') continue;
    const id = attributes.get('id');
    if (id === undefined) {
      incomplete(context, name, 'id', place);
      continue;
    }
    const at = [{ origin: 'osinfo', uri: context.uri, pointer: place }] as const;
    const extension = relative.slice(0, relative.lastIndexOf('/')).endsWith('.d');
    const expected = `${name}/${pathOf(id)}${extension ? `.d/${context.file}` : '.xml'}`;
    if (relative !== expected) {
      context.findings.push(diagnostics['wrong-path']({ id, expected }, at));
      continue;
    }
    if (seen.has(`${name} ${id}`)) context.findings.push(diagnostics['duplicate-id']({ id }, at));
    seen.add(`${name} ${id}`);
    if (name === 'os') readSystem(entries, id, element, context);
    else if (name === 'device') readDevice(entries, id, element);
    else readDatamap(entries, id, element);
  }
}

/** Where the entry of that id has to be: `http://debian.org/debian/12` in `debian.org/debian-12`. */
function pathOf(id: string): string {
  // libosinfo goes by bytes
  const bytes = Buffer.from(id.replace(/^http:\/\//, '')).toString('latin1');
  const slash = bytes.indexOf('/');
  const plain = (text: string) => text.replace(/[^A-Za-z0-9._-]/g, '-');
  return slash < 0 ? plain(bytes) : `${plain(bytes.slice(0, slash))}/${plain(bytes.slice(slash + 1))}`;
}
