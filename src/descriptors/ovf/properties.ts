import { cleanLine } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import { isFor } from './items.ts';
import { attribute, isTrue, sections } from './names.ts';

export interface Property {
  /** `class.key.instance`, as the guest sees it. */
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
}

const MAX_PROPERTIES = 256;
/** What is called so is not shown either, as many templates forget the attribute. */
const SECRET = /pass(?:word|wd|phrase)?|passwd|secret|pwd|token|private|credential|apikey|api_key/i;

/** Properties by full name and by bare key, and those of the collections and the envelope around the machine. */
export class Properties {
  readonly own: readonly Property[];
  readonly #byKey = new Map<string, string>();
  readonly #outer: Properties | null;

  /** `of` is what holds the ProductSections: a machine, a collection or the envelope. */
  constructor(of: XmlElement, configuration: string | null, outer: Properties | null) {
    this.#outer = outer;
    // 0.9 had a section of its own for them
    const holders = [...sections(of, 'ProductSection'), ...sections(of, 'PropertySection')];
    const all = holders.flatMap((section) => readSection(section, configuration));
    for (const { key, name, value } of all) {
      for (const spelled of [name, key]) if (!this.#byKey.has(spelled)) this.#byKey.set(spelled, value);
    }
    this.own = all.slice(0, MAX_PROPERTIES).map(({ name, value, secret }) => ({ name, value, secret }));
  }

  /** The value of `${key}`; undefined when no property of that name has one. */
  value(key: string): string | undefined {
    const own = this.#byKey.get(key);
    return own !== undefined && own !== '' ? own : this.#outer?.value(key);
  }
}

function readSection(section: XmlElement, configuration: string | null): (Property & { readonly key: string })[] {
  const prefix = attribute(section, 'class') ?? '';
  const suffix = attribute(section, 'instance') ?? '';
  return sections(section, 'Property')
    .filter((element) => isFor(element, configuration))
    .map((element) => {
      const key = attribute(element, 'key') ?? '';
      const name = [prefix, key, suffix].filter((part) => part !== '').join('.');
      const password = isTrue(attribute(element, 'password')) || attribute(element, 'type') === 'password';
      return {
        key,
        name,
        value: configuredValue(element, configuration),
        secret: password || SECRET.test(cleanLine(name)),
      };
    });
}

/** The value for this configuration, else the one for all. */
function configuredValue(element: XmlElement, configuration: string | null): string {
  const own = sections(element, 'Value').find(
    (value) => configuration !== null && attribute(value, 'configuration') === configuration,
  );
  return (own === undefined ? null : attribute(own, 'value')) ?? attribute(element, 'value') ?? '';
}
