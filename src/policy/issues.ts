import type { z } from 'zod';
import type { Problems } from './problems.ts';
import { nearest, shownTree } from './problems.ts';
import { keysAt } from './schema-keys.ts';
import type { MapTree, Tree } from './yaml.ts';

type Path = readonly PropertyKey[];

/** What findings have to know of a kind of document. */
export interface DocumentKind {
  /** How the whole of it is called in a sentence: `the policy`. */
  readonly name: string;
  readonly schema: z.ZodType;
  /** How the entries of a list at the top are called: `rules` are `rule site.q35`. */
  readonly entries: Readonly<Record<string, (entry: MapTree, index: number) => string>>;
}

/** Turns what the schema of a document found into findings at their place in the file. */
export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  tree: Tree,
  problems: Problems,
  kind: DocumentKind,
): void {
  for (const issue of issues) reportIssue(issue, tree, problems, kind);
}

function reportIssue(issue: z.core.$ZodIssue, tree: Tree, problems: Problems, kind: DocumentKind): void {
  const where = describePath(issue.path, tree, kind);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(kind.schema, issue.path).filter((key) => key !== '$schema');
    for (const key of issue.keys) {
      const hint = nearest(key, known, `The keys are ${known.join(', ')}.`);
      problems.unknownKey({ key, where, hint }, keyPlace(tree, [...issue.path, key]));
    }
    return;
  }
  const found = lookup(tree, issue.path);
  const name = String(issue.path.at(-1) ?? kind.name);
  if (found === undefined) {
    const parent = describePath(issue.path.slice(0, -1), tree, kind);
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

function describePath(path: Path, tree: Tree, kind: DocumentKind): string {
  if (path.length === 0) return kind.name;
  const [list, index] = path;
  const nameOf = kind.entries[String(list)];
  if (nameOf === undefined || typeof index !== 'number') return path.join('.');
  const entry = lookup(tree, path.slice(0, 2));
  const name = nameOf(entry?.kind === 'map' ? entry : { kind: 'map', at: 0, entries: new Map() }, index);
  return path.length === 2 ? name : `${path.slice(2).join('.')} of ${name}`;
}

/** What stands at a path, if anything does. */
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
