import { VmImportError } from '../../diagnostics/index.ts';
import type { OsDevice, OsMedia, OsProfile } from '../../facts/index.ts';
import { diagnostics } from '../diagnostics.ts';
import { decodeLanguageMaps, decodeMedia, decodeSystem, decodeTables, type Tables } from './decode.ts';
import { indexName, SECTIONS, type Section, SNAPSHOT_SCHEMA, type SnapshotHeader, sha256 } from './format.ts';
import { count, Malformed, object, text, textOrNull } from './values.ts';

/** The embedded one has 1 MiB. */
export const MAX_SNAPSHOT_BYTES = 64 * 1024 * 1024;
const MAX_HEADER_BYTES = 64 * 1024;

type SystemRecord = Omit<OsProfile, 'database' | 'pointer'>;

/**
 * A snapshot that answers. A section is checked against its digest when it is first used, so that a lookup costs no
 * more than it reads; all methods throw VmImportError (exit 2) when what they need is damaged.
 */
export class Snapshot {
  readonly header: SnapshotHeader;
  readonly #bytes: Buffer;
  readonly #path: string;
  readonly #checked = new Map<Section, Buffer>();
  #tables: Tables | undefined;

  /** `path` is what findings name. */
  constructor(bytes: Buffer, path: string) {
    this.#bytes = bytes;
    this.#path = path;
    this.header = this.#guard(null, () => readHeader(bytes));
    const sum = SECTIONS.reduce((total, name) => total + this.header.sections[name].bytes, this.#start);
    if (sum !== bytes.length) {
      this.#refuse(
        `it has ${bytes.length} bytes where its header announces ${sum}${sum > bytes.length ? ': it was cut' : ''}`,
      );
    }
  }

  find(name: string): SystemRecord | undefined {
    const wanted = indexName(name);
    if (wanted === null) return undefined;
    const index = this.#section('index');
    const line = Buffer.from(`\n${wanted}\t`);
    // the first line has no newline before it
    const first = index.subarray(0, line.length - 1).equals(line.subarray(1));
    const start = first ? 0 : index.indexOf(line) + 1;
    if (start === 0 && !first) return undefined;
    const [, offset, length] = index.toString('utf8', start, index.indexOf('\n', start)).split('\t').map(Number);
    const [from = 0, bytes = 0] = [offset, length];
    const where = `at byte ${from} of the section systems`;
    const found = this.#system(this.#section('systems').toString('utf8', from, from + bytes), where);
    const names = [found.id, ...found.shortIds].map(indexName);
    return names.includes(wanted) ? found : this.#refuse(`${where}, there is another system than ${name}`);
  }

  /** Every short-id and alias; ids, which are addresses, are left out. */
  shortIds(): ReadonlySet<string> {
    const names = this.#lines('index').map((line) => line.slice(0, line.indexOf('\t')));
    return new Set(names.filter((name) => !name.startsWith('//')));
  }

  systems(): readonly SystemRecord[] {
    return this.#lines('systems').map((line, index) => this.#system(line, lineOf(index, 'systems')));
  }

  devices(): readonly OsDevice[] {
    return this.#readTables().devices;
  }

  media(): readonly OsMedia[] {
    const [first = 'null', ...lines] = this.#lines('media');
    const maps = this.#guard(lineOf(0, 'media'), () => decodeLanguageMaps(JSON.parse(first)));
    return lines.flatMap((line, index) =>
      this.#guard(lineOf(index + 1, 'media'), () => decodeMedia(JSON.parse(line), maps)),
    );
  }

  #system(line: string, where: string): SystemRecord {
    const tables = this.#readTables();
    return this.#guard(where, () => decodeSystem(JSON.parse(line), tables));
  }

  #readTables(): Tables {
    const section = this.#section('tables');
    this.#tables ??= this.#guard('in the section tables', () => decodeTables(JSON.parse(section.toString())));
    return this.#tables;
  }

  #lines(name: Section): readonly string[] {
    return this.#section(name).toString().split('\n').slice(0, -1);
  }

  get #start(): number {
    return this.#bytes.indexOf('\n', this.#bytes.indexOf('\n') + 1) + 1;
  }

  #section(name: Section): Buffer {
    const known = this.#checked.get(name);
    if (known !== undefined) return known;
    const before = SECTIONS.slice(0, SECTIONS.indexOf(name));
    const offset = before.reduce((sum, other) => sum + this.header.sections[other].bytes, this.#start);
    const { bytes, sha256: digest } = this.header.sections[name];
    const section = this.#bytes.subarray(offset, offset + bytes);
    if (sha256(section) !== digest) this.#refuse(`the section ${name}, at byte ${offset}, does not fit its digest`);
    this.#checked.set(name, section);
    return section;
  }

  /** Words what decoding throws; `where` is null for the header. */
  #guard<T>(where: string | null, decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof Malformed || error instanceof SyntaxError)) throw error;
      const problem = error instanceof SyntaxError ? 'this is no JSON' : error.message;
      return this.#refuse(where === null ? problem : `${where}, ${problem}`);
    }
  }

  #refuse(problem: string): never {
    const at = [{ origin: 'osinfo', uri: this.#path, pointer: null }] as const;
    throw new VmImportError(diagnostics['bad-snapshot']({ path: this.#path, problem }, at));
  }
}

function lineOf(index: number, section: Section): string {
  return `in line ${index + 1} of the section ${section}`;
}

/** Whether a file that starts like this is meant to be a snapshot, of whatever version. */
function looksLikeSnapshot(head: Buffer): boolean {
  return head.toString('latin1', 0, 40).startsWith('{"schema":"vm-import/osinfo-snapshot@');
}

function readHeader(bytes: Buffer): SnapshotHeader {
  if (!looksLikeSnapshot(bytes)) throw new Malformed('it is no snapshot of an OS database');
  const end = bytes.subarray(0, MAX_HEADER_BYTES).indexOf('\n') + 1;
  if (end === 0) throw new Malformed('its header has no end');
  const header = object(JSON.parse(bytes.toString('utf8', 0, end)));
  const schema = text(header['schema']);
  if (schema !== SNAPSHOT_SCHEMA) throw new Malformed(`it is ${schema}, and this program reads ${SNAPSHOT_SCHEMA}`);
  if (bytes.toString('latin1', end, end + 65) !== `${sha256(bytes.subarray(0, end))}\n`) {
    throw new Malformed('its header does not fit its digest');
  }
  const counts = object(header['counts']);
  const sections = object(header['sections']);
  const section = (name: Section) => {
    const { bytes: length, sha256: digest } = object(sections[name]);
    return { bytes: count(length), sha256: text(digest) };
  };
  return {
    schema,
    version: textOrNull(header['version']),
    database: text(header['database']),
    licence: text(header['licence']),
    counts: { systems: count(counts['systems']), media: count(counts['media']), devices: count(counts['devices']) },
    sections: {
      index: section('index'),
      tables: section('tables'),
      systems: section('systems'),
      media: section('media'),
    },
  };
}
