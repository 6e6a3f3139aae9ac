import type { Key } from '../facts/index.ts';
import { isKey, keySpec, parseKeyPath, parseValue } from '../facts/index.ts';
import { isCode } from './cel/code.ts';
import type { Sources } from './compiled.ts';
import type { Effect, PolicyDocument, Rule } from './policy.ts';

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

const pointer = matching(/^[1-9]\d*:[1-9]\d*$/);
const severity = oneOf('error', 'warning', 'info');
const mode = oneOf('audit', 'enforce');
const place = { uri: string, pointer };
const MAX_TEXT = 4000;

const expression = fields({
  text: (value) => typeof value === 'string' && value.length <= MAX_TEXT,
  pointer,
  code: isCode,
});
const message = list(either(string, expression));

const MEANINGS = [
  ...['policy-set required', 'policy-prefer required', 'policy-prefer recommended', 'policy-default recommended'],
  ...['policy-prefer forbidden', 'policy-prefer minimum', 'policy-prefer maximum'],
];

const effectShape = fields<Effect>({
  key: (value) => typeof value === 'string' && isKey(value),
  subject: orNull(string),
  origin: string,
  strength: string,
  values: list(either(string, either(boolean, Number.isFinite))),
  pointer,
});

function isEffect(value: unknown): boolean {
  if (!effectShape(value)) return false;
  const { key, subject, strength, origin, values } = value;
  const bound = isBound(value);
  return (
    MEANINGS.includes(`${origin} ${strength}`) &&
    (subject === null || parseKeyPath(`${key}.${subject}`) !== undefined) &&
    values.length > 0 &&
    (!bound || (values.length === 1 && keySpec(key).type === 'integer')) &&
    values.every((one) => isValue(key, one))
  );
}

function isBound({ strength }: Effect): boolean {
  return strength === 'minimum' || strength === 'maximum';
}

const isValue = (key: Key, value: unknown): boolean => parseValue(key, value, { pinned: true }) === value;

const ruleShape = fields<Rule>({
  id: string,
  title: orNull(string),
  phase: oneOf('vote', 'verify'),
  when: orNull(expression),
  effects: list(isEffect),
  announcement: orNull(fields({ kind: oneOf('deny', 'warn'), message, pointer })),
  message: orNull(message),
  targets: orNull(list(string)),
  mode: orNull(mode),
  severity,
  remedy: orNull(string),
  docs: orNull(string),
  tags: list(string),
  locked: boolean,
  ...place,
});

/** A rule without effect, or with one that its phase does not heed, would let pass what it was written against. */
function isRule(value: unknown): boolean {
  if (!ruleShape(value)) return false;
  const { effects, announcement, phase } = value;
  return (effects.length > 0 || announcement !== null) && (phase === 'vote' || effects.every(isBound));
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
