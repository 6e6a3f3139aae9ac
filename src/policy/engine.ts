import type { Finding } from '../diagnostics/index.ts';
import { sentence } from '../diagnostics/words.ts';
import type { Key, RuleCheck, RuleOutcome, Vote } from '../facts/index.ts';
import { orderOfRule, SETTLED_FIRST } from '../facts/index.ts';
import { byRule, diagnostics, policyPlace } from './diagnostics.ts';
import type { Outcome } from './evaluate.ts';
import { fillMessage } from './message.ts';
import type { Announcement, Effect, EffectiveRule, Expression, MessagePart, Policy } from './policy.ts';
import { REMEDIES } from './remedies.ts';
import type { Scope, VerifyContext, VoteContext } from './scope.ts';
import { verifyScope, voteScope } from './scope.ts';
import { namesTarget } from './targets.ts';

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
export async function settlingVotes(
  policy: Policy,
  { evidence, targets }: Pick<VoteContext, 'evidence' | 'targets'>,
): Promise<readonly Vote[]> {
  const settling = policy.rules.filter((rule) => rule.effects.some(settles));
  if (settling.length === 0) return [];
  const unsettled = { evidence, os: null, architecture: null, ...(targets === undefined ? {} : { targets }) };
  const { votes } = await vote({ ...policy, rules: settling }, unsettled);
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
  const evaluator = await evaluatorFor(rules, () => voteScope(context));
  const order = orderOf(policy);
  const votes: Vote[] = [];
  const findings: Finding[] = [];
  const checks: RuleCheck[] = [];
  for (const rule of rules) {
    const applies = ruleApplies(rule, context, evaluator, findings);
    const outcome = OUTCOMES[rule.announcement === null ? 'voting' : 'checking'][applies];
    checks.push(checkOf(rule, outcome, applies === 'yes' ? messageOf(rule, evaluator, findings) : null));
    if (applies !== 'yes') continue;
    votes.push(...rule.effects.map((effect) => asVote(effect, rule, order(rule.id))));
    if (rule.announcement !== null) findings.push(...announce(rule, rule.announcement, evaluator));
  }
  return { votes, findings, checks };
}

type Applies = 'yes' | 'no' | 'error' | 'elsewhere';
const OUTCOMES = {
  checking: { yes: 'failed', no: 'passed', error: 'error', elsewhere: 'skipped' },
  voting: { yes: 'applied', no: 'not-applied', error: 'error', elsewhere: 'skipped' },
} as const satisfies Record<string, Record<Applies, RuleOutcome>>;

/** What a report says of a rule. */
export function checkOf(rule: EffectiveRule, outcome: RuleOutcome, message: string | null = null): RuleCheck {
  const { id, title, phase, mode, uri, pointer, docs, tags } = rule;
  return { rule: id, title, phase, outcome, message, audited: mode === 'audit', uri, pointer, docs, tags };
}

/** What the rules of phase verify say to the finished plan. */
export async function verify(policy: Policy, context: VerifyContext): Promise<Omit<Verdict, 'votes'>> {
  const rules = policy.rules.filter((rule) => rule.phase === 'verify');
  const broken = (rule: EffectiveRule, message: string | null) =>
    rule.effects.flatMap((effect) => checkLimit(effect, rule, context.plan, message));
  // where a limit holds, its condition makes no difference: CEL is not brought in for it
  const open = new Set(rules.filter((rule) => rule.announcement !== null || broken(rule, null).length > 0));
  const evaluator = await evaluatorFor([...open], () => verifyScope(context));
  const findings: Finding[] = [];
  const checks: RuleCheck[] = [];
  for (const rule of rules) {
    const applies = ruleApplies(rule, context, evaluator, findings, open.has(rule));
    const message = applies === 'yes' ? messageOf(rule, evaluator, findings) : null;
    const raised =
      applies !== 'yes'
        ? []
        : [
            ...(rule.announcement === null ? [] : announce(rule, rule.announcement, evaluator)),
            ...broken(rule, message),
          ];
    findings.push(...raised);
    const outcome = raised.length > 0 ? 'failed' : OUTCOMES.checking[applies === 'yes' ? 'no' : applies];
    checks.push(checkOf(rule, outcome, message));
  }
  return { findings, checks };
}

type Evaluator = (expression: Expression) => Outcome;

/** Rules whose expressions are ready to run. */
const ready = new WeakSet<EffectiveRule>();

/** Brings in what runs CEL, and says what expressions see, only when some rule has an expression. */
async function evaluatorFor(rules: readonly EffectiveRule[], scopeOf: () => Scope): Promise<Evaluator> {
  if (!rules.some((rule) => expressionsOf(rule).length > 0)) {
    return () => ({ ok: false, problem: 'no expression was expected', cause: null, exhausted: false });
  }
  const { bringPatterns, evaluate } = await import('./evaluate.ts');
  const others = rules.filter((rule) => !ready.has(rule));
  await bringPatterns(others.flatMap(expressionsOf));
  for (const rule of others) ready.add(rule);
  const scope = scopeOf();
  return (expression) => evaluate(expression.code, scope);
}

function expressionsOf({ when, announcement, message }: EffectiveRule): readonly Expression[] {
  const found = when === null ? [] : [when];
  for (const parts of [announcement?.message, message]) {
    for (const part of parts ?? []) if (typeof part !== 'string') found.push(part);
  }
  return found;
}

function orderOf(policy: Policy): (id: string | null) => number {
  const places = new Map<string | null, number>(
    policy.rules.map(({ id, locked }, index) => [id, orderOfRule(index, policy.rules.length, locked)]),
  );
  return (id) => places.get(id) ?? 0;
}

function ruleApplies(
  rule: EffectiveRule,
  { targets }: VoteContext,
  evaluator: Evaluator,
  findings: Finding[],
  matters = true,
): Applies {
  const concerned = rule.targets?.some((name) => targets?.some((target) => namesTarget(name, target)));
  if (targets !== undefined && concerned === false) return 'elsewhere';
  if (!matters) return 'no';
  if (rule.when === null) return 'yes';
  const outcome = evaluator(rule.when);
  if (outcome.ok && typeof outcome.value === 'boolean') return outcome.value ? 'yes' : 'no';
  const problem = outcome.ok ? 'the condition is neither true nor false' : outcome.problem;
  const cause = outcome.ok ? (outcome.value === null ? 'unknown' : 'type') : outcome.cause;
  const exhausted = !outcome.ok && outcome.exhausted;
  const kind = exhausted
    ? 'too-costly'
    : cause === 'unknown' && !binds(rule)
      ? 'condition-unknown'
      : 'condition-failed';
  const at = policyPlace({ uri: rule.uri, pointer: rule.when.pointer });
  const args = { rule: rule.id, problem };
  const finding =
    kind === 'condition-failed'
      ? diagnostics[kind]({ ...args, hint: REMEDIES[cause ?? 'missing'] }, at)
      : diagnostics[kind](args, at);
  findings.push(byRule(finding, rule.id));
  return 'error';
}

/** Whether letting the rule pass could let through what the policy means to stop. */
export function binds(rule: EffectiveRule): boolean {
  if (rule.announcement !== null && rule.severity === 'error') return true;
  return rule.effects.some(({ strength }) => strength !== 'recommended');
}

function asVote(effect: Effect, rule: EffectiveRule, order: number): Vote {
  const { key, subject, strength, values, origin, pointer } = effect;
  const { id, uri, locked } = rule;
  return { subject, uri, pointer, order, disk: null, rule: id, locked, key, strength, values, origin };
}

function announce(rule: EffectiveRule, announcement: Announcement, evaluator: Evaluator): readonly Finding[] {
  const at = policyPlace({ uri: rule.uri, pointer: announcement.pointer });
  const failures: Finding[] = [];
  const message = filled(announcement.message, rule, evaluator, failures);
  const kind = announcement.kind === 'deny' ? 'denied' : 'warned';
  const finding = diagnostics[kind]({ message, remedy: remedyOf(rule) }, at);
  return [byRule({ ...finding, severity: rule.severity }, rule.id), ...failures];
}

function messageOf(rule: EffectiveRule, evaluator: Evaluator, failures: Finding[]): string | null {
  return rule.message === null ? null : filled(rule.message, rule, evaluator, failures);
}

function filled(
  message: readonly MessagePart[],
  rule: EffectiveRule,
  evaluator: Evaluator,
  failures: Finding[],
): string {
  return fillMessage(message, (expression) => {
    const outcome = evaluator(expression);
    if (outcome.ok) return { value: outcome.value };
    const at = policyPlace({ uri: rule.uri, pointer: expression.pointer });
    failures.push(byRule(diagnostics['message-failed']({ rule: rule.id, problem: outcome.problem }, at), rule.id));
    return null;
  });
}

function remedyOf(rule: EffectiveRule): string {
  const remedy = rule.remedy ?? `Change the image, or ask whoever keeps the rule ${rule.id} in ${rule.uri}.`;
  if (rule.docs === null) return remedy;
  return `${sentence(remedy)} See ${rule.docs}`;
}

const LIMITS = {
  minimum: { relation: 'below', name: 'minimum' },
  maximum: { relation: 'above', name: 'maximum' },
} as const;

function checkLimit(
  effect: Effect,
  rule: EffectiveRule,
  plan: VerifyContext['plan'],
  message: string | null,
): readonly Finding[] {
  const { key, strength } = effect;
  const value = plan[key];
  const [bound] = effect.values;
  if (strength !== 'minimum' && strength !== 'maximum') return [];
  if (typeof value !== 'number' || typeof bound !== 'number') return [];
  if (strength === 'minimum' ? value >= bound : value <= bound) return [];
  const { relation, name } = LIMITS[strength];
  const args = { key, value, relation, bound: `${name} ${bound}`, remedy: remedyOf(rule) };
  const finding = diagnostics.limit(args, policyPlace({ uri: rule.uri, pointer: effect.pointer }));
  const worded = message === null ? finding : { ...finding, message: '{message}', args: { ...args, message } };
  return [byRule({ ...worded, severity: rule.severity }, rule.id)];
}
