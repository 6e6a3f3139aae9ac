import type { z } from 'zod';
import type { Problems } from './problems.ts';
import { nearest, shownTree } from './problems.ts';
import { keysAt } from './schema-keys.ts';
import type { MapTree, Tree } from './yaml.ts';

/** What findings call a kind of document and its parts. */
export interface DocumentWords {
  readonly schema: z.ZodType;
  /** `the policy`. */
  readonly whole: string;
  /** The key whose list holds the parts that have names of their own, and those names: `rule site.q35`. */
  readonly parts: string;
  readonly nameOf: (part: MapTree, index: number) => string;
}

type Path = readonly PropertyKey[];

/** Turns what the schema found into findings at their place in the file. */
export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  tree: Tree,
  problems: Problems,
  words: DocumentWords,
): void {
  for (const issue of issues) reportIssue(issue, tree, problems, words);
}

function reportIssue(issue: z.core.$ZodIssue, tree: Tree, problems: Problems, words: DocumentWords): void {
  const where = describePath(issue.path, tree, words);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(words.schema, issue.path).filter((key) => key !== '$schema');
    for (const key of issue.keys) {
      const hint = nearest(key, known, `The keys are ${known.join(', ')}.`);
      problems.unknownKey({ key, where, hint }, keyPlace(tree, [...issue.path, key]));
    }
    return;
  }
  if (issue.code === 'invalid_union') {
    for (const inner of closest(issue.errors))
      reportIssue({ ...inner, path: [...issue.path, ...inner.path] }, tree, problems, words);
    return;
  }
  const found = lookup(tree, issue.path);
  const name = String(issue.path.at(-1) ?? words.whole);
  if (found === undefined) {
    const parent = describePath(issue.path.slice(0, -1), tree, words);
    problems.missingKey({ where: parent, key: name }, keyPlace(tree, issue.path));
    return;
  }
  const value = shownTree(found);
  const expected = expectation(issue);
  const candidates = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const hint = nearest(found.kind === 'scalar' ? String(found.value) : '', candidates, `Use ${expected}.`);
  const key = typeof issue.path.at(-1) === 'number' ? where : name;
  problems.wrongValue({ key, value, expected, hint }, found.at);
}

/** Of the forms that a value may have, the one that its author meant: whose type is right at the top, else the first. */
function closest(forms: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const fits = (issues: readonly z.core.$ZodIssue[]) =>
    issues.every(({ code, path }) => path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value'));
  return forms.find(fits) ?? forms[0] ?? [];
}

const TYPES: Readonly<Record<string, string>> = {
  record: 'a map',
  object: 'a map',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
  int: 'a whole number',
};

const UNITS: Readonly<Record<string, string>> = { array: ' entries', string: ' characters', object: ' entries' };

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`;
    case 'too_big':
      return `at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`;
    case 'too_small':
      return issue.origin === 'string'
        ? 'text that is not empty'
        : `at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'a web address (https://...)' : issue.message;
    default:
      return issue.message;
  }
}

function describePath(path: Path, tree: Tree, { whole, parts, nameOf }: DocumentWords): string {
  const [list, index, ...rest] = path;
  if (list === undefined) return whole;
  if (list !== parts || typeof index !== 'number') return path.join('.');
  const part = lookup(tree, path.slice(0, 2));
  const name = part?.kind === 'map' ? nameOf(part, index) : `entry ${index + 1} of ${parts}`;
  return rest.length === 0 ? name : `${rest.join('.')} of ${name}`;
}

export function lookup(tree: Tree, path: Path): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const step of path) {
    if (at?.kind === 'list') at = at.items[Number(step)];
    else if (at?.kind === 'map') at = at.entries.get(String(step))?.value;
    else return undefined;
  }
  return at;
}

/** Where a key stands, or the map it is missing from. */
export function keyPlace(tree: Tree, path: Path): number {
  const parent = lookup(tree, path.slice(0, -1));
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.keyAt ?? parent?.at ?? tree.at;
}
