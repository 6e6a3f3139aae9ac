import type { Finding, Provenance } from '../../diagnostics/index.ts';
import type { XmlDocument, XmlElement } from '../xml.ts';
import { diagnostics } from './diagnostics.ts';

/** Findings of one code that are kept: a person stops reading earlier. */
const MAX_ALIKE = 50;

/** Findings of one machine or of the document, and the way to say where in it something stands. */
export class Report {
  readonly uri: string;
  readonly #kept: Finding[] = [];
  readonly #counts = new Map<string, number>();
  readonly #document: XmlDocument;

  constructor(uri: string, document: XmlDocument) {
    this.uri = uri;
    this.#document = document;
  }

  /** Another list of findings over the same document. */
  apart(): Report {
    return new Report(this.uri, this.#document);
  }

  pointer(element: XmlElement): string {
    return this.#document.pointer(element);
  }

  at(...elements: readonly XmlElement[]): Provenance[] {
    return elements.map((element) => ({ origin: 'descriptor', uri: this.uri, pointer: this.pointer(element) }));
  }

  add(finding: Finding): void {
    const count = (this.#counts.get(finding.code) ?? 0) + 1;
    this.#counts.set(finding.code, count);
    if (count <= MAX_ALIKE) this.#kept.push(finding);
  }

  /** What was found, in order. Where one code repeats without end, the rest of it is a number. */
  get findings(): readonly Finding[] {
    const more = [...this.#counts]
      .filter(([, count]) => count > MAX_ALIKE)
      .map(([code, count]) => diagnostics['more-alike']({ code, count: count - MAX_ALIKE }));
    return [...this.#kept, ...more];
  }
}
