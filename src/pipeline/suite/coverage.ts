import type { RuleCheck, RuleCoverage } from '../../facts/index.ts';
import type { Policy } from '../../policy/index.ts';
import type { LoadedSuite } from './load.ts';

/** Counts, over all cases of all suites, which rules acted and which did not. */
export class Coverage {
  readonly #rules = new Map<string, RuleCoverage>();

  /** Takes note of the rules that a suite could see. */
  expect({ policy, refs }: LoadedSuite): void {
    for (const rule of policy.rules) {
      const { id, title, uri, pointer } = rule;
      const before = this.#rules.get(keyOf(rule));
      const own = before?.own === true || isOwn(uri, refs);
      const always = canOnlyAct(rule);
      const counted = { fired: before?.fired ?? 0, silent: before?.silent ?? 0 };
      this.#rules.set(keyOf(rule), { rule: id, title, uri, pointer, own, always, ...counted });
    }
  }

  count(checks: readonly RuleCheck[]): void {
    for (const { rule: id, uri, outcome } of checks) {
      const rule = this.#rules.get(keyOf({ id, uri }));
      if (rule === undefined) continue;
      const fired = outcome === 'failed' || outcome === 'applied' ? 1 : 0;
      const silent = outcome === 'passed' || outcome === 'not-applied' ? 1 : 0;
      this.#rules.set(keyOf({ id, uri }), { ...rule, fired: rule.fired + fired, silent: rule.silent + silent });
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

/** Without a condition a rule acts on every image, unless it is the plan that it holds against its limits. */
function canOnlyAct({ when, phase, announcement }: Policy['rules'][number]): boolean {
  return when === null && (phase === 'vote' || announcement !== null);
}
