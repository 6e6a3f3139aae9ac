import { isKey, keySpec, parseKeyPath, parseValue } from '../facts/index.ts';
import { isCode } from './cel/code.ts';
import type { Sources } from './compiled.ts';
import type { Announcement, Effect, Expression, PolicyDocument, Rule } from './policy.ts';

// Says of JSON whether it is what the loader makes of policies, as far as everything behind it relies on that. Without a
// schema library: a run with a compiled policy loads none.

type Check = (value: unknown) => boolean;

const string: Check = (value) => typeof value === 'string';
const boolean: Check = (value) => typeof value === 'boolean';
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const either =
  (one: Check, other: Check): Check =>
  (value) =>
    one(value) || other(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/**
 * An object with these properties and no other, so that no name of the file means anything to JavaScript. Of what
 * `JSON.parse` makes only, where nothing is undefined, and none of the names is one that every object has.
 */
function fields<T>(checks: { readonly [name in keyof T]-?: Check }, optional = false): (value: unknown) => value is T {
  const known = Object.entries<Check>(checks).map(([name, check]) => ({ name, check }));
  return (value): value is T => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const own = value as Readonly<Record<string, unknown>>;
    let count = 0;
    for (const { name, check } of known) {
      const field = own[name];
      if (optional && field === undefined) continue;
      if (!check(field)) return false;
      count++;
    }
    return Object.keys(own).length === count;
  };
}

const POINTER = /^[1-9]\d*:[1-9]\d*$/;
const pointer = matching(POINTER);
const severity = oneOf('error', 'warning', 'info');
const mode = oneOf('audit', 'enforce');
const place = { uri: string, pointer };
const MAX_TEXT = 4000;

// A policy has hundreds of rules, and the program has just started: what they consist of is looked at by name, which is
// many times faster than by lists of names. The number of names says that there is no other.

/** The properties by name, nothing known of their values; null for what is no object, or has others too. */
function own<T>(value: unknown, count: number): { readonly [name in keyof T]: unknown } | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.keys(value).length === count ? (value as { readonly [name in keyof T]: unknown }) : null;
}

function isPointer(value: unknown): boolean {
  return typeof value === 'string' && POINTER.test(value);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

const strings = list(string);

function isExpression(value: unknown): boolean {
  const expression = own<Expression>(value, 3);
  if (expression === null) return false;
  const { text, pointer: at, code } = expression;
  return typeof text === 'string' && text.length <= MAX_TEXT && isPointer(at) && isCode(code);
}

function isMessage(value: unknown): boolean {
  return Array.isArray(value) && value.every((part) => typeof part === 'string' || isExpression(part));
}

function isAnnouncement(value: unknown): boolean {
  const announcement = own<Announcement>(value, 3);
  if (announcement === null) return false;
  const { kind, message, pointer: at } = announcement;
  return (kind === 'deny' || kind === 'warn') && isMessage(message) && isPointer(at);
}

const MEANINGS: ReadonlyMap<unknown, readonly unknown[]> = new Map([
  ['policy-set', ['required']],
  ['policy-prefer', ['required', 'recommended', 'forbidden', 'minimum', 'maximum']],
  ['policy-default', ['recommended']],
]);

const PINNED = { pinned: true };

function isEffect(value: unknown): value is Effect {
  const effect = own<Effect>(value, 6);
  if (effect === null) return false;
  const { key, subject, origin, strength, values, pointer: at } = effect;
  if (typeof key !== 'string' || !isKey(key) || !isPointer(at)) return false;
  if (MEANINGS.get(origin)?.includes(strength) !== true) return false;
  if (subject !== null && !(typeof subject === 'string' && parseKeyPath(`${key}.${subject}`) !== undefined)) {
    return false;
  }
  if (!Array.isArray(values) || values.length === 0) return false;
  if (isBound(strength) && (values.length !== 1 || keySpec(key).type !== 'integer')) return false;
  return values.every((one) => parseValue(key, one, PINNED) === one);
}

function isBound(strength: unknown): boolean {
  return strength === 'minimum' || strength === 'maximum';
}

/** A rule without effect, or with one that its phase does not heed, would let pass what it was written against. */
function isRule(value: unknown): boolean {
  const rule = own<Rule>(value, 16);
  if (rule === null) return false;
  const { phase, effects, announcement } = rule;
  return (
    hasWords(rule) &&
    (phase === 'vote' || phase === 'verify') &&
    (rule.when === null || isExpression(rule.when)) &&
    Array.isArray(effects) &&
    effects.every(isEffect) &&
    (announcement === null ? effects.length > 0 : isAnnouncement(announcement)) &&
    (rule.message === null || isMessage(rule.message)) &&
    (phase === 'vote' || effects.every(({ strength }) => isBound(strength)))
  );
}

function hasWords(rule: { readonly [name in keyof Rule]: unknown }): boolean {
  return (
    typeof rule.id === 'string' &&
    isTextOrNull(rule.title) &&
    (rule.targets === null || strings(rule.targets)) &&
    (rule.mode === null || mode(rule.mode)) &&
    severity(rule.severity) &&
    isTextOrNull(rule.remedy) &&
    isTextOrNull(rule.docs) &&
    strings(rule.tags) &&
    typeof rule.locked === 'boolean' &&
    typeof rule.uri === 'string' &&
    isPointer(rule.pointer)
  );
}

const settings = fields(
  {
    trustHints: oneOf('honour', 'recommend', 'ignore'),
    disagreement: oneOf('unresolved', 'warn', 'boot-disk-wins'),
    osinfo: oneOf('embedded', 'installed', 'newest'),
    backingFiles: oneOf('below-source'),
  },
  true,
);

const refs = list(fields({ ref: string, pointer }));

const document = fields<PolicyDocument>({
  // presets come with the program
  uri: matching(/^(?!preset:)/),
  name: string,
  mode,
  extends: refs,
  waivers: refs,
  settings,
  overrides: list(
    fields({
      rule: string,
      severity: orNull(either(severity, oneOf('off'))),
      mode: orNull(mode),
      lock: boolean,
      ...place,
    }),
  ),
  severities: list(fields({ code: string, severity, ...place })),
  rules: list(isRule),
});

const shape = fields<Sources>({
  refs: list(string),
  documents: list(document),
  directories: list(fields({ uri: string, names: list(string) })),
});

export function isSources(value: unknown): value is Sources {
  if (!shape(value)) return false;
  const { documents, directories, refs: named } = value;
  const known = new Set([...documents, ...directories].map(({ uri }) => uri));
  // what it does not hold would be read from a file that nobody checked against the roots
  return named.length > 0 && named.every((ref) => ref.startsWith('preset:') || known.has(ref));
}
