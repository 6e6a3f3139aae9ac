import { SaxesParser } from 'saxes';

/** libvirt's own documents have fewer than 12 levels and 5000 elements. */
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 100_000;

export interface XmlElement {
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
  readonly place: string;

  constructor(problem: string, place: string) {
    super(problem);
    this.place = place;
  }
}

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  readonly place: string;
  text: string;
}

/** Reads a whole document into elements. Throws XmlProblem on the first thing that is wrong. */
export function readXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  const place = () => `${parser.line}:${Math.max(parser.column, 1)}`;
  const stop = (problem: string): never => {
    throw new XmlProblem(problem, place());
  };

  parser.on('doctype', () => stop('it has a DOCTYPE'));
  // saxes prefixes its messages with line:column
  parser.on('error', (error) => stop(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('opentag', ({ name, attributes }) => {
    if (++count > MAX_ELEMENTS) stop(`it has more than ${MAX_ELEMENTS} elements`);
    if (open.length >= MAX_DEPTH) stop(`it has more than ${MAX_DEPTH} levels`);
    open.push({ name, attributes: new Map(Object.entries(attributes)), children: [], place: place(), text: '' });
  });
  const addText = (text: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined) return;
    const element = { ...closed, text: closed.text.trim() };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
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
