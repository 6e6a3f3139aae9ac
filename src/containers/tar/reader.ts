import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type { ArchiveReader, Member } from '../container.ts';
import type { Flow } from '../flow.ts';
import type { Limits } from '../limits.ts';
import { Names } from '../names.ts';
import { dataOf, type Kept } from './data.ts';
import { diagnostics } from './diagnostics.ts';
import { checkEnd, isZero } from './end.ts';
import { BLOCK, type Header, parseHeader } from './header.ts';
import { Overrides } from './overrides.ts';
import { mapInData, oldGnuMap, type SparseMap, sparseMap } from './sparse.ts';

export const reader: ArchiveReader = {
  open(uri, format, flow, limits) {
    let findings: Finding[] = [];
    return {
      format,
      get findings() {
        return findings;
      },
      async *members() {
        findings = [];
        const opened = await flow();
        try {
          yield* new Walk(uri, opened, limits, findings).members();
        } finally {
          await opened.close();
        }
      },
      async close() {},
    };
  },
};

const KINDS: Readonly<Record<string, Member['kind']>> = {
  '\0': 'file',
  0: 'file',
  1: 'hardlink',
  2: 'symlink',
  5: 'directory',
  7: 'file',
  S: 'file',
};
/** Links, devices, directories and fifos: some programs skip data behind them, others do not. */
const WITHOUT_DATA = /[1-6]/;

const padded = (size: number) => Math.ceil(size / BLOCK) * BLOCK;

class Walk {
  readonly #uri: string;
  readonly #flow: Flow;
  readonly #limits: Limits;
  readonly #findings: Finding[];
  readonly #names: Names;
  readonly #kept: Kept = { bytes: 0 };

  constructor(uri: string, flow: Flow, limits: Limits, findings: Finding[]) {
    this.#uri = uri;
    this.#flow = flow;
    this.#limits = limits;
    this.#findings = findings;
    this.#names = new Names(uri, limits, findings);
  }

  async *members(): AsyncGenerator<Member> {
    const overrides = new Overrides();
    let entries = 0;
    let pointer = '0x0';
    for (;;) {
      const at = `0x${this.#flow.position.toString(16)}`;
      // An entry is where its first header is, be it an extended one.
      if (overrides.none) pointer = at;
      const block = await this.#flow.read(BLOCK);
      if (block.length < BLOCK || isZero(block)) {
        this.#findings.push(...(await checkEnd(this.#flow, block, entries, this.#uri)));
        return;
      }
      const header = parseHeader(block);
      if ('problem' in header) throw this.#fail('bad-header', header, at);
      const extended = await overrides.take(header, this.#flow);
      if (extended === true) continue;
      if (extended !== false) throw this.#fail('bad-header', extended, at);
      yield* this.#entry(header, overrides, pointer);
      overrides.clear();
      entries++;
    }
  }

  async *#entry(header: Header, overrides: Overrides, pointer: string): AsyncGenerator<Member> {
    const raw = overrides.name ?? header.name;
    const kind = header.type.match(/[\0 07]/) && raw.endsWith('/') ? 'directory' : (KINDS[header.type] ?? 'other');
    const declared = overrides.pax.size ?? header.size;
    this.#refuseAmbiguous(header, kind, declared, raw, pointer);
    const { sparse, start, size } = await this.#stored(header, overrides, declared, raw, pointer);
    const end = start + padded(size);
    this.#checkInside(start, size, raw, pointer);
    const name = this.#names.admit(raw, pointer, kind !== 'directory');
    if (name !== null) {
      const data = dataOf(this.#flow, `${this.#uri}#${name}`, { start, size, sparse }, this.#limits, this.#kept);
      yield {
        name,
        stored: raw,
        kind,
        size: sparse?.size ?? size,
        mode: header.mode,
        uid: overrides.pax.uid ?? header.uid,
        gid: overrides.pax.gid ?? header.gid,
        link: kind === 'symlink' || kind === 'hardlink' ? (overrides.link ?? header.link) : null,
        place: kind === 'file' ? data.place : null,
        pointer,
        open: data.open,
        flow: data.flow,
      };
      data.pass();
    }
    const missing = start + size - this.#flow.position;
    const skipped = missing > 0 ? await this.#flow.skip(missing) : 0;
    if (skipped < missing) throw this.#truncated(raw, size, missing - skipped, pointer);
    // the last entry of an archive without an end may lack its padding too
    await this.#flow.skip(end - this.#flow.position);
  }

  /** The map of a sparse entry is read; where its data begins, and how much is stored. */
  async #stored(header: Header, overrides: Overrides, declared: number, raw: string, pointer: string) {
    const refuse = (problem: { readonly problem: string }) => this.#fail('bad-sparse-map', problem, pointer, raw);
    const checked = (map: SparseMap | { readonly problem: string }) => {
      if ('problem' in map) throw refuse(map);
      return map;
    };
    const pax = overrides.pax.sparse;
    if (header.type === 'S') {
      const old = await oldGnuMap(header.block, this.#flow);
      if ('problem' in old) throw refuse(old);
      const sparse = checked(sparseMap(old.map, old.size, declared));
      return { sparse, start: this.#flow.position, size: declared };
    }
    if (pax === undefined) return { sparse: null, start: this.#flow.position, size: declared };
    if (!pax.mapInData) {
      const sparse = checked(sparseMap(pax.map, pax.size, declared));
      return { sparse, start: this.#flow.position, size: declared };
    }
    const found = await mapInData(this.#flow, declared);
    if ('problem' in found) throw refuse(found);
    const size = declared - found.length;
    return { sparse: checked(sparseMap(found.map, pax.size, size)), start: this.#flow.position, size };
  }

  #refuseAmbiguous(header: Header, kind: Member['kind'], declared: number, raw: string, pointer: string): void {
    const withData = declared > 0 && (kind === 'directory' || WITHOUT_DATA.test(header.type));
    const problem = withData
      ? `it is a ${kind === 'other' ? 'device' : kind} with ${declared} bytes of data`
      : header.type === 'M'
        ? 'it continues a file that begins in another volume'
        : null;
    if (problem !== null) throw this.#fail('ambiguous-entry', { problem }, pointer, raw);
  }

  /** Before a positioned entry is offered, its data must be there; a stream shows it only as it goes. */
  #checkInside(start: number, size: number, raw: string, pointer: string): void {
    const { positioned } = this.#flow;
    if (positioned === null || start + size <= positioned.source.size) return;
    throw this.#truncated(raw, size, start + size - positioned.source.size, pointer);
  }

  #truncated(raw: string, size: number, missing: number, pointer: string): VmImportError {
    return new VmImportError(diagnostics.truncated({ name: shown(raw), size, missing }, this.#at(pointer)));
  }

  #fail(
    code: 'bad-header' | 'bad-sparse-map' | 'ambiguous-entry',
    { problem }: { readonly problem: string },
    pointer: string,
    raw = '',
  ): VmImportError {
    return new VmImportError(diagnostics[code]({ problem, name: shown(raw) }, this.#at(pointer)));
  }

  #at(pointer: string) {
    return [{ origin: 'content', uri: this.#uri, pointer } as const];
  }
}

const shown = (raw: string) => JSON.stringify(raw.slice(0, 200));
