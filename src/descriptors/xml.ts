import { SaxesParser } from 'saxes';

/** Documents about machines nest about 12 deep and end at some ten thousand elements; the rest is room to grow. */
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 100_000;
const MAX_ATTRIBUTES = 256;
const MAX_NAME = 1024;
const MAX_COMMENTS = 8;
const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XML = 'http://www.w3.org/XML/1998/namespace';

export interface XmlAttribute {
  readonly local: string;
  /** null: in no namespace, or its prefix is bound to none. */
  readonly namespace: string | null;
  readonly value: string;
}

export interface XmlElement {
  /** As the document spells it, prefix and all. */
  readonly name: string;
  readonly local: string;
  /** null: in no namespace, or its prefix is bound to none. */
  readonly namespace: string | null;
  /** Without the declarations of namespaces. */
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Character data directly inside, trimmed. */
  readonly text: string;
  readonly parent: XmlElement | null;
  /** Position among the siblings of the same name, from 1. */
  readonly ordinal: number;
  /** Where its tag starts, in UTF-16 units of the text. */
  readonly offset: number;
}

export interface XmlDocument {
  readonly root: XmlElement;
  /** The first few comments, for the names of programs that sign their work in one. */
  readonly comments: readonly string[];
  /** Prefixes that are used and bound to nothing: an error by the book, and common. */
  readonly unboundPrefixes: readonly string[];
  /** XPath of an element as the document spells it, then `:line:column`, both from 1. */
  readonly pointer: (element: XmlElement) => string;
}

/** `doctype`: it has one. `limit`: there is too much of something. `malformed`: it is not well-formed. */
export class XmlProblem extends Error {
  override readonly name = 'XmlProblem';
  readonly kind: 'doctype' | 'limit' | 'malformed';
  /** `line:column`. */
  readonly place: string;

  constructor(kind: XmlProblem['kind'], problem: string, place: string) {
    super(problem);
    this.kind = kind;
    this.place = place;
  }
}

/** Bindings of one element; looked up outwards, so that a deep document copies nothing. */
interface Scope {
  readonly bindings: ReadonlyMap<string, string>;
  readonly outer: Scope | null;
}

interface OpenElement extends XmlElement {
  readonly children: OpenElement[];
  /** How many children of each name there are; undefined while there are none. */
  counts: Map<string, number> | undefined;
  readonly scope: Scope;
  text: string;
}

const OUTERMOST: Scope = { bindings: new Map([['xml', XML]]), outer: null };

/**
 * Reads a whole document into elements with their namespaces. Throws XmlProblem on the first thing that is wrong; a
 * prefix that nothing binds is no such thing. Time and memory grow with the length of the text, whatever it holds.
 */
export function readXml(source: string): XmlDocument {
  const text = blankDeclaration(source);
  return new Reading(text).run();
}

class Reading {
  readonly #text: string;
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #open: OpenElement[] = [];
  readonly #comments: string[] = [];
  readonly #unbound = new Set<string>();
  #attributes: { readonly name: string; readonly value: string }[] = [];
  #start = 0;
  #count = 0;
  #root: OpenElement | undefined;
  #lines: number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  run(): XmlDocument {
    const parser = this.#parser;
    parser.on('doctype', () => this.#stop('doctype', 'it has a DOCTYPE'));
    // saxes prefixes its messages with line:column
    parser.on('error', ({ message }) => this.#stop('malformed', message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
    parser.on('opentagstart', () => this.#startTag());
    parser.on('attribute', (attribute) => this.#attribute(attribute));
    parser.on('opentag', ({ name }) => this.#openTag(name));
    parser.on('text', (text) => this.#addText(text));
    parser.on('cdata', (text) => this.#addText(text));
    parser.on('comment', (comment) => {
      if (this.#comments.length < MAX_COMMENTS) this.#comments.push(comment.slice(0, MAX_NAME));
    });
    parser.on('closetag', () => this.#closeTag());
    parser.write(this.#text).close();
    const root = this.#root ?? this.#stop('malformed', 'it has no element');
    return {
      root,
      comments: this.#comments,
      unboundPrefixes: [...this.#unbound].toSorted(),
      pointer: (element) => `${path(element)}:${this.#place(element.offset)}`,
    };
  }

  #stop(kind: XmlProblem['kind'], problem: string): never {
    const { line, column } = this.#parser;
    throw new XmlProblem(kind, problem, `${line}:${Math.max(column, 1)}`);
  }

  #startTag(): void {
    if (++this.#count > MAX_ELEMENTS) this.#stop('limit', `more than ${MAX_ELEMENTS} elements`);
    if (this.#open.length >= MAX_DEPTH) this.#stop('limit', `more than ${MAX_DEPTH} levels`);
    // the parser has just read past the name, which holds no '<'
    this.#start = Math.max(this.#text.lastIndexOf('<', this.#parser.position - 1), 0);
    this.#attributes = [];
  }

  #attribute(attribute: { readonly name: string; readonly value: string }): void {
    if (this.#attributes.length >= MAX_ATTRIBUTES) this.#stop('limit', `more than ${MAX_ATTRIBUTES} attributes`);
    if (attribute.name.length > MAX_NAME) this.#stop('limit', `a name of more than ${MAX_NAME} characters`);
    this.#attributes.push(attribute);
  }

  #openTag(name: string): void {
    if (name.length > MAX_NAME) this.#stop('limit', `a name of more than ${MAX_NAME} characters`);
    const parent = this.#open.at(-1) ?? null;
    const scope = this.#scope(parent?.scope ?? OUTERMOST);
    const [prefix, local] = split(name);
    const ordinal = (parent?.counts?.get(name) ?? 0) + 1;
    if (parent !== null) {
      parent.counts ??= new Map();
      parent.counts.set(name, ordinal);
    }
    const element: OpenElement = {
      name,
      local,
      namespace: this.#lookUp(scope, prefix),
      attributes: this.#resolved(scope),
      children: [],
      counts: undefined,
      scope,
      parent,
      ordinal,
      offset: this.#start,
      text: '',
    };
    parent?.children.push(element);
    this.#open.push(element);
  }

  /** The attributes of the tag that was read, without declarations of namespaces. */
  #resolved(scope: Scope): readonly XmlAttribute[] {
    return this.#attributes.flatMap(({ name, value }) => {
      const [prefix, local] = split(name);
      if (name === 'xmlns' || prefix === 'xmlns') return [];
      return [{ local, namespace: prefix === '' ? null : this.#lookUp(scope, prefix), value }];
    });
  }

  #scope(outer: Scope): Scope {
    const declared = this.#attributes.filter(({ name }) => name === 'xmlns' || name.startsWith('xmlns:'));
    if (declared.length === 0) return outer;
    return { bindings: new Map(declared.map(({ name, value }) => [name.slice('xmlns:'.length), value])), outer };
  }

  #lookUp(from: Scope, prefix: string): string | null {
    if (prefix === 'xmlns') return XMLNS;
    for (let scope: Scope | null = from; scope !== null; scope = scope.outer) {
      const namespace = scope.bindings.get(prefix);
      if (namespace !== undefined) return namespace === '' ? null : namespace;
    }
    if (prefix !== '' && this.#unbound.size < MAX_ATTRIBUTES) this.#unbound.add(prefix);
    return null;
  }

  #addText(text: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.text += text;
  }

  #closeTag(): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    closed.text = closed.text.trim();
    if (this.#open.length === 0) this.#root = closed;
  }

  #place(offset: number): string {
    this.#lines ??= lineStarts(this.#text);
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return `${low + 1}:${offset - (this.#lines[low] ?? 0) + 1}`;
  }
}

function split(name: string): readonly [prefix: string, local: string] {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Every step but the first carries its position, so that a pointer stays right when a sibling is added behind it. */
function path(element: XmlElement): string {
  const steps: string[] = [];
  for (let at: XmlElement | null = element; at !== null; at = at.parent) {
    steps.push(at.parent === null ? at.name : `${at.name}[${at.ordinal}]`);
  }
  return `/${steps.toReversed().join('/')}`;
}

/**
 * Replaces the XML declaration, and nothing else, by blanks: the text is decoded already, and what some producers put
 * before the declaration (an empty line, a comment) would make a parser refuse it.
 */
function blankDeclaration(text: string): string {
  let at = 0;
  for (;;) {
    while (at < text.length && /[\s\ufeff]/.test(text.charAt(at))) at++;
    if (!text.startsWith('<!--', at)) break;
    const end = text.indexOf('-->', at);
    if (end < 0) return text;
    at = end + 3;
  }
  if (!/^<\?xml\s/.test(text.slice(at, at + 6))) return text;
  const end = text.indexOf('?>', at);
  if (end < 0) return text;
  const blank = text.slice(at, end + 2).replace(/[^\n]/g, ' ');
  return `${text.slice(0, at)}${blank}${text.slice(end + 2)}`;
}
