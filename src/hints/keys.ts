import {
  describeValues,
  isKey,
  type Key,
  keySpec,
  parseValue,
  STRENGTHS,
  type Strength,
  type Value,
} from '../facts/index.ts';
import { shown } from '../facts/text.ts';
import { diagnostics } from './diagnostics.ts';
import { MAX_LIST } from './document.ts';
import { isList, type JsonNode, kindOf, pointerTo } from './json.ts';
import { refusedText, refusedValue, versionedMachineFamily } from './refusals.ts';
import type { Reporter } from './reporter.ts';
import type { Statement } from './spelling.ts';

/** One accepted statement about a key, ready to become a vote. */
export interface KeyStatement {
  readonly key: Key;
  readonly strength: Strength;
  readonly values: readonly Value[];
  readonly pointer: string;
}

/** Reads what the document says of one key with one strength. Empty when nothing of it is left. */
export function readKey(statement: Statement, reporter: Reporter): readonly KeyStatement[] {
  const { name: key, value, pointer } = statement;
  const strength = STRENGTHS.find((known) => known === statement.strength);
  if (!isKey(key) || strength === undefined) return [];
  if (strength === 'minimum' || strength === 'maximum') {
    if (keySpec(key).type !== 'integer') {
      reporter.invalid(`${key}.${strength}`, 'a bound that exists: only numbers have bounds', pointer);
      return [];
    }
    const bound = isList(value) ? undefined : readValue(key, value, pointer, reporter);
    if (isList(value)) reporter.invalid(`${key}.${strength}`, 'one number, but a list', pointer);
    return bound === undefined ? [] : [{ key, strength, values: [bound], pointer }];
  }
  const values = readList(key, value, pointer, reporter);
  return values.length === 0 ? [] : [{ key, strength, values, pointer }];
}

function readList(key: Key, value: JsonNode, pointer: string, reporter: Reporter): readonly Value[] {
  const items = isList(value) ? value : [value];
  if (items.length === 0 || items.length > MAX_LIST) {
    reporter.invalid(key, `a list of 1 to ${MAX_LIST} values`, pointer);
    return [];
  }
  const read = items.map((item, index) =>
    readValue(key, item, isList(value) ? pointerTo(pointer, index) : pointer, reporter),
  );
  return [...new Set(read.filter((item) => item !== undefined))];
}

/** One value of the closed vocabulary, or undefined and one finding. */
function readValue(key: Key, raw: JsonNode, pointer: string, reporter: Reporter): Value | undefined {
  const { type } = keySpec(key);
  // JSON has types; the leniency of parseValue is for flags and YAML, where 2.0 and yes lose theirs
  const wanted = type === 'boolean' ? 'boolean' : type === 'integer' ? 'number' : 'string';
  if (raw === null || typeof raw === 'object') {
    reporter.invalid(key, `a ${wanted}, but ${kindOf(raw)}`, pointer);
    return undefined;
  }
  const value = typeof raw === wanted ? parseValue(key, raw) : undefined;
  if (value !== undefined && (key !== 'os' || isOsName(String(value)))) return value;
  refuseValue(key, raw, pointer, reporter);
  return undefined;
}

/** A libosinfo short-id or a web address; the pattern of the key alone would let `file:` pass. */
export function isOsName(name: string): boolean {
  return /^https?:\/\//.test(name) || refusedText(name) === null;
}

function refuseValue(key: Key, raw: Value, pointer: string, reporter: Reporter): void {
  const at = reporter.at(pointer);
  const value = shown(String(raw));
  const text = typeof raw === 'string' ? raw : '';
  const family = key === 'machine' ? versionedMachineFamily(text) : undefined;
  // an OS id has slashes by right
  const code = key === 'os' ? refusedText(text) : refusedValue(text);
  if (family !== undefined) {
    reporter.add(diagnostics['refused-machine-version']({ value, family }, at));
  } else if (code !== null) {
    reporter.add(diagnostics[code]({ name: `${key} = ${value}` }, at));
  } else {
    reporter.add(diagnostics['unknown-value']({ key, value, expected: describeValues(key) }, at));
  }
}
