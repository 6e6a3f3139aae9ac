import { SaxesParser } from 'saxes';

/** How much a document may hold. */
export interface XmlLimits {
  readonly depth: number;
  readonly elements: number;
  /** Of one element. */
  readonly attributes: number;
  /** Kept of the text of one element, in UTF-16 units. */
  readonly text: number;
}

export interface XmlElement {
  /** As written, with its prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Character data directly inside, trimmed. */
  readonly text: string;
  /** `line:column` of the end of its start tag, from 1. */
  readonly place: string;
}

export class XmlProblem extends Error {
  override readonly name = 'XmlProblem';
  /** `line:column`, from 1. */
  readonly place: string;

  constructor(problem: string, place: string) {
    super(problem);
    this.place = place;
  }
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/** Whether an element is checked and forgotten, with all that is in it. */
export type Skip = (name: string, attributes: Readonly<Record<string, string>>, root: boolean) => boolean;

/**
 * Reads a whole document into elements, without a view on namespaces. A DTD, and with it every entity of its own, is
 * refused. Throws XmlProblem on the first thing that is wrong.
 */
export function readXml(text: string, limits: XmlLimits, skip: Skip = () => false): XmlElement {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  // levels below the outermost element that is skipped
  let skipped = 0;
  const place = () => `${parser.line}:${Math.max(parser.column, 1)}`;
  const stop = (problem: string): never => {
    throw new XmlProblem(problem, place());
  };

  parser.on('doctype', () => stop('it has a DOCTYPE'));
  // saxes prefixes its messages with line:column
  parser.on('error', (error) => stop(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('opentag', (tag) => {
    const named = new Map(Object.entries(tag.attributes));
    if (named.size > limits.attributes) stop(`an element has more than ${limits.attributes} attributes`);
    if (++elements > limits.elements) stop(`it has more than ${limits.elements} elements`);
    if (open.length + skipped >= limits.depth) stop(`it has more than ${limits.depth} levels`);
    if (skipped > 0 || skip(tag.name, tag.attributes, open.length === 0)) skipped++;
    else open.push({ name: tag.name, attributes: named, children: [], place: place(), text: '' });
  });
  const addText = (more: string) => {
    const element = open.at(-1);
    if (skipped === 0 && element !== undefined && element.text.length < limits.text) {
      element.text += more.slice(0, limits.text);
    }
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    if (skipped > 0) {
      skipped--;
      return;
    }
    const closed = open.pop();
    if (closed === undefined) return;
    closed.text = closed.text.slice(0, limits.text).trim();
    const parent = open.at(-1);
    if (parent === undefined) root = closed;
    else parent.children.push(closed);
  });
  parser.write(text).close();
  return root ?? stop('it has no element');
}

export function child(of: XmlElement | undefined, name: string): XmlElement | undefined {
  return of?.children.find((element) => element.name === name);
}

export function children(of: XmlElement | undefined, name: string): readonly XmlElement[] {
  return of?.children.filter((element) => element.name === name) ?? [];
}
