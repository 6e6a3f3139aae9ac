import { didYouMean } from '../facts/did-you-mean.ts';
import { type Json, parseValue } from '../facts/index.ts';
import { cleanLine, cleanText, shown } from '../facts/text.ts';
import { diagnostics } from './diagnostics.ts';
import {
  type HintDocument,
  type ImageLink,
  MAX_DESCRIPTION,
  MAX_EXTENSION_BYTES,
  MAX_EXTENSIONS,
  MAX_TITLE,
} from './document.ts';
import { isList, isMap, type JsonNode, kindOf, pointerTo } from './json.ts';
import type { KeyStatement } from './keys.ts';
import { refusedText } from './refusals.ts';
import type { Reporter } from './reporter.ts';
import type { Statement } from './spelling.ts';
import { DRIVERS, isDriver, isReverseDns } from './vocabulary.ts';

/** The members that are free text, and the votes they make. */
export interface Texts {
  readonly title: string | null;
  readonly description: string | null;
  readonly kernelArgs: string | null;
  readonly keys: readonly KeyStatement[];
}

export function readTexts(statements: readonly Statement[], reporter: Reporter): Texts {
  const read = (name: string): { readonly text: string; readonly pointer: string } | null => {
    const statement = statements.find((each) => each.name === name);
    if (statement === undefined) return null;
    const { value, pointer } = statement;
    if (typeof value === 'string') return { text: value, pointer };
    reporter.invalid(name, `a string, but ${kindOf(value)}`, pointer);
    return null;
  };
  const limited = (name: string, limit: number, clean: (text: string) => string): string | null => {
    const found = read(name);
    if (found === null) return null;
    const length = found.text.length;
    if (length <= limit) return clean(found.text) || null;
    reporter.add(diagnostics['text-too-long']({ name, length, limit }, reporter.at(found.pointer)));
    return null;
  };
  const title = limited('title', MAX_TITLE, cleanLine);
  const description = limited('description', MAX_DESCRIPTION, cleanText);
  const args = read('kernel-args');
  if (args === null) return { title, description, kernelArgs: null, keys: [] };
  const { text, pointer } = args;
  if (text === '' || parseValue('kernel-args', text) === undefined) {
    reporter.invalid('kernel-args', 'printable ASCII of 1 to 2048 characters', pointer);
    return { title, description, kernelArgs: null, keys: [] };
  }
  const keys: readonly KeyStatement[] = [{ key: 'kernel-args', strength: 'recommended', values: [text], pointer }];
  return { title, description, kernelArgs: text, keys };
}

const IMAGE_FORMS = {
  uuid: { pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, expected: 'a UUID' },
  sha256: { pattern: /^[0-9a-f]{64}$/i, expected: 'a SHA-256 digest of 64 hexadecimal digits' },
} as const;

export function readImageLink(statements: readonly Statement[], reporter: Reporter): ImageLink {
  const read = (name: keyof typeof IMAGE_FORMS): string | null => {
    const statement = statements.find((each) => each.name === name);
    if (statement === undefined) return null;
    const { value, pointer } = statement;
    if (typeof value === 'string' && IMAGE_FORMS[name].pattern.test(value)) return value.toLowerCase();
    reporter.invalid(`image.${name}`, IMAGE_FORMS[name].expected, pointer);
    return null;
  };
  return { uuid: read('uuid'), sha256: read('sha256') };
}

export function readDrivers(statements: readonly Statement[], reporter: Reporter): HintDocument['drivers'] {
  const read = (name: string): readonly string[] => {
    const statement = statements.find((each) => each.name === name);
    return statement === undefined ? [] : readDriverList(name, statement, reporter);
  };
  return { boot: read('boot'), running: read('running') };
}

function readDriverList(name: string, { value, pointer }: Statement, reporter: Reporter): readonly string[] {
  const items = isList(value) ? value : [value];
  if (items.length > DRIVERS.length) {
    reporter.invalid(`drivers.${name}`, `a list of at most ${DRIVERS.length} driver names`, pointer);
    return [];
  }
  const known = items.filter((item, index): item is string => {
    const at = isList(value) ? pointerTo(pointer, index) : pointer;
    if (typeof item !== 'string') reporter.invalid(`drivers.${name}`, `a driver name, but ${kindOf(item)}`, at);
    else if (isDriver(item)) return true;
    else refuseDriver(item, at, reporter);
    return false;
  });
  return [...new Set(known)];
}

function refuseDriver(driver: string, pointer: string, reporter: Reporter): void {
  const name = shown(driver);
  const code = refusedText(driver);
  if (code !== null) {
    reporter.add(diagnostics[code]({ name }, reporter.at(pointer)));
    return;
  }
  const meant = didYouMean(driver, DRIVERS);
  const suggestion = meant === undefined ? 'a name listed in docs/hints.md' : `"${meant}"`;
  reporter.add(diagnostics['unknown-driver']({ name, suggestion }, reporter.at(pointer)));
}

export function readExtensions(statements: readonly Statement[], reporter: Reporter): HintDocument['extensions'] {
  const kept: [string, Json][] = [];
  for (const { name, value, pointer } of statements) {
    const json = toJson(value);
    const problem = !isReverseDns(name)
      ? 'its name is not in reverse-DNS form'
      : json === undefined
        ? 'it has a member named __proto__'
        : Buffer.byteLength(JSON.stringify(json)) > MAX_EXTENSION_BYTES
          ? 'it is too large'
          : kept.length >= MAX_EXTENSIONS
            ? 'there are too many extensions'
            : null;
    if (json !== undefined && problem === null) {
      kept.push([name, json]);
    } else {
      const limits = { count: MAX_EXTENSIONS, size: MAX_EXTENSION_BYTES };
      reporter.add(
        diagnostics['extension-refused'](
          { name: shown(name), problem: problem ?? '', ...limits },
          reporter.at(pointer),
        ),
      );
    }
  }
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Plain data for policies. Undefined with a `__proto__` member, which some later copy could take for the prototype. */
function toJson(node: JsonNode): Json | undefined {
  if (isList(node)) {
    const items = node.map(toJson);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isMap(node)) return node;
  const members: [string, Json][] = [];
  for (const [name, value] of node) {
    const json = name === '__proto__' ? undefined : toJson(value);
    if (json === undefined) return undefined;
    members.push([name, json]);
  }
  return Object.fromEntries(members);
}
