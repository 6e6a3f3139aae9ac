import type { Finding, Provenance } from '../diagnostics/index.ts';
import { shown } from '../facts/text.ts';
import { diagnostics } from './diagnostics.ts';
import { refusalIn } from './refusals.ts';
import type { Stranger } from './spelling.ts';

/** Collects findings and knows where the document came from. */
export class Reporter {
  readonly findings: Finding[] = [];
  readonly #uri: string;
  readonly #prefix: string;

  /** `prefix` is put before each JSON pointer: where the document lies inside the file. */
  constructor(uri: string, prefix: string | null) {
    this.#uri = uri;
    this.#prefix = prefix ?? '';
  }

  /** The place of a JSON pointer of the document; null stands for the document as a whole. */
  pointer(pointer: string): string | null {
    return `${this.#prefix}${pointer}` || null;
  }

  at(pointer: string): readonly Provenance[] {
    return [{ origin: 'hints', uri: this.#uri, pointer: this.pointer(pointer) }];
  }

  add(finding: Finding): void {
    this.findings.push(finding);
  }

  invalid(name: string, expected: string, pointer: string): void {
    this.add(diagnostics['invalid-value']({ name: shown(name), expected }, this.at(pointer)));
  }

  /** A name outside the vocabulary: an attempt at the host, or a mistake. */
  stranger({ name, value, pointer, suggestion }: Stranger): void {
    const refusal = refusalIn(name, value, pointer);
    if (refusal === null) {
      const meant = suggestion === null ? 'a name listed in docs/hints.md' : `"${shown(suggestion)}"`;
      this.add(diagnostics['unknown-key']({ name: shown(name), suggestion: meant }, this.at(pointer)));
    } else {
      this.add(diagnostics[refusal.code]({ name: shown(name) }, this.at(refusal.pointer)));
    }
  }
}
