import type { z } from 'zod';
import type { Problems } from './problems.ts';
import { nearest, shownTree } from './problems.ts';
import { ruleName } from './rule-check.ts';
import { overrideSchema, policySchema, ruleSchema } from './schema.ts';
import type { Tree } from './yaml.ts';

type Path = readonly PropertyKey[];

/** Turns what the schema found into findings at their place in the file. */
export function reportIssues(issues: readonly z.core.$ZodIssue[], tree: Tree, problems: Problems): void {
  for (const issue of issues) reportIssue(issue, tree, problems);
}

function reportIssue(issue: z.core.$ZodIssue, tree: Tree, problems: Problems): void {
  const where = describePath(issue.path, tree);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path);
    for (const key of issue.keys) {
      const hint = nearest(key, known, `The keys are ${known.join(', ')}.`);
      problems.unknownKey({ key, where, hint }, keyPlace(tree, [...issue.path, key]));
    }
    return;
  }
  if (issue.code === 'invalid_union') {
    for (const inner of closest(issue.errors))
      reportIssue({ ...inner, path: [...issue.path, ...inner.path] }, tree, problems);
    return;
  }
  const found = lookup(tree, issue.path);
  const name = String(issue.path.at(-1) ?? 'the policy');
  if (found === undefined) {
    problems.missingKey({ where: describePath(issue.path.slice(0, -1), tree), key: name }, keyPlace(tree, issue.path));
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
};

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`;
    case 'too_big':
      return `at most ${issue.maximum} ${issue.origin === 'array' ? 'entries' : 'characters'}`;
    case 'too_small':
      return 'text that is not empty';
    case 'invalid_format':
      return issue.format === 'url' ? 'a web address (https://...)' : issue.message;
    default:
      return issue.message;
  }
}

/** Keys that the schema knows at a path, for a suggestion. */
function keysAt(path: Path): readonly string[] {
  if (path.length === 0) return Object.keys(policySchema.shape).filter((key) => key !== '$schema');
  if (path[0] === 'rules' && path.length === 2) return Object.keys(ruleSchema.shape);
  if (path[0] === 'overrides' && path.length === 2) return Object.keys(overrideSchema.shape);
  if (path[0] === 'trust') return Object.keys(policySchema.shape.trust.unwrap().shape);
  if (path[0] === 'allow') return Object.keys(policySchema.shape.allow.unwrap().shape);
  return [];
}

function describePath(path: Path, tree: Tree): string {
  if (path.length === 0) return 'the policy';
  if (path[0] !== 'rules' || typeof path[1] !== 'number') return path.join('.');
  const rule = lookup(tree, path.slice(0, 2));
  const name = rule?.kind === 'map' ? ruleName(rule, path[1]) : `rule ${path[1] + 1}`;
  return path.length === 2 ? name : `${path.slice(2).join('.')} of ${name}`;
}

function lookup(tree: Tree, path: Path): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const step of path) {
    if (at?.kind === 'list') at = at.items[Number(step)];
    else if (at?.kind === 'map') at = at.entries.get(String(step))?.value;
    else return undefined;
  }
  return at;
}

/** Where a key stands, or the map it is missing from. */
function keyPlace(tree: Tree, path: Path): number {
  const parent = lookup(tree, path.slice(0, -1));
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.keyAt ?? parent?.at ?? tree.at;
}
