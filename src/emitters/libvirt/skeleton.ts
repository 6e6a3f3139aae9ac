import { readXml, type XmlLimits, XmlProblem, type XmlElement as XmlTree } from '../../facts/xml.ts';
import { children, type XmlContent, type XmlElement } from './xml.ts';

/** Of a file that an administrator wrote by hand. */
const LIMITS: XmlLimits = { depth: 32, elements: 10_000, attributes: 100, text: 100_000 };

function elementOf(tree: XmlTree): XmlElement {
  const element: Record<string, XmlContent | undefined> = {};
  for (const [name, value] of tree.attributes) element[`@${name}`] = value;
  if (tree.text !== '') element['#'] = tree.text;
  for (const inner of tree.children) {
    const before = Object.hasOwn(element, inner.name) ? children(element, inner.name) : undefined;
    element[inner.name] = before === undefined ? elementOf(inner) : [...before, elementOf(inner)];
  }
  return element;
}

/** Reads a skeleton; comments stay behind. Gives the `domain` element, or what is wrong with the text and where. */
export function readSkeleton(text: string): XmlElement | XmlProblem {
  try {
    const root = readXml(text, LIMITS);
    return root.name === 'domain' ? elementOf(root) : new XmlProblem('its root element is not domain', root.place);
  } catch (error) {
    if (error instanceof XmlProblem) return error;
    throw error;
  }
}
