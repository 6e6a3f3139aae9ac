import { didYouMean } from '../facts/did-you-mean.ts';
import type { Key, Strength, Value } from '../facts/index.ts';
import { describeValues, isKey, KEY_NAMES, keySpec, parseKeyPath, parseValue } from '../facts/index.ts';
import type { Effect } from './policy.ts';
import type { Problems } from './problems.ts';
import { nearest, shownTree } from './problems.ts';
import type { EffectName } from './schema.ts';
import type { MapTree, Tree } from './yaml.ts';

const MAX_VALUES = 64;

const MEANING = {
  set: { origin: 'policy-set', strength: 'required' },
  require: { origin: 'policy-prefer', strength: 'required' },
  prefer: { origin: 'policy-prefer', strength: 'recommended' },
  default: { origin: 'policy-default', strength: 'recommended' },
  forbid: { origin: 'policy-prefer', strength: 'forbidden' },
} as const satisfies Record<Exclude<EffectName, 'limit'>, Pick<Effect, 'origin' | 'strength'>>;

const NUMERIC_KEYS = KEY_NAMES.filter((key) => keySpec(key).type === 'integer');

interface Target {
  readonly key: Key;
  readonly subject: string | null;
}

/** Reads one effect map of a rule (`prefer: { machine: [q35] }`); what is wrong goes to `problems`. */
export function readEffects(name: EffectName, tree: MapTree, where: string, problems: Problems): readonly Effect[] {
  if (tree.entries.size === 0) {
    problems.wrongValue(
      { key: name, value: '{}', expected: 'at least one key with a value', hint: `Add a key, or drop ${name}.` },
      tree.at,
    );
  }
  const effects: Effect[] = [];
  for (const [path, { keyAt, value }] of tree.entries) {
    const target = readTarget(name, path, keyAt, where, problems);
    if (target === undefined) continue;
    const pointer = problems.place(keyAt);
    if (name === 'limit')
      effects.push(...readLimit(target, value, problems).map((bound) => ({ ...target, ...bound, pointer })));
    else {
      const values = readValues(name, target.key, value, problems);
      if (values.length > 0) effects.push({ ...target, ...MEANING[name], values, pointer });
    }
  }
  return effects;
}

function readTarget(name: EffectName, path: string, at: number, where: string, problems: Problems): Target | undefined {
  const target = readKeyPath(path, at, `${name} of ${where}`, problems, name === 'limit' ? NUMERIC_KEYS : KEY_NAMES);
  if (target === undefined) return undefined;
  if (name === 'limit' && keySpec(target.key).type !== 'integer') {
    problems.notAllowed(
      {
        key: path,
        where: `limit of ${where}`,
        reason: 'it is no number',
        hint: `Numbers are ${NUMERIC_KEYS.join(', ')}; use require or forbid for the others.`,
      },
      at,
    );
    return undefined;
  }
  return target;
}

/** A key, with its device where it has one; or undefined and a finding. */
export function readKeyPath(
  path: string,
  at: number,
  where: string,
  problems: Problems,
  known: readonly Key[] = KEY_NAMES,
): Target | undefined {
  const target = parseKeyPath(path);
  if (target !== undefined) return target;
  const key = path.split('.', 1)[0] ?? '';
  const hint = isKey(key) ? subjectHint(key) : nearest(path, known, `The keys are ${known.join(', ')}.`);
  problems.unknownKey({ key: path, where, hint }, at);
  return undefined;
}

function subjectHint(key: Key): string {
  const { scope } = keySpec(key);
  return scope === 'machine' ? `${key} is a key of the whole machine.` : `One device is written ${key}.${scope}0.`;
}

function readValues(name: EffectName, key: Key, tree: Tree, problems: Problems): readonly Value[] {
  if (tree.kind === 'list' && name !== 'set') {
    if (tree.items.length === 0 || tree.items.length > MAX_VALUES) {
      problems.wrongValue(
        { key, value: shownTree(tree), expected: `1 to ${MAX_VALUES} values`, hint: 'Give a list of values.' },
        tree.at,
      );
    }
    const values = tree.items.slice(0, MAX_VALUES).map((item) => readValue(key, item, problems));
    return [...new Set(values)].filter((value) => value !== undefined);
  }
  const value = readValue(key, tree, problems);
  return value === undefined ? [] : [value];
}

/** One value of a key, or undefined and a finding. */
export function readValue(key: Key, tree: Tree, problems: Problems): Value | undefined {
  const value = tree.kind === 'scalar' ? parseValue(key, tree.value, { pinned: true }) : undefined;
  if (value !== undefined) return value;
  const spec = keySpec(key);
  const candidates = spec.type === 'enum' ? spec.values : [];
  const near = tree.kind === 'scalar' ? didYouMean(String(tree.value), candidates) : undefined;
  const hint = near === undefined ? `Use ${expectedOf(key)}.` : `Did you mean ${near}?`;
  problems.wrongValue({ key, value: shownTree(tree), expected: expectedOf(key), hint }, tree.at);
  return undefined;
}

function expectedOf(key: Key): string {
  return keySpec(key).type === 'enum' ? `one of ${describeValues(key)}` : describeValues(key);
}

function readLimit(
  target: Target,
  tree: Tree,
  problems: Problems,
): readonly Pick<Effect, 'origin' | 'strength' | 'values'>[] {
  const { key } = target;
  if (tree.kind !== 'map' || tree.entries.size === 0) {
    problems.wrongValue(
      { key, value: shownTree(tree), expected: '{ min: N, max: N }', hint: 'Give min, max or both.' },
      tree.at,
    );
    return [];
  }
  const bounds: { readonly strength: Strength; readonly value: Value }[] = [];
  for (const [name, { keyAt, value }] of tree.entries) {
    if (name !== 'min' && name !== 'max') {
      problems.unknownKey(
        { key: name, where: `the limit of ${key}`, hint: nearest(name, ['min', 'max'], 'The keys are min, max.') },
        keyAt,
      );
      continue;
    }
    const bound = readValue(key, value, problems);
    if (bound !== undefined) bounds.push({ strength: name === 'min' ? 'minimum' : 'maximum', value: bound });
  }
  const of = (strength: Strength) => bounds.find((bound) => bound.strength === strength)?.value;
  const [minimum, maximum] = [of('minimum'), of('maximum')];
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    problems.wrongValue(
      { key, value: `min ${minimum}, max ${maximum}`, expected: 'min not above max', hint: 'Swap them.' },
      tree.at,
    );
  }
  return bounds.map(({ strength, value }) => ({ origin: 'policy-prefer', strength, values: [value] }));
}
