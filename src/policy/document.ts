import type { Finding } from '../diagnostics/index.ts';
import type { PolicySettings } from '../facts/index.ts';
import { readChecked } from './checked.ts';
import { readEffects } from './effects.ts';
import { type Codes, expressionsOf } from './expressions.ts';
import { splitMessage } from './message.ts';
import { checkOverrides, isCode } from './overrides.ts';
import { offsetInScalar } from './places.ts';
import type {
  Announcement,
  Effect,
  Expression,
  MessagePart,
  Phase,
  PolicyDocument,
  Rule,
  RuleOverride,
  SeverityChange,
} from './policy.ts';
import type { Problems } from './problems.ts';
import { checkRule, ruleName } from './rule-check.ts';
import type { PolicyInput, RuleInput } from './schema.ts';
import { EFFECT_NAMES, policySchema } from './schema.ts';
import type { MapTree, ScalarTree, Tree } from './yaml.ts';

const WORDS = { schema: policySchema, whole: 'the policy', parts: 'rules', nameOf: ruleName };

export interface ParsedPolicy {
  /** null when there are findings. */
  readonly document: PolicyDocument | null;
  /** Also of a file with findings, so that those of the files it extends are told at the same time. */
  readonly extends: PolicyDocument['extends'];
  readonly findings: readonly Finding[];
}

/** Reads one policy file, YAML or JSON. Never throws: everything that is wrong with the text is a finding. */
export async function parsePolicy(text: string, uri: string): Promise<ParsedPolicy> {
  const { tree, data, problems } = readChecked(text, uri, WORDS);
  if (tree === null) return { document: null, extends: [], findings: problems.findings };
  const { place } = problems;
  const rules = ruleTrees(tree).map((rule, index) => readRule(text, rule, index, problems));
  reportDuplicates(ruleTrees(tree), problems);
  checkOverrides(tree, problems);
  const codes = await expressionsOf(rules, text, problems);

  const { findings } = problems;
  const bases = readRefs(tree, 'extends', place);
  if (data === null || findings.length > 0) return { document: null, extends: bases, findings };
  return {
    document: buildDocument(
      data,
      tree,
      uri,
      rules.map((rule) => ({ ...rule, codes })),
      place,
    ),
    extends: bases,
    findings,
  };
}

/** What the tree alone says of a rule, whether or not the schema accepts the file, so that all problems are told. */
export interface RuleReading {
  readonly tree: MapTree;
  readonly name: string;
  readonly id: string | null;
  readonly phase: Phase;
  readonly effects: readonly Effect[];
  readonly when: LocatedExpression | null;
  /** Of its deny or warn. */
  readonly announcement: readonly (string | LocatedExpression)[];
  /** Of its effects. */
  readonly message: readonly (string | LocatedExpression)[] | null;
}

interface CheckedReading extends RuleReading {
  readonly codes: Codes;
}

export interface LocatedExpression extends Omit<Expression, 'code'> {
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
  const announcement = scalarOf(tree, 'deny') ?? scalarOf(tree, 'warn');
  const message = scalarOf(tree, 'message');
  return {
    tree,
    name,
    id: textOf(tree, 'id'),
    phase,
    effects,
    when: when === null ? null : locate(String(when.value), when, 0),
    announcement: announcement === null ? [] : readMessage(announcement, text, locate, problems),
    message: message === null ? null : readMessage(message, text, locate, problems),
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

function readRefs(tree: Tree, key: 'extends' | 'waivers', place: (at: number) => string): PolicyDocument['extends'] {
  const list = tree.kind === 'map' ? tree.entries.get(key)?.value : undefined;
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' && item.value.trim() !== ''
      ? [{ ref: item.value.trim(), pointer: place(item.at) }]
      : [],
  );
}

function buildDocument(
  input: PolicyInput,
  tree: Tree,
  uri: string,
  readings: readonly CheckedReading[],
  place: (at: number) => string,
): PolicyDocument {
  return {
    uri,
    name: input.name,
    mode: input.mode ?? 'enforce',
    extends: readRefs(tree, 'extends', place),
    waivers: readRefs(tree, 'waivers', place),
    settings: settingsOf(input),
    ...changesOf(input, tree, uri, place),
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

/** What stands under `overrides`: changes of rules, and severities of findings, whose codes have a slash. */
function changesOf(
  { overrides = {} }: PolicyInput,
  tree: Tree,
  uri: string,
  place: (at: number) => string,
): Pick<PolicyDocument, 'overrides' | 'severities'> {
  const map = tree.kind === 'map' ? tree.entries.get('overrides')?.value : undefined;
  const changed: RuleOverride[] = [];
  const severities: SeverityChange[] = [];
  for (const [name, change] of Object.entries(overrides)) {
    const at = map?.kind === 'map' ? map.entries.get(name)?.keyAt : undefined;
    const pointer = place(at ?? tree.at);
    const wanted = typeof change === 'string' ? { severity: change } : change;
    if (isCode(name)) {
      if (wanted.severity !== undefined && wanted.severity !== 'off') {
        severities.push({ code: name, severity: wanted.severity, uri, pointer });
      }
      continue;
    }
    const { severity = null, mode = null, locked = false } = wanted;
    changed.push({ rule: name, severity, mode, lock: locked, uri, pointer });
  }
  return { overrides: changed, severities };
}

function buildRule(input: RuleInput, reading: CheckedReading, uri: string, place: (at: number) => string): Rule {
  const checked = (part: string | LocatedExpression): MessagePart =>
    typeof part === 'string' ? part : checkedExpression(part, reading.codes);
  const kind = input.deny === undefined ? 'warn' : 'deny';
  const at = reading.tree.entries.get(kind)?.keyAt;
  const announcement: Announcement | null =
    at === undefined ? null : { kind, message: reading.announcement.map(checked), pointer: place(at) };
  return {
    id: input.id,
    title: input.title ?? null,
    phase: input.phase ?? 'vote',
    when: reading.when === null ? null : checkedExpression(reading.when, reading.codes),
    effects: reading.effects,
    announcement,
    message: reading.message === null ? null : reading.message.map(checked),
    targets: input.targets ?? null,
    mode: input.mode ?? null,
    severity: input.severity ?? (announcement?.kind === 'warn' ? 'warning' : 'error'),
    remedy: input.remedy ?? null,
    docs: input.docs ?? null,
    tags: input.tags ?? [],
    locked: input.locked ?? false,
    uri,
    pointer: place(reading.tree.at),
  };
}

function checkedExpression(expression: LocatedExpression, codes: Codes): Expression {
  const { text, pointer } = expression;
  const code = codes.get(expression);
  if (code === undefined) throw new Error(`the expression at ${pointer} was not checked`);
  return { text, pointer, code };
}

function scalarOf(tree: MapTree, key: string): ScalarTree | null {
  const value = tree.entries.get(key)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value : null;
}

function textOf(tree: MapTree, key: string): string | null {
  const value = scalarOf(tree, key)?.value;
  return typeof value === 'string' ? value : null;
}
