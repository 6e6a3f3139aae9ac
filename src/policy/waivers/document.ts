import type { DiagnosticSpec, Finding } from '../../diagnostics/index.ts';
import { isObjection } from '../../diagnostics/index.ts';
import { readChecked } from '../checked.ts';
import { diagnostics as policyDiagnostics } from '../diagnostics.ts';
import type { Problems } from '../problems.ts';
import { nearest, shownTree } from '../problems.ts';
import type { MapTree, ScalarTree, Tree } from '../yaml.ts';
import { diagnostics } from './diagnostics.ts';
import { parseExpiry } from './moment.ts';
import type { WaiverInput } from './schema.ts';
import { waiversSchema } from './schema.ts';
import type { Waiver } from './waiver.ts';

/** What a waiver can name. */
export interface Waivable {
  /** Ids of rules. */
  readonly rules: readonly string[];
  /** Every finding by code. */
  readonly findings: ReadonlyMap<string, { readonly spec: DiagnosticSpec }>;
}

export interface ParsedWaivers {
  /** Empty when there are findings: a file is taken as a whole or not at all. */
  readonly waivers: readonly Waiver[];
  readonly findings: readonly Finding[];
}

const WORDS = {
  schema: waiversSchema,
  whole: 'the file of waivers',
  parts: 'waivers',
  nameOf: (_: MapTree, index: number) => `waiver ${index + 1}`,
};

/** Reads one file of waivers, YAML or JSON. Never throws: everything that is wrong with the text is a finding. */
export function parseWaivers(text: string, uri: string, known: Waivable): ParsedWaivers {
  const { tree, data, problems } = readChecked(text, uri, WORDS);
  const trees = tree === null ? [] : waiverTrees(tree);
  for (const [index, waiver] of trees.entries()) checkWaiver(waiver, WORDS.nameOf(waiver, index), known, problems);
  const { findings } = problems;
  if (data === null || findings.length > 0) return { waivers: [], findings };
  const waivers = data.waivers.map((input, index) =>
    build(input, uri, problems.place(trees[index]?.at ?? 0), known.findings),
  );
  return { waivers, findings };
}

function waiverTrees(tree: Tree): readonly MapTree[] {
  const waivers = tree.kind === 'map' ? tree.entries.get('waivers')?.value : undefined;
  return waivers?.kind === 'list' ? waivers.items.filter((waiver) => waiver.kind === 'map') : [];
}

/** What a schema cannot say, or not as well. */
function checkWaiver(tree: MapTree, where: string, known: Waivable, problems: Problems): void {
  const [rule, code] = [tree.entries.get('rule'), tree.entries.get('code')];
  if (rule === undefined && code === undefined) problems.missingKey({ where, key: 'rule or code' }, tree.at);
  if (rule !== undefined && code !== undefined) {
    const hint = 'Make two waivers of it.';
    problems.notAllowed({ key: 'code', where, reason: 'it has a rule', hint }, code.keyAt);
  }
  const scope = mapOf(tree, 'scope');
  if (scope?.entries.size === 0) {
    problems.missingKey({ where: `scope of ${where}`, key: 'digest, name or source' }, scope.at);
  }
  checkSource(scope, problems);
  const ruleId = textOf(tree, 'rule');
  if (ruleId !== null && !known.rules.includes(ruleId.value.trim())) {
    const hint = nearest(ruleId.value, known.rules, 'vm-import policy list shows the rules.');
    wrong(problems, 'rule', ruleId, 'the id of a rule of the policy or of a preset', hint);
  }
  const name = textOf(tree, 'code');
  if (name !== null) checkCode(name, scope, where, known, problems);
}

function checkSource(scope: MapTree | null, problems: Problems): void {
  const source = scope === null ? null : textOf(scope, 'source');
  if (source === null || /^(?:\/|[a-z][a-z0-9+.-]*:\/\/)/.test(source.value.trim())) return;
  wrong(problems, 'source', source, 'the pattern of an absolute path', 'Sources are compared as absolute paths.');
}

/** Codes under which policies and waivers speak for themselves. */
const OWN = [...Object.values(policyDiagnostics), ...Object.values(diagnostics)].map(({ code }) => code);

function checkCode(code: Text, scope: MapTree | null, where: string, { findings }: Waivable, problems: Problems): void {
  const name = code.value.trim();
  const spec = findings.get(name)?.spec;
  if (spec === undefined) {
    const hint = nearest(name, [...findings.keys()], 'The code is in brackets at the end of the line of a finding.');
    wrong(problems, 'code', code, 'the code of a finding', hint);
  } else if (OWN.includes(name)) {
    const hint = 'Write rule: and the id of the rule.';
    wrong(problems, 'code', code, 'the code of a finding that no policy raises', hint);
  } else if (spec.safety === true && scope !== null && !scope.entries.has('digest') && !scope.entries.has('source')) {
    // an image can bring its own name
    problems.missingKey({ where: `scope of ${where}, which is about safety`, key: 'digest or source' }, scope.at);
  }
}

function build(input: WaiverInput, uri: string, pointer: string, findings: Waivable['findings']): Waiver {
  const { rule = null, code = null, scope, reason, owner, ticket = null } = input;
  const spec = code === null ? undefined : findings.get(code)?.spec;
  const digests = scope.digest === undefined ? null : [scope.digest].flat().map((digest) => digest.toLowerCase());
  return {
    rule,
    code,
    possible: spec === undefined || isObjection(spec),
    powerless: null,
    scope: { digests, name: scope.name ?? null, source: scope.source ?? null },
    reason,
    owner,
    ticket,
    expires: parseExpiry(input.expires) ?? '',
    uri,
    pointer,
  };
}

type Text = ScalarTree & { readonly value: string };

function wrong(problems: Problems, key: string, tree: Text, expected: string, hint: string): void {
  problems.wrongValue({ key, value: shownTree(tree), expected, hint }, tree.at);
}

function mapOf(tree: MapTree, key: string): MapTree | null {
  const value = tree.entries.get(key)?.value;
  return value?.kind === 'map' ? value : null;
}

function textOf(tree: MapTree, key: string): Text | null {
  const value = tree.entries.get(key)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? { ...value, value: value.value } : null;
}
