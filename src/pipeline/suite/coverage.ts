import { type Decision, hadEffect, type RuleCheck, type RuleCoverage } from '../../facts/index.ts';
import type { Policy } from '../../policy/index.ts';
import type { LoadedSuite } from './load.ts';

/** Counts, over all cases of all suites, which rules acted and which did not. */
export class Coverage {
  readonly #rules = new Map<string, RuleCoverage>();
  readonly #unconditional = new Set<string>();

  /** Takes note of the rules that a suite could see. */
  expect({ policy, refs }: LoadedSuite): void {
    const tried = policy.trial?.rules.filter(({ mode }) => mode === 'audit') ?? [];
    for (const rule of [...policy.rules, ...tried]) {
      const { id, title, uri, pointer } = rule;
      const before = this.#rules.get(keyOf(rule));
      const own = before?.own === true || isOwn(uri, refs);
      const always = canOnlyAct(rule);
      if (rule.when === null) this.#unconditional.add(keyOf(rule));
      const counted = { fired: before?.fired ?? 0, silent: before?.silent ?? 0 };
      this.#rules.set(keyOf(rule), {
        rule: id,
        title,
        uri,
        pointer,
        own,
        audited: rule.mode === 'audit',
        always,
        ...counted,
      });
    }
  }

  /** `tried` are the decisions as they would be were everything in audit mode enforced. */
  count(checks: readonly RuleCheck[], decisions: readonly Decision[], tried: readonly Decision[]): void {
    for (const { rule: id, uri, outcome, audited } of checks) {
      const rule = this.#rules.get(keyOf({ id, uri }));
      if (rule === undefined) continue;
      // a vote that every image gets acts where it makes a difference
      const voted = outcome === 'applied' && this.#unconditional.has(keyOf({ id, uri }));
      const acted = voted
        ? rule.always || hadEffect(id, audited ? tried : decisions)
        : outcome === 'failed' || outcome === 'applied';
      const silent = (voted && !acted) || outcome === 'passed' || outcome === 'not-applied';
      const { fired, silent: before } = rule;
      this.#rules.set(keyOf({ id, uri }), { ...rule, fired: fired + Number(acted), silent: before + Number(silent) });
    }
  }

  get rules(): readonly RuleCoverage[] {
    return [...this.#rules.values()];
  }
}

function keyOf({ id, uri }: { readonly id: string; readonly uri: string }): string {
  return `${uri} ${id}`;
}

/** A policy may be a directory of files. */
function isOwn(uri: string, refs: readonly string[]): boolean {
  return refs.some((ref) => uri === ref || uri.startsWith(`${ref.replace(/\/$/, '')}/`));
}

/** Without a condition a rule always speaks; only limits, prohibitions and recommendations may make no difference. */
function canOnlyAct({ when, phase, announcement, effects }: Policy['rules'][number]): boolean {
  if (when !== null) return false;
  return announcement !== null || (phase === 'vote' && effects.every(({ origin }) => origin === 'policy-set'));
}
