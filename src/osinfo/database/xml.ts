import { SaxesParser } from 'saxes';

/** The largest file of osinfo-db has 23 KiB, 6 levels and fewer than 2000 elements. */
export const MAX_FILE_BYTES = 1024 * 1024;
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 50_000;
const MAX_ATTRIBUTES = 64;

export interface Element {
  readonly name: string;
  /** Without prototype: any name can be looked up. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
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

interface OpenElement extends Element {
  readonly children: Element[];
  text: string;
  /** A translation: it is checked, and left out. */
  readonly foreign: boolean;
}

/** Reads a document into elements, without translations. Throws XmlProblem on the first thing that is wrong. */
export function readXml(bytes: Buffer): Element {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: OpenElement[] = [];
  let root: Element | undefined;
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
    let attributeCount = 0;
    for (const _ in attributes) attributeCount++;
    if (attributeCount > MAX_ATTRIBUTES) stop(`an element has more than ${MAX_ATTRIBUTES} attributes`);
    const foreign = attributes['xml:lang'] !== undefined || open.at(-1)?.foreign === true;
    open.push({ name, attributes, children: [], place: place(), text: '', foreign });
  });
  const addText = (text: string) => {
    const element = open.at(-1);
    if (element?.foreign === false) element.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined || closed.foreign) return;
    closed.text = closed.text.trim();
    const parent = open.at(-1);
    if (parent === undefined) root = closed;
    else parent.children.push(closed);
  });
  parser.write(decode(bytes)).close();
  return root ?? stop('it has no element');
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new XmlProblem('it is not UTF-8', '1:1');
  }
}

export function children(of: Element, name: string): readonly Element[] {
  return of.children.filter((element) => element.name === name);
}

/** Text of the first child of that name; null where there is none, or no text in it. */
export function textOf(of: Element, name: string): string | null {
  const text = of.children.find((element) => element.name === name)?.text ?? '';
  return text === '' ? null : text;
}
