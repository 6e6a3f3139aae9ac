import { type Key, parseValue, type Value, type Vote, vote } from '../../facts/index.ts';
import type { XmlElement } from '../xml.ts';
import type { Report } from './report.ts';

/** Collects the votes of one machine. A value that its key cannot have is no vote. */
export class Ballot {
  readonly votes: Vote[] = [];
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** What the document says the machine should be. False when the value is none of the key's. */
  say(
    key: Key,
    value: Value,
    at: XmlElement,
    strength: 'recommended' | 'minimum' | 'maximum' = 'recommended',
  ): boolean {
    const parsed = parseValue(key, value);
    if (parsed === undefined) return false;
    this.votes.push(
      vote({
        key,
        strength,
        values: [parsed],
        origin: 'descriptor',
        uri: this.#report.uri,
        pointer: this.#report.pointer(at),
      }),
    );
    return true;
  }

  /**
   * A device of the source hypervisor that QEMU has too. `subject` names the disk or network card it is a key of,
   * `disk` the disk that hangs on it.
   */
  ran(key: Key, value: Value, at: XmlElement, subject: string | null = null, disk: string | null = null): void {
    if (parseValue(key, value) === undefined) return;
    this.votes.push(
      vote({
        key,
        subject,
        strength: 'recommended',
        values: [value],
        origin: 'source-hardware',
        uri: this.#report.uri,
        pointer: this.#report.pointer(at),
        disk,
      }),
    );
  }

  /** Whether anything was said of a key. */
  has(key: Key): boolean {
    return this.votes.some((vote) => vote.key === key && vote.strength === 'recommended');
  }
}
