import { SaxesParser } from 'saxes';
import { MAX_DESCRIPTOR_BYTES } from './descriptor.ts';

/** Bounds of a document; a desktop system in virt-inspector's XML has some ten thousand elements. */
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 200_000;
const MAX_ATTRIBUTES = 64;
/** Text kept of one element, in UTF-16 units; icons in base64 are longer, and not looked at. */
const MAX_TEXT = 16_384;

export interface XmlElement {
  /** As written, with its prefix. */
  readonly name: string;
  /** Local name; vocabularies without namespaces of their own are told apart by nothing else. */
  readonly local: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Character data directly inside, trimmed and cut to a bounded length. */
  readonly text: string;
  /** XPath and the place of the end of its start tag: `/domain/os/type:4:31`. */
  readonly pointer: string;
}

/** Thrown by `readXmlTree` at the first thing that is wrong; readers make a finding of it. */
export class XmlProblem extends Error {
  override readonly name = 'XmlProblem';
  /** `line:column`, from 1. */
  readonly place: string;

  constructor(problem: string, place: string) {
    super(problem);
    this.place = place;
  }
}

interface OpenElement {
  readonly name: string;
  readonly path: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  /** How many children of each name there are so far, for the XPath. */
  readonly counts: Map<string, number>;
  readonly pointer: string;
  text: string;
}

/**
 * Reads a whole document into elements. A DTD, and with it every entity of its own, is refused. Elements whose local
 * name is in `skip` are checked and forgotten, with all that is in them.
 */
export function readXmlTree(bytes: Buffer, skip: ReadonlySet<string> = new Set()): XmlElement {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let attributes = 0;
  // levels below the outermost element that is skipped
  let skipped = 0;
  const place = () => `${parser.line}:${Math.max(parser.column, 1)}`;
  const stop = (problem: string): never => {
    throw new XmlProblem(problem, place());
  };

  if (bytes.length > MAX_DESCRIPTOR_BYTES) stop(`it has more than ${MAX_DESCRIPTOR_BYTES} bytes`);
  parser.on('doctype', () => stop('it has a DOCTYPE'));
  // saxes prefixes its messages with line:column
  parser.on('error', (error) => stop(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('opentagstart', () => {
    attributes = 0;
  });
  parser.on('attribute', () => {
    if (++attributes > MAX_ATTRIBUTES) stop(`an element has more than ${MAX_ATTRIBUTES} attributes`);
  });
  parser.on('opentag', (tag) => {
    if (++elements > MAX_ELEMENTS) stop(`it has more than ${MAX_ELEMENTS} elements`);
    if (open.length + skipped >= MAX_DEPTH) stop(`it has more than ${MAX_DEPTH} levels`);
    if (skipped > 0 || (open.length > 0 && skip.has(localName(tag.name)))) {
      skipped++;
      return;
    }
    const path = pathOf(open.at(-1), tag.name);
    open.push({
      name: tag.name,
      path,
      attributes: new Map(Object.entries(tag.attributes)),
      children: [],
      counts: new Map(),
      pointer: `${path}:${place()}`,
      text: '',
    });
  });
  const addText = (text: string) => {
    const element = open.at(-1);
    if (skipped === 0 && element !== undefined && element.text.length < MAX_TEXT)
      element.text += text.slice(0, MAX_TEXT);
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
    const { name, attributes: named, children, pointer } = closed;
    const text = closed.text.slice(0, MAX_TEXT).trim();
    const element = { name, local: localName(name), attributes: named, children, text, pointer };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  });
  parser.write(decode(bytes, stop)).close();
  return root ?? stop('it has no element');
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

/** XPath of a new child; the second one of a name is `[2]`. A name can be as long as the document. */
function pathOf(parent: OpenElement | undefined, name: string): string {
  const short = name.slice(0, 64);
  if (parent === undefined) return `/${short}`;
  const count = (parent.counts.get(short) ?? 0) + 1;
  parent.counts.set(short, count);
  return `${parent.path}/${short}${count === 1 ? '' : `[${count}]`}`;
}

/** By the first bytes, never by the declaration, which some writers get wrong. */
function decode(bytes: Buffer, stop: (problem: string) => never): string {
  const [first, second] = [bytes[0], bytes[1]];
  const little = (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0);
  const big = (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c);
  const encoding = little ? 'utf-16le' : big ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return stop(`it is not valid ${encoding.toUpperCase()}`);
  }
}

export function child(of: XmlElement | undefined, local: string): XmlElement | undefined {
  return of?.children.find((element) => element.local === local);
}

export function children(of: XmlElement | undefined, local: string): readonly XmlElement[] {
  return of?.children.filter((element) => element.local === local) ?? [];
}
