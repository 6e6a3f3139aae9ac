import { SaxesParser } from 'saxes';
import { children, type XmlContent, type XmlElement } from './xml.ts';

type OpenElement = Record<string, XmlContent | undefined>;

function append(parent: OpenElement, name: string, element: XmlElement | string): void {
  parent[name] = name in parent ? [...children(parent, name), element] : element;
}

/**
 * Reads a skeleton; comments stay behind. By saxes, because the parser of xmlbuilder2 does not notice an element that
 * is left open or closed by another name, so that a file cut off would lose settings in silence. Returns the root
 * element of `domain`, or what is wrong with the text, with line and column.
 */
export function readSkeleton(text: string): XmlElement | string {
  const parser = new SaxesParser({ xmlns: false });
  const document: OpenElement = {};
  const open: OpenElement[] = [document];
  let problem: string | undefined;
  parser.on('error', (error) => {
    problem ??= error.message;
  });
  parser.on('opentag', ({ attributes }) => {
    const element: OpenElement = {};
    for (const [attribute, value] of Object.entries(attributes)) element[`@${attribute}`] = value;
    open.push(element);
  });
  parser.on('text', (content) => {
    const element = open.at(-1);
    if (element !== undefined && content.trim() !== '') element['#'] = content;
  });
  parser.on('closetag', ({ name }) => {
    const element = open.pop();
    const parent = open.at(-1);
    if (element !== undefined && parent !== undefined) append(parent, name, element);
  });
  parser.write(text).close();
  if (problem !== undefined) return problem;
  const [domain] = children(document, 'domain');
  return domain === undefined || typeof domain === 'string' ? 'its root element is not domain' : domain;
}
