import type { Finding, Provenance } from '../../diagnostics/index.ts';
import { shown } from '../../facts/text.ts';
import { diagnostics } from './diagnostics.ts';
import { type Dictionary, type Entry, pointerOf } from './dictionary.ts';

/** A setting that says something. */
export interface Setting<T> {
  readonly value: T;
  readonly pointer: string;
}

/** Of one kind; a file that has more mistakes of it was not made by a hypervisor. */
const MAX_FINDINGS = 16;

/** Typed access to the entries; what has the wrong type is a finding and counts as not said. */
export class Settings {
  readonly uri: string;
  readonly #findings = new Map<string, Finding>();
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(dictionary: Dictionary, uri: string) {
    this.#entries = dictionary.entries;
    this.uri = uri;
  }

  keys(): Iterable<string> {
    return this.#entries.keys();
  }

  /** The text of a key; undefined when it is not there or empty. */
  text(key: string): Setting<string> | undefined {
    const entry = this.#entries.get(key.toLowerCase());
    if (entry === undefined || entry.value === '') return undefined;
    return { value: entry.value, pointer: pointerOf(entry) };
  }

  /** TRUE or FALSE, and the other words that VMware's parser takes for them. */
  flag(key: string): Setting<boolean> | undefined {
    const found = this.text(key);
    if (found === undefined) return undefined;
    if (/^(?:true|t|yes|y|on|1)$/i.test(found.value)) return { ...found, value: true };
    if (/^(?:false|f|no|n|off|0)$/i.test(found.value)) return { ...found, value: false };
    this.wrong(key, found, 'TRUE or FALSE');
    return undefined;
  }

  isTrue(key: string): boolean {
    return this.flag(key)?.value === true;
  }

  /** A whole number from `least` up. */
  number(key: string, least: number): Setting<number> | undefined {
    const found = this.text(key);
    if (found === undefined) return undefined;
    if (/^\d{1,9}$/.test(found.value) && Number(found.value) >= least) return { ...found, value: Number(found.value) };
    this.wrong(key, found, `a whole number from ${least}`);
    return undefined;
  }

  wrong(key: string, { value, pointer }: Setting<string | number>, wanted: string): void {
    this.report(diagnostics['bad-value']({ key, value: shown(String(value)), wanted }, this.at(pointer)));
  }

  /** The same about the same place is said once. */
  report(finding: Finding): void {
    const alike = [...this.#findings.values()].filter(({ code }) => code === finding.code).length;
    if (alike < MAX_FINDINGS) this.#findings.set(`${finding.code} ${finding.at[0]?.pointer}`, finding);
  }

  findings(): readonly Finding[] {
    return [...this.#findings.values()];
  }

  at(pointer: string | null): readonly Provenance[] {
    return [{ origin: 'descriptor', uri: this.uri, pointer }];
  }
}
