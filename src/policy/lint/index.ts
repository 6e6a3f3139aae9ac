import type { Finding } from '../../diagnostics/index.ts';
import { canonical } from '../cel/tree.ts';
import { bringPatterns, evaluateAlone, syntaxTree } from '../conditions.ts';
import { byRule, policyPlace } from '../diagnostics.ts';
import { binds } from '../engine.ts';
import type { EffectiveRule, Expression, Policy } from '../policy.ts';
import { diagnostics } from './diagnostics.ts';
import { isClosed, possible } from './formula.ts';
import { type Missing, missing } from './missing.ts';
import { relations } from './relations.ts';
import type { JudgedRule } from './saying.ts';
import { FAILS, TRUE } from './values.ts';
import { type UnknownValue, unknownSystems, unknownValues, type Vocabulary } from './vocabulary.ts';

export { lintWaivers } from './waivers.ts';
export type { Vocabulary };

/**
 * What a policy says of itself without any image: rules that never or always apply, that another one makes pointless,
 * and comparisons with what never is. What is tried out is looked at, too: it is written to be enforced one day. In the
 * order of the files.
 */
export async function lintPolicy(loaded: Policy, vocabulary: Vocabulary): Promise<readonly Finding[]> {
  const policy = loaded.trial === null ? loaded : withLocksInForce(loaded.trial, loaded);
  await bringPatterns([...loaded.rules, ...policy.rules].flatMap(({ when }) => when ?? []));
  const judged = policy.rules.map((rule, order) => judge(rule, order, vocabulary));
  const findings = [
    ...judged.flatMap((rule) => rule.findings),
    ...relations(
      judged.filter(({ dead }) => !dead),
      vocabulary.compatibility,
    ),
    ...policy.off.map((rule) => offNote(rule, loaded)),
  ];
  const files = policy.documents.map(({ uri }) => uri);
  const place = ({ at: [at] }: Finding) => [
    files.indexOf(at?.uri ?? ''),
    ...(at?.pointer ?? '').split(':').map(Number),
  ];
  return findings
    .map((finding) => ({ finding, place: place(finding) }))
    .toSorted((a, b) => compareLists(a.place, b.place))
    .map(({ finding }) => finding);
}

/** A lock that is only tried out holds against nothing. */
function withLocksInForce(trial: Policy, { rules }: Policy): Policy {
  const unlocked = new Set(rules.flatMap(({ id, locked }) => (locked ? [] : [id])));
  return { ...trial, rules: trial.rules.map((rule) => (unlocked.has(rule.id) ? { ...rule, locked: false } : rule)) };
}

const IF_ENFORCED = 'if what is in audit mode were enforced';

function offNote(rule: EffectiveRule, { off }: Policy): Finding {
  const how = off.some(({ id }) => id === rule.id) ? 'is switched off' : `would be switched off ${IF_ENFORCED}`;
  return byRule(diagnostics.off({ rule: rule.id, how }, policyPlace(rule)), rule.id);
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((number, index) => number !== b[index]);
  return differs < 0 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0);
}

interface Judged extends JudgedRule {
  readonly dead: boolean;
  readonly findings: readonly Finding[];
}

function judge(rule: EffectiveRule, order: number, vocabulary: Vocabulary): Judged {
  const notes = [...notesOf(rule), ...unknownChoices(rule, vocabulary)];
  const counts = rule.targets === null && rule.mode === 'enforce';
  if (rule.when === null) return { rule, order, always: counts, dead: false, condition: '', findings: notes };
  const tree = syntaxTree(rule.when.text, rule.phase);
  const at = policyPlace({ uri: rule.uri, pointer: rule.when.pointer });
  const unknown = unknownValues(tree, rule.phase, vocabulary);
  const mask = possible(tree, rule.phase);
  const [always, dead] = [mask === TRUE, (mask & TRUE) === 0];
  const findings = unknown.map((value) => byRule(unknownFinding(rule, value, at), rule.id));
  if (mask === FAILS) findings.push(byRule(alwaysFails(rule, rule.when, at), rule.id));
  // an unknown value is why, and its finding says more
  else if (dead && unknown.length === 0) {
    findings.push(byRule(diagnostics['never-applies']({ rule: rule.id }, at), rule.id));
  }
  if (mask !== FAILS) findings.push(...missing(tree).map((fact) => byRule(missingFinding(rule, fact, at), rule.id)));
  if (always) findings.push(byRule(diagnostics['always-applies']({ rule: rule.id }, at), rule.id));
  const condition = always ? '' : canonical(tree);
  return { rule, order, always: always && counts, dead, condition, findings: [...findings, ...notes] };
}

function unknownChoices(rule: EffectiveRule, vocabulary: Vocabulary): readonly Finding[] {
  return rule.effects.flatMap((effect) => {
    const at = policyPlace({ uri: rule.uri, pointer: effect.pointer });
    return unknownSystems(effect, vocabulary).map((value) => byRule(unknownFinding(rule, value, at), rule.id));
  });
}

function missingFinding(rule: EffectiveRule, { fact, how, guard }: Missing, at: Finding['at']): Finding {
  const why = how === 'null' ? 'which is null where it is unknown' : 'which not every image has';
  const finding = diagnostics['may-be-missing']({ rule: rule.id, fact, how: why, guard }, at);
  return how === 'absent' || binds(rule) ? finding : { ...finding, severity: 'info' };
}

/** What it fails with is known only where it asks for no fact. */
function alwaysFails(rule: EffectiveRule, when: Expression, at: Finding['at']): Finding {
  const outcome = evaluateAlone(when.text, rule.phase);
  const closed = !outcome.ok && isClosed(syntaxTree(when.text, rule.phase)) ? outcome : null;
  const ends = binds(rule) || (closed !== null && closed.cause !== 'unknown');
  const so = ends ? 'so that every import ends with status 2' : 'so that the rule is left out, or the import ends';
  return diagnostics['always-fails']({ rule: rule.id, problem: closed === null ? '' : ` (${closed.problem})`, so }, at);
}

function unknownFinding(rule: EffectiveRule, value: UnknownValue, at: Finding['at']): Finding {
  const { kind, what, hint } = value;
  if (kind === 'device-key') return diagnostics[kind]({ rule: rule.id, key: what, scope: value.value }, at);
  return diagnostics[kind]({ rule: rule.id, what, value: value.value, hint }, at);
}

function notesOf(rule: EffectiveRule): readonly Finding[] {
  const [replaced] = rule.replaced;
  const place = replaced === undefined ? undefined : `${replaced.uri}:${replaced.pointer}`;
  const tried = rule.mode === 'audit';
  const replacing = { takes: tried ? 'would take' : 'takes', tried: tried ? ` ${IF_ENFORCED}` : '' };
  const braced = (['remedy', 'title'] as const).filter((key) => /\{\{.*\}\}/s.test(rule[key] ?? ''));
  return [
    ...(place === undefined
      ? []
      : [byRule(diagnostics.replaced({ rule: rule.id, place, ...replacing }, policyPlace(rule)), rule.id)]),
    ...(rule.announcement?.kind === 'deny' && rule.remedy === null
      ? [byRule(diagnostics['no-remedy']({ rule: rule.id }, policyPlace(rule)), rule.id)]
      : []),
    ...braced.map((key) => byRule(diagnostics['literal-braces']({ rule: rule.id, key }, policyPlace(rule)), rule.id)),
  ];
}
