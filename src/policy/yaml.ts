import type { CST, ParsedNode } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, Parser } from 'yaml';

/** Levels of lists and maps; a policy needs five. Composing recurses, so this is checked on tokens first. */
const MAX_DEPTH = 32;
/** What the parser has open besides: the document, and the value that it reads. */
const MAX_OPEN = MAX_DEPTH + 4;
/**
 * Words, signs, spaces and lines. Each costs hundreds of bytes before anything is known of it, so they are counted as
 * they come; as many values as there may be take up to eight each.
 */
const MAX_WORDS = 200_000;
/** Values, an alias counting as much as what it stands for: aliases of aliases grow exponentially. */
const MAX_NODES = 20_000;
const MAX_PROBLEMS = 50;

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly at: number;
  readonly source: string;
  readonly style: string;
}
export interface ListTree {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly at: number;
}
export interface MapTree {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, { readonly keyAt: number; readonly value: Tree }>;
  readonly at: number;
}
/** What a YAML or JSON text holds; every part knows its offset in the text. */
export type Tree = ScalarTree | ListTree | MapTree;

export interface YamlProblem {
  readonly problem: string;
  readonly at: number;
}

export interface YamlDocument {
  /** null when the text is no YAML; then there are problems. */
  readonly tree: Tree | null;
  readonly problems: readonly YamlProblem[];
  /** `line:column`, from 1, of an offset in the text. */
  readonly place: (at: number) => string;
}

/** Reads one YAML 1.2 or JSON document. Never throws. */
export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const place = (at: number): string => {
    const { line, col } = lines.linePos(at);
    return `${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const refuse = (problem: string, at: number): YamlDocument => ({ tree: null, problems: [{ problem, at }], place });

  const tokens: CST.Token[] = [];
  const tooMuch = tokenize(text, lines, tokens);
  if (tooMuch !== undefined) return refuse(tooMuch.problem, tooMuch.at);
  const tooDeep = firstBelow(tokens, MAX_DEPTH);
  if (tooDeep !== undefined) return refuse(TOO_DEEP, tooDeep);

  // uniqueKeys would compare each key with every other; the builder below does it in one pass
  const options = {
    schema: 'core',
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
    logLevel: 'silent',
  } as const;
  const documents = withoutStacks(() => [...new Composer(options).compose(tokens, false, text.length)]);
  const [document] = documents;
  if (document === undefined || document.contents === null) return refuse('the file is empty', 0);
  const [, second] = documents;
  if (second !== undefined) return refuse('a second document starts here', second.range[0]);
  if (document.directives?.yaml.explicit === true) return refuse('%YAML directives are not accepted', 0);

  const problems = [...document.errors, ...document.warnings].map((error) => ({
    problem: sentence(error.message),
    at: error.pos[0],
  }));
  const builder = new TreeBuilder();
  const tree = builder.build(document.contents);
  for (const problem of builder.problems) problems.push(problem);
  return problems.length > 0
    ? { tree: null, problems: problems.slice(0, MAX_PROBLEMS), place }
    : { tree, problems, place };
}

/** `Map keys must be unique.` reads as the second half of a sentence. */
function sentence(message: string): string {
  const text = message.split('\n', 1)[0]?.replace(/[.:]\s*$/, '') ?? '';
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** A text can be one error to a character, and the stack of an Error costs far more than what it says. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

const TOO_DEEP = `more than ${MAX_DEPTH} levels of nesting`;

/** What there is too much of, found while the tokens are made and not after. */
function tokenize(text: string, lines: LineCounter, tokens: CST.Token[]): YamlProblem | undefined {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  let words = 0;
  for (const word of new Lexer().lex(text)) {
    words++;
    if (words > MAX_WORDS) return { problem: `more than ${MAX_WORDS} words, signs and lines`, at: parser.offset };
    for (const token of parser.next(word)) tokens.push(token);
    if (parser.stack.length > MAX_OPEN) return { problem: TOO_DEEP, at: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return undefined;
}

/** Offset of the first token nested deeper than `limit`, found without recursion. */
function firstBelow(tokens: readonly CST.Token[], limit: number): number | undefined {
  const pending = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { token, depth } = next;
    if (depth > limit) return token.offset;
    if (token.type === 'document') {
      if (token.value !== undefined) pending.push({ token: token.value, depth });
    } else if ('items' in token) {
      for (const item of token.items) {
        if (item.key) pending.push({ token: item.key, depth: depth + 1 });
        if (item.value) pending.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
  return undefined;
}

class TreeBuilder {
  readonly problems: YamlProblem[] = [];
  readonly #anchors = new Map<string, { readonly tree: Tree; readonly size: number }>();
  #size = 0;
  #told = false;

  build(node: ParsedNode | null): Tree {
    const at = node?.range[0] ?? 0;
    const before = this.#size;
    this.#size++;
    if (this.#full(at)) return scalar(null, at);
    if (node === null) return scalar(null, at);
    if (isAlias(node)) return this.#alias(node.source, at);
    // a tag that YAML does not know either has its warning already
    if (node.tag?.startsWith('tag:') === true && !PLAIN_TAGS.has(node.tag)) {
      this.problems.push({ problem: `the tag ${node.tag} is not accepted`, at });
      return scalar(null, at);
    }
    const tree = this.#plain(node, at);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, { tree, size: this.#size - before });
    return tree;
  }

  /** An alias inside its own anchor finds nothing yet, so there are no circles. */
  #alias(name: string, at: number): Tree {
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) {
      this.problems.push({ problem: `the alias ${name} has no anchor before it`, at });
      return scalar(null, at);
    }
    this.#size += anchor.size;
    return this.#full(at) ? scalar(null, at) : anchor.tree;
  }

  #full(at: number): boolean {
    const full = this.#size > MAX_NODES;
    if (full && !this.#told) this.problems.push({ problem: `more than ${MAX_NODES} values`, at });
    this.#told ||= full;
    return full;
  }

  #plain(node: Exclude<ParsedNode, { source: string; resolve: unknown }>, at: number): Tree {
    if (isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => this.build(item)) };
    if (isMap(node)) {
      const entries = new Map<string, { keyAt: number; value: Tree }>();
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : '';
        const keyAt = key?.range[0] ?? at;
        if (entries.has(name)) this.problems.push({ problem: `the key ${name} is there twice`, at: keyAt });
        // a key without a value is a null at the place of the key
        entries.set(name, { keyAt, value: value === null ? scalar(null, keyAt) : this.build(value) });
      }
      return { kind: 'map', at, entries };
    }
    if (!isScalar(node)) return scalar(null, at);
    const value: unknown = node.value;
    const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { kind: 'scalar', value: known, at, source: node.source, style: node.type ?? 'PLAIN' };
  }
}

const PLAIN_TAGS = new Set(
  ['map', 'seq', 'str', 'int', 'float', 'bool', 'null'].map((tag) => `tag:yaml.org,2002:${tag}`),
);

function scalar(value: null, at: number): ScalarTree {
  return { kind: 'scalar', value, at, source: '', style: 'PLAIN' };
}

/** The tree as plain data, for a schema. Parts that several aliases share stay shared. */
export function plainData(tree: Tree, seen = new Map<Tree, unknown>()): unknown {
  if (tree.kind === 'scalar') return tree.value;
  const known = seen.get(tree);
  if (known !== undefined) return known;
  const data =
    tree.kind === 'list'
      ? tree.items.map((item) => plainData(item, seen))
      : Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plainData(entry.value, seen)]));
  seen.set(tree, data);
  return data;
}
