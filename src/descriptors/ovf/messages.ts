import type { XmlElement } from '../xml.ts';
import { anyAttribute, attribute, sections } from './names.ts';

/** Texts by message id (`ovf:msgid`), from the Strings sections of the document itself, English ones first. */
export class Messages {
  readonly #byId = new Map<string, string>();

  constructor(root: XmlElement) {
    const bundles = sections(root, 'Strings');
    const english = (bundle: XmlElement) => /^en\b/i.test(anyAttribute(bundle, 'lang') ?? '');
    for (const bundle of [...bundles.filter(english), ...bundles.filter((bundle) => !english(bundle))]) {
      for (const message of sections(bundle, 'Msg')) {
        const id = attribute(message, 'msgid');
        if (id !== null && !this.#byId.has(id)) this.#byId.set(id, message.text);
      }
    }
  }

  /** The text of an element, in place or by its message id. */
  of(element: XmlElement): string {
    const id = attribute(element, 'msgid');
    return (id === null ? undefined : this.#byId.get(id)) ?? element.text;
  }
}
