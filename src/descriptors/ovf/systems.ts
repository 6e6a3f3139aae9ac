import { VmImportError } from '../../diagnostics/index.ts';
import { cleanLine } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import { diagnostics } from './diagnostics.ts';
import type { System } from './machine.ts';
import { attribute, kindOf } from './names.ts';
import { Properties } from './properties.ts';
import type { Report } from './report.ts';

/** vSphere puts at most 128 machines into a vApp. */
const MAX_SYSTEMS = 512;

/** All machines of the document, those of nested collections too, in document order, and the collections. Throws for too many. */
export function collectSystems(
  root: XmlElement,
  configuration: string | null,
  report: Report,
): { readonly systems: readonly System[]; readonly collections: readonly XmlElement[] } {
  const systems: System[] = [];
  const collections: XmlElement[] = [];
  const names = new Names();
  const visit = (holder: XmlElement, around: readonly XmlElement[], outer: Properties | null): void => {
    const properties = new Properties(holder, configuration, outer);
    for (const element of holder.children) {
      const kind = kindOf(element);
      if (systems.length + collections.length > MAX_SYSTEMS) {
        const what = `more than ${MAX_SYSTEMS} machines and collections`;
        throw new VmImportError(diagnostics['too-much']({ what }, report.at(element)));
      }
      if (kind === 'VirtualSystemCollection') {
        collections.push(element);
        visit(element, [element, ...around], properties);
      } else if (kind === 'VirtualSystem') {
        systems.push({
          element,
          id: names.unique(cleanLine(attribute(element, 'id') ?? '') || `vm${systems.length + 1}`),
          holders: [element, ...around],
          properties: new Properties(element, configuration, properties),
        });
      }
    }
  };
  visit(root, [root], null);
  return { systems, collections };
}

/** Makes names unique: a second `web` is `web-2`. */
class Names {
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();

  unique(name: string): string {
    let candidate = name;
    while (this.#taken.has(candidate)) {
      const count = (this.#counts.get(name) ?? 1) + 1;
      this.#counts.set(name, count);
      candidate = `${name}-${count}`;
    }
    this.#taken.add(candidate);
    return candidate;
  }
}
