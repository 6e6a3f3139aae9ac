import type { Finding, Provenance } from '../../diagnostics/index.ts';
import type { XmlDocument, XmlElement } from '../xml.ts';

/** Findings of one machine or of the document, and the way to say where in it something stands. */
export class Report {
  readonly findings: Finding[] = [];
  readonly uri: string;
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
    this.findings.push(finding);
  }
}
