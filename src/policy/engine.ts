import type { Finding } from '../diagnostics/index.ts';
import type { Key, RuleCheck, RuleOutcome, Vote } from '../facts/index.ts';
import { vote as makeVote, SETTLED_FIRST } from '../facts/index.ts';
import { byRule, diagnostics, policyPlace } from './diagnostics.ts';
import { fillMessage } from './message.ts';
import type { Announcement, Effect, EffectiveRule, Expression, Phase, Policy } from './policy.ts';
import type { Scope, VerifyContext, VoteContext } from './scope.ts';
import { verifyScope, voteScope } from './scope.ts';

export interface Verdict {
  readonly votes: readonly Vote[];
  readonly findings: readonly Finding[];
  /** One for each rule of the phase. */
  readonly checks: readonly RuleCheck[];
}

/**
 * The votes on `os`, `architecture` and `virt-type`, which are settled before anything else. `vote` gives the same votes again, so
 * one may replace the other. No finding: those that such a rule may raise come from `vote`.
 */
export async function settlingVotes(policy: Policy, evidence: VoteContext['evidence']): Promise<readonly Vote[]> {
  const settling = policy.rules.filter((rule) => rule.effects.some(settles));
  if (settling.length === 0) return [];
  const { votes } = await vote({ ...policy, rules: settling }, { evidence, os: null, architecture: null });
  const order = orderOf(policy);
  return votes.filter(settles).map((one) => ({ ...one, order: order(one.rule) }));
}

function settles({ key }: { readonly key: Key }): boolean {
  const first: readonly Key[] = SETTLED_FIRST;
  return first.includes(key);
}

/** What the voting rules say to this evidence. */
export async function vote(policy: Policy, context: VoteContext): Promise<Verdict> {
  const rules = policy.rules.filter((rule) => rule.phase === 'vote');
  const evaluator = await evaluatorFor(rules, 'vote', () => voteScope(context));
  const order = orderOf(policy);
  const votes: Vote[] = [];
  const findings: Finding[] = [];
  const checks: RuleCheck[] = [];
  for (const rule of rules) {
    const applies = ruleApplies(rule, evaluator, findings);
    const checking = rule.announcement !== null;
    checks.push(checkOf(rule, OUTCOMES[checking ? 'checking' : 'voting'][applies]));
    if (applies !== 'yes') continue;
    votes.push(...rule.effects.map((effect) => asVote(effect, rule, order(rule.id))));
    if (rule.announcement !== null) findings.push(...announce(rule, rule.announcement, evaluator));
  }
  return { votes, findings, checks };
}

type Applies = 'yes' | 'no' | 'error';
const OUTCOMES = {
  checking: { yes: 'failed', no: 'passed', error: 'error' },
  voting: { yes: 'applied', no: 'not-applied', error: 'error' },
} as const satisfies Record<string, Record<Applies, RuleOutcome>>;

/** What a report says of a rule. */
export function checkOf(rule: EffectiveRule, outcome: RuleOutcome): RuleCheck {
  const { id, title, phase, uri, pointer, docs, tags } = rule;
  return { rule: id, title, phase, outcome, audited: false, uri, pointer, docs, tags };
}

/** What the rules of phase verify say to the finished plan. */
export async function verify(policy: Policy, context: VerifyContext): Promise<Omit<Verdict, 'votes'>> {
  const rules = policy.rules.filter((rule) => rule.phase === 'verify');
  const evaluator = await evaluatorFor(rules, 'verify', () => verifyScope(context));
  const findings: Finding[] = [];
  const checks: RuleCheck[] = [];
  for (const rule of rules) {
    const applies = ruleApplies(rule, evaluator, findings);
    const raised =
      applies !== 'yes'
        ? []
        : [
            ...(rule.announcement === null ? [] : announce(rule, rule.announcement, evaluator)),
            ...rule.effects.flatMap((effect) => checkLimit(effect, rule, context.plan)),
          ];
    findings.push(...raised);
    checks.push(checkOf(rule, applies === 'error' ? 'error' : raised.length > 0 ? 'failed' : 'passed'));
  }
  return { findings, checks };
}

type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string; readonly unknown: boolean };
type Evaluator = (expression: Expression) => Outcome;

/** Rules whose expressions are ready to run. */
const ready = new WeakSet<EffectiveRule>();

/** Brings in the CEL engine, and says what expressions see, only when some rule has an expression. */
async function evaluatorFor(rules: readonly EffectiveRule[], phase: Phase, scopeOf: () => Scope): Promise<Evaluator> {
  if (!rules.some((rule) => expressionsOf(rule).length > 0)) {
    return () => ({ ok: false, problem: 'no expression was expected', unknown: false });
  }
  const { bringPatterns, evaluate } = await import('./conditions.ts');
  const others = rules.filter((rule) => !ready.has(rule));
  await bringPatterns(others.flatMap(expressionsOf));
  for (const rule of others) ready.add(rule);
  const scope = scopeOf();
  return (expression) => evaluate(expression, phase, scope);
}

function expressionsOf({ when, announcement }: EffectiveRule): readonly Expression[] {
  const parts = announcement?.message.filter((part) => typeof part !== 'string') ?? [];
  return when === null ? parts : [when, ...parts];
}

/** Of two votes of the same origin the lower order wins, and later rules win over earlier ones. */
function orderOf(policy: Policy): (id: string | null) => number {
  const places = new Map<string | null, number>(
    policy.rules.map((rule, index) => [rule.id, policy.rules.length - 1 - index]),
  );
  return (id) => places.get(id) ?? 0;
}

function ruleApplies(rule: EffectiveRule, evaluator: Evaluator, findings: Finding[]): Applies {
  if (rule.when === null) return 'yes';
  const outcome = evaluator(rule.when);
  if (outcome.ok && typeof outcome.value === 'boolean') return outcome.value ? 'yes' : 'no';
  const problem = outcome.ok ? 'the condition is neither true nor false' : outcome.problem;
  const unknown = outcome.ok ? outcome.value === null : outcome.unknown;
  const kind = unknown && !binds(rule) ? 'condition-unknown' : 'condition-failed';
  const at = policyPlace({ uri: rule.uri, pointer: rule.when.pointer });
  findings.push(byRule(diagnostics[kind]({ rule: rule.id, problem }, at), rule.id));
  return 'error';
}

/** Whether letting the rule pass could let through what the policy means to stop. */
function binds(rule: EffectiveRule): boolean {
  if (rule.announcement !== null && rule.severity === 'error') return true;
  return rule.effects.some(({ strength }) => strength !== 'recommended');
}

function asVote(effect: Effect, rule: EffectiveRule, order: number): Vote {
  const { key, subject, strength, values, origin, pointer } = effect;
  return makeVote({
    key,
    subject,
    strength,
    values,
    origin,
    uri: rule.uri,
    pointer,
    order,
    rule: rule.id,
    locked: rule.locked,
  });
}

function announce(rule: EffectiveRule, announcement: Announcement, evaluator: Evaluator): readonly Finding[] {
  const at = policyPlace({ uri: rule.uri, pointer: announcement.pointer });
  const failures: Finding[] = [];
  const message = fillMessage(announcement.message, (expression) => {
    const outcome = evaluator(expression);
    if (outcome.ok) return { value: outcome.value };
    failures.push(byRule(diagnostics['message-failed']({ rule: rule.id, problem: outcome.problem }, at), rule.id));
    return null;
  });
  const kind = announcement.kind === 'deny' ? 'denied' : 'warned';
  const finding = diagnostics[kind]({ message, remedy: remedyOf(rule) }, at);
  return [byRule({ ...finding, severity: rule.severity }, rule.id), ...failures];
}

function remedyOf(rule: EffectiveRule): string {
  const remedy = rule.remedy ?? `Change the image, or ask whoever keeps the rule ${rule.id} in ${rule.uri}.`;
  return rule.docs === null ? remedy : `${remedy} See ${rule.docs}`;
}

const LIMITS = {
  minimum: { relation: 'below', name: 'minimum' },
  maximum: { relation: 'above', name: 'maximum' },
} as const;

function checkLimit(effect: Effect, rule: EffectiveRule, plan: VerifyContext['plan']): readonly Finding[] {
  const { key, strength } = effect;
  const value = plan[key];
  const [bound] = effect.values;
  if (strength !== 'minimum' && strength !== 'maximum') return [];
  if (typeof value !== 'number' || typeof bound !== 'number') return [];
  if (strength === 'minimum' ? value >= bound : value <= bound) return [];
  const { relation, name } = LIMITS[strength];
  const args = { key, value, relation, bound: `${name} ${bound}`, remedy: remedyOf(rule) };
  const finding = diagnostics.limit(args, policyPlace({ uri: rule.uri, pointer: effect.pointer }));
  return [byRule({ ...finding, severity: rule.severity }, rule.id)];
}
