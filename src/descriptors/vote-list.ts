import type { Origin } from '../diagnostics/index.ts';
import { type Key, parseValue, type Value, type Vote, vote } from '../facts/index.ts';

/** Collects what a document recommends. A document about another hypervisor's machine never requires anything. */
export class VoteList {
  readonly votes: Vote[] = [];
  readonly #uri: string;

  constructor(uri: string) {
    this.#uri = uri;
  }

  /** What the machine is. False, and no vote, when the key takes none of the values. */
  say(key: Key, values: readonly unknown[], pointer: string, subject: string | null = null): boolean {
    return this.#add('descriptor', key, values, pointer, subject);
  }

  /** A device model of the source: evidence of a driver in the guest, nothing more. */
  device(key: Key, values: readonly unknown[], pointer: string, subject: string | null = null): boolean {
    return this.#add('source-hardware', key, values, pointer, subject);
  }

  #add(origin: Origin, key: Key, raw: readonly unknown[], pointer: string, subject: string | null): boolean {
    const values = raw.map((value) => parseValue(key, value)).filter((value): value is Value => value !== undefined);
    if (values.length === 0) return false;
    this.votes.push(vote({ key, subject, strength: 'recommended', values, origin, uri: this.#uri, pointer }));
    return true;
  }
}
