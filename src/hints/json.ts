import { type Provenance, VmImportError } from '../diagnostics/index.ts';
import { pointerStep, shown } from '../facts/text.ts';
import { diagnostics } from './diagnostics.ts';

/** JSON as read: objects are Maps, so no member name (`__proto__`) can mean anything to JavaScript. */
export type JsonNode = null | boolean | number | string | readonly JsonNode[] | JsonMap;
export type JsonMap = ReadonlyMap<string, JsonNode>;

export interface JsonLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxValues: number;
}

export function isMap(node: JsonNode): node is JsonMap {
  return node instanceof Map;
}

export function isList(node: JsonNode): node is readonly JsonNode[] {
  return Array.isArray(node);
}

/** What a value is, for messages. */
export function kindOf(node: JsonNode): string {
  if (node === null) return 'null';
  if (isList(node)) return 'a list';
  if (isMap(node)) return 'an object';
  return `a ${typeof node}`;
}

/** One more step of a JSON pointer (RFC 6901). Names come from the document, so they are shortened and cleaned. */
export function pointerTo(base: string, name: string | number): string {
  return `${base}/${pointerStep(shown(String(name)))}`;
}

/**
 * Strict JSON (RFC 8259). JSON.parse is not enough: it keeps the last of two equal names without a word, rounds
 * numbers, lets lone surrogates through and has no depth limit. Throws VmImportError (exit 3).
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits, at: readonly Provenance[]): JsonNode {
  if (bytes.byteLength > limits.maxBytes) {
    throw new VmImportError(diagnostics['malformed-size']({ size: bytes.byteLength, limit: limits.maxBytes }, at));
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new VmImportError(diagnostics['malformed-encoding']({}, at), { cause });
  }
  return new JsonReader(text, limits, at).document();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside strings
const STRING_RUN = /[^"\\\u0000-\u001f]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const INTEGER = /^-?\d+$/;
const HEX4 = /[0-9A-Fa-f]{4}/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const LITERALS: ReadonlyMap<string, null | boolean> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class JsonReader {
  readonly #text: string;
  readonly #limits: JsonLimits;
  readonly #at: readonly Provenance[];
  #position = 0;
  #values = 0;

  constructor(text: string, limits: JsonLimits, at: readonly Provenance[]) {
    this.#text = text;
    this.#limits = limits;
    this.#at = at;
  }

  document(): JsonNode {
    const value = this.#value(0);
    this.#match(SPACE);
    if (this.#position < this.#text.length) this.#fail('something follows the document');
    return value;
  }

  #value(depth: number): JsonNode {
    this.#match(SPACE);
    this.#values++;
    if (depth > this.#limits.maxDepth || this.#values > this.#limits.maxValues) {
      const { maxDepth: limit, maxValues: values } = this.#limits;
      throw new VmImportError(
        diagnostics['malformed-depth']({ limit, values, ...this.#place(this.#position) }, this.#at),
      );
    }
    const next = this.#text[this.#position];
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#list(depth);
    if (next === '"') return this.#string();
    for (const [word, value] of LITERALS) {
      if (this.#text.startsWith(word, this.#position)) {
        this.#position += word.length;
        return value;
      }
    }
    return this.#number();
  }

  #object(depth: number): JsonMap {
    const members = new Map<string, JsonNode>();
    this.#position++;
    if (this.#take('}')) return members;
    do {
      this.#match(SPACE);
      const start = this.#position;
      if (this.#text[start] !== '"') this.#fail('a member name in double quotes is expected');
      const name = this.#string();
      if (members.has(name)) {
        throw new VmImportError(
          diagnostics['malformed-duplicate-key']({ name: shown(name), ...this.#place(start) }, this.#at),
        );
      }
      if (!this.#take(':')) this.#fail('a colon is expected after the member name');
      members.set(name, this.#value(depth + 1));
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail('a comma or a closing brace is expected');
    return members;
  }

  #list(depth: number): readonly JsonNode[] {
    const items: JsonNode[] = [];
    this.#position++;
    if (this.#take(']')) return items;
    do {
      items.push(this.#value(depth + 1));
    } while (this.#take(','));
    if (!this.#take(']')) this.#fail('a comma or a closing bracket is expected');
    return items;
  }

  #string(): string {
    const start = this.#position;
    this.#position++;
    let text = '';
    for (;;) {
      text += this.#match(STRING_RUN);
      const next = this.#text[this.#position];
      if (next === '"') break;
      if (next !== '\\')
        this.#fail(next === undefined ? 'a string does not end' : 'a string holds a control character');
      text += this.#escape();
    }
    this.#position++;
    if (/\p{Surrogate}/u.test(text)) {
      this.#position = start;
      this.#fail('a string is not valid Unicode');
    }
    return text;
  }

  #escape(): string {
    const letter = this.#text[this.#position + 1] ?? '';
    if (letter === 'u') {
      this.#position += 2;
      const code = this.#match(HEX4);
      if (code === '') this.#fail('four hexadecimal digits are expected');
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    const character = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (character === undefined) this.#fail('a string holds an unknown escape');
    this.#position += 2;
    return character;
  }

  #number(): number {
    const start = this.#position;
    const token = this.#match(NUMBER);
    if (token === '') this.#fail(start < this.#text.length ? 'a value is expected' : 'the document ends too early');
    const value = Number(token);
    if (!Number.isFinite(value) || (INTEGER.test(token) && !Number.isSafeInteger(value))) {
      this.#position = start;
      this.#fail('a number is too large to be held exactly');
    }
    return value;
  }

  #take(character: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#position] !== character) return false;
    this.#position++;
    return true;
  }

  /** The text a sticky pattern matches here, consumed; empty when it does not match. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#position += found.length;
    return found;
  }

  #place(position: number): { readonly line: number; readonly column: number } {
    const before = this.#text.slice(0, position).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }

  #fail(problem: string): never {
    throw new VmImportError(diagnostics['malformed-json']({ problem, ...this.#place(this.#position) }, this.#at));
  }
}
