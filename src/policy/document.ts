import type { Finding } from '../diagnostics/index.ts';
import type { PolicySettings } from '../facts/index.ts';
import { readEffects } from './effects.ts';
import { expressionsOf } from './expressions.ts';
import type { DocumentKind } from './issues.ts';
import { reportIssues } from './issues.ts';
import { splitMessage } from './message.ts';
import { offsetInScalar } from './places.ts';
import type { Announcement, Effect, Expression, MessagePart, Phase, PolicyDocument, Rule } from './policy.ts';
import type { Problems } from './problems.ts';
import { readDocument } from './read.ts';
import { checkRule, ruleName } from './rule-check.ts';
import type { PolicyInput, RuleInput } from './schema.ts';
import { EFFECT_NAMES, policySchema } from './schema.ts';
import type { MapTree, ScalarTree, Tree } from './yaml.ts';
import { plainData } from './yaml.ts';

const MAX_POLICY_BYTES = 1024 * 1024;

const SPLIT = 'Split the policy into several files and let one extend the others.';

const POLICY: DocumentKind = { name: 'the policy', schema: policySchema, entries: { rules: ruleName } };

export interface ParsedPolicy {
  /** null when there are findings. */
  readonly document: PolicyDocument | null;
  /** Also of a file with findings, so that those of the files it extends are told at the same time. */
  readonly extends: PolicyDocument['extends'];
  readonly findings: readonly Finding[];
}

/** Reads one policy file, YAML or JSON. Never throws: everything that is wrong with the text is a finding. */
export async function parsePolicy(text: string, uri: string): Promise<ParsedPolicy> {
  const { tree, problems } = readDocument(text, uri, { name: 'The policy', maxBytes: MAX_POLICY_BYTES, hint: SPLIT });
  const { place } = problems;
  if (tree === null) return { document: null, extends: [], findings: problems.findings };

  const parsed = policySchema.safeParse(plainData(tree));
  if (!parsed.success) reportIssues(parsed.error.issues, tree, problems, POLICY);
  const rules = ruleTrees(tree).map((rule, index) => readRule(text, rule, index, problems));
  reportDuplicates(ruleTrees(tree), problems);
  await expressionsOf(rules, text, problems);

  const { findings } = problems;
  const bases = readExtends(tree, place);
  if (!parsed.success || findings.length > 0) return { document: null, extends: bases, findings };
  return { document: buildDocument(parsed.data, bases, uri, rules, place), extends: bases, findings };
}

/** What the tree alone says of a rule, whether or not the schema accepts the file, so that all problems are told. */
export interface RuleReading {
  readonly tree: MapTree;
  readonly name: string;
  readonly id: string | null;
  readonly phase: Phase;
  readonly effects: readonly Effect[];
  readonly when: LocatedExpression | null;
  readonly message: readonly (string | LocatedExpression)[];
}

export interface LocatedExpression extends Expression {
  readonly scalar: ScalarTree;
  /** Where in the scalar's value the expression starts. */
  readonly index: number;
}

function ruleTrees(tree: Tree): readonly MapTree[] {
  const rules = tree.kind === 'map' ? tree.entries.get('rules')?.value : undefined;
  return rules?.kind === 'list' ? rules.items.filter((rule) => rule.kind === 'map') : [];
}

function readRule(text: string, tree: MapTree, index: number, problems: Problems): RuleReading {
  const name = ruleName(tree, index);
  const phase: Phase = textOf(tree, 'phase') === 'verify' ? 'verify' : 'vote';
  checkRule(tree, name, phase, problems);
  const effects = EFFECT_NAMES.flatMap((effect) => {
    const map = tree.entries.get(effect)?.value;
    return map?.kind === 'map' ? readEffects(effect, map, name, problems) : [];
  });
  const locate = (expression: string, scalar: ScalarTree, at: number): LocatedExpression => ({
    text: expression,
    pointer: problems.place(offsetInScalar(text, scalar, at)),
    scalar,
    index: at,
  });
  const when = scalarOf(tree, 'when');
  const message = scalarOf(tree, 'deny') ?? scalarOf(tree, 'warn');
  return {
    tree,
    name,
    id: textOf(tree, 'id'),
    phase,
    effects,
    when: when === null ? null : locate(String(when.value), when, 0),
    message: message === null ? [] : readMessage(message, text, locate, problems),
  };
}

function readMessage(
  scalar: ScalarTree,
  text: string,
  locate: (expression: string, scalar: ScalarTree, at: number) => LocatedExpression,
  problems: Problems,
): readonly (string | LocatedExpression)[] {
  const split = splitMessage(String(scalar.value));
  if ('problem' in split) {
    problems.condition({ problem: split.problem, hint: '' }, offsetInScalar(text, scalar, split.index), null);
    return [];
  }
  return split.parts.map((part) => ('literal' in part ? part.literal : locate(part.expression, scalar, part.index)));
}

function reportDuplicates(rules: readonly MapTree[], problems: Problems): void {
  const first = new Map<string, number>();
  for (const tree of rules) {
    const id = textOf(tree, 'id');
    const at = tree.entries.get('id')?.value.at ?? tree.at;
    const before = id === null ? undefined : first.get(id);
    if (id !== null && before !== undefined) problems.duplicateRule({ rule: id, first: problems.place(before) }, at);
    else if (id !== null) first.set(id, at);
  }
}

function readExtends(tree: Tree, place: (at: number) => string): PolicyDocument['extends'] {
  const list = tree.kind === 'map' ? tree.entries.get('extends')?.value : undefined;
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' && item.value.trim() !== ''
      ? [{ ref: item.value.trim(), pointer: place(item.at) }]
      : [],
  );
}

function buildDocument(
  input: PolicyInput,
  bases: PolicyDocument['extends'],
  uri: string,
  readings: readonly RuleReading[],
  place: (at: number) => string,
): PolicyDocument {
  return {
    uri,
    name: input.name,
    extends: bases,
    settings: settingsOf(input),
    rules: (input.rules ?? []).flatMap((rule, index) => {
      const reading = readings[index];
      return reading === undefined ? [] : [buildRule(rule, reading, uri, place)];
    }),
  };
}

function settingsOf(input: PolicyInput): Partial<PolicySettings> {
  return {
    ...(input.trust?.hints === undefined ? {} : { trustHints: input.trust.hints }),
    ...(input.disagreement === undefined ? {} : { disagreement: input.disagreement }),
    ...(input.osinfo === undefined ? {} : { osinfo: input.osinfo }),
    ...(input.allow?.['backing-files'] === undefined ? {} : { backingFiles: input.allow['backing-files'] }),
  };
}

function buildRule(input: RuleInput, reading: RuleReading, uri: string, place: (at: number) => string): Rule {
  const kind = input.deny === undefined ? 'warn' : 'deny';
  const at = reading.tree.entries.get(kind)?.keyAt;
  const announcement: Announcement | null =
    at === undefined ? null : { kind, message: reading.message.map(withoutTree), pointer: place(at) };
  return {
    id: input.id,
    title: input.title ?? null,
    phase: input.phase ?? 'vote',
    when: reading.when === null ? null : { text: reading.when.text, pointer: reading.when.pointer },
    effects: reading.effects,
    announcement,
    severity: input.severity ?? (announcement?.kind === 'warn' ? 'warning' : 'error'),
    remedy: input.remedy ?? null,
    docs: input.docs ?? null,
    tags: input.tags ?? [],
    locked: input.locked ?? false,
    uri,
    pointer: place(reading.tree.at),
  };
}

function withoutTree(part: string | LocatedExpression): MessagePart {
  return typeof part === 'string' ? part : { text: part.text, pointer: part.pointer };
}

function scalarOf(tree: MapTree, key: string): ScalarTree | null {
  const value = tree.entries.get(key)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value : null;
}

function textOf(tree: MapTree, key: string): string | null {
  const value = scalarOf(tree, key)?.value;
  return typeof value === 'string' ? value : null;
}
