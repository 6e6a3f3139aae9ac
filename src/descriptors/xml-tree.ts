import * as xml from '../facts/xml.ts';
import { MAX_DESCRIPTOR_BYTES } from './descriptor.ts';

/**
 * Bounds of a document; a desktop system in virt-inspector's XML has some ten thousand elements, and icons in base64
 * whose text nobody looks at.
 */
const LIMITS: xml.XmlLimits = { depth: 64, elements: 200_000, attributes: 64, text: 16_384 };

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

/**
 * Reads a whole document into elements that know their XPath. Elements whose local name is in `skip` are checked and
 * forgotten, with all that is in them. Throws XmlProblem on the first thing that is wrong; readers make a finding of it.
 */
export function readXmlTree(bytes: Buffer, skip: ReadonlySet<string> = new Set()): XmlElement {
  if (bytes.length > MAX_DESCRIPTOR_BYTES) {
    throw new xml.XmlProblem(`it has more than ${MAX_DESCRIPTOR_BYTES} bytes`, START);
  }
  const root = xml.readXml(decode(bytes), LIMITS, (name, _attributes, isRoot) => !isRoot && skip.has(localName(name)));
  return located(root, '', new Map());
}

const START = '1:1';

/** The element below `parent`; `counts` says how many children of each name that has had before. */
function located(element: xml.XmlElement, parent: string, counts: Map<string, number>): XmlElement {
  const { name, attributes, text, place } = element;
  // a name can be as long as the document
  const short = name.slice(0, 64);
  const count = (counts.get(short) ?? 0) + 1;
  counts.set(short, count);
  const path = `${parent}/${short}${count === 1 ? '' : `[${count}]`}`;
  const own = new Map<string, number>();
  const children = element.children.map((below) => located(below, path, own));
  return { name, local: localName(name), attributes, children, text, pointer: `${path}:${place}` };
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

/** By the first bytes, never by the declaration, which some writers get wrong. */
function decode(bytes: Buffer): string {
  const [first, second] = [bytes[0], bytes[1]];
  const little = (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0);
  const big = (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c);
  const encoding = little ? 'utf-16le' : big ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new xml.XmlProblem(`it is not valid ${encoding.toUpperCase()}`, START);
  }
}

export function child(of: XmlElement | undefined, local: string): XmlElement | undefined {
  return of?.children.find((element) => element.local === local);
}

export function children(of: XmlElement | undefined, local: string): readonly XmlElement[] {
  return of?.children.filter((element) => element.local === local) ?? [];
}
