import { cleanLine, cleanText } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import type { Messages } from './messages.ts';
import { child, sections } from './names.ts';
import type { Properties } from './properties.ts';

const PRODUCT = ['Product', 'Vendor', 'Version', 'FullVersion', 'ProductUrl', 'VendorUrl'] as const;
const MASK = '********';
/** Characters of a licence that are kept: enough to tell which one it is. */
const EULA_LENGTH = 2000;
const PROPERTY_LENGTH = 500;

/** Free text about the machine. Nothing here decides anything, and none of it is trusted. */
export function readLabels(
  system: XmlElement,
  holders: readonly XmlElement[],
  properties: Properties,
  messages: Messages,
): { readonly [name: string]: string } {
  const labels = new Map<string, string>();
  const add = (name: string, text: string) => {
    if (text !== '' && !labels.has(name)) labels.set(name, text);
  };
  const texts = (of: XmlElement, section: string, name: string) =>
    sections(of, section)
      .map((element) => child(element, name))
      .flatMap((element) => (element === undefined ? [] : [messages.of(element)]));
  const description = child(system, 'Description');
  if (description !== undefined) add('description', cleanText(messages.of(description)));
  // of the machine first, then of what it is part of
  for (const holder of holders) {
    const product = sections(holder, 'ProductSection').filter((section) => child(section, 'Product') !== undefined)[0];
    for (const name of PRODUCT) {
      const element = child(product, name);
      if (element !== undefined)
        add(`${name.charAt(0).toLowerCase()}${name.slice(1)}`, cleanLine(messages.of(element)));
    }
    for (const text of texts(holder, 'AnnotationSection', 'Annotation')) add('annotation', cleanText(text));
    for (const text of texts(holder, 'EulaSection', 'License')) add('eula', cleanText(text, EULA_LENGTH));
  }
  for (const { name, value, secret } of properties.own) {
    const text = secret ? MASK : cleanText(value, PROPERTY_LENGTH);
    if (value !== '') add(`property.${cleanLine(name)}`, text);
  }
  return Object.fromEntries(labels);
}
