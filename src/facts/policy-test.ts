import type { Verdict } from '../diagnostics/verdict.ts';
import type { FindingDocument } from './documents.ts';
import type { Value } from './keys.ts';

/** Lists of what has to be raised. */
export type ExpectedList = 'findings' | 'includes' | 'audited' | 'waived';

/** One expectation of a policy test that did not hold; `pointer` is its `line:column` in the suite. */
export type Difference = { readonly pointer: string } & (
  | { readonly kind: 'verdict'; readonly expected: Verdict; readonly got: Verdict }
  /** Expected, and not raised so; `under` is the list that it could be expected in, null where it was not raised. */
  | {
      readonly kind: 'missing';
      readonly list: ExpectedList;
      readonly name: string;
      readonly under: Exclude<ExpectedList, 'findings'> | null;
    }
  /** Raised, and not expected. */
  | {
      readonly kind: 'unexpected';
      readonly list: 'findings' | 'excludes';
      readonly name: string;
      readonly message: string;
    }
  /** null is undecided. */
  | { readonly kind: 'value'; readonly key: string; readonly expected: Value | null; readonly got: Value | null }
);

export interface CaseResult {
  readonly name: string;
  readonly pointer: string;
  /** `error`: it could not be run, as `trouble` says. */
  readonly outcome: 'passed' | 'failed' | 'error';
  readonly verdict: Verdict | null;
  readonly differences: readonly Difference[];
  /** Everything that was found, whether it was expected or not. */
  readonly findings: readonly FindingDocument[];
  readonly trouble: FindingDocument | null;
}

export interface SuiteResult {
  readonly uri: string;
  /** The policies under test, as the suite names them. */
  readonly policy: readonly string[];
  readonly cases: readonly CaseResult[];
}

/** How often the cases saw a rule act, and how often they saw it leave things alone. */
export interface RuleCoverage {
  readonly rule: string;
  readonly title: string | null;
  readonly uri: string;
  readonly pointer: string;
  /** In a policy that a suite tests; false for rules of what that policy extends. */
  readonly own: boolean;
  /** In audit mode: what it would do is counted. */
  readonly audited: boolean;
  readonly fired: number;
  readonly silent: number;
  /** It has no condition that could keep it silent. */
  readonly always: boolean;
}

/** Whether a rule was seen both ways, as far as it has two. */
export function isCovered({ fired, silent, always }: RuleCoverage): boolean {
  return fired > 0 && (silent > 0 || always);
}

export interface BrokenSuite {
  readonly uri: string;
  readonly findings: readonly FindingDocument[];
}

/** What `policy test --json` prints. */
export interface PolicyTestReport {
  readonly schema: 'vm-import/policy-test-report@1';
  readonly suites: readonly SuiteResult[];
  readonly coverage: readonly RuleCoverage[];
  /** Suites that could not be run, and why. They are not among the others. */
  readonly broken: readonly BrokenSuite[];
}
