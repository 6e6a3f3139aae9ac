import type { BrokenSuite, CaseResult, PolicyTestReport, SuiteResult } from '../../facts/index.ts';
import { word } from '../../report/words.ts';
import { Coverage } from './coverage.ts';
import { findSuites } from './find.ts';
import { type Catalogue, loadSuite } from './load.ts';
import { runCase } from './run-case.ts';

/**
 * Runs policy tests: files, or directories to search; without any, the current directory. One suite that cannot be run
 * keeps none of the others from running. Throws VmImportError (exit 2) where there is no test at all.
 */
export async function testPolicies(paths: readonly string[], catalogue: Catalogue): Promise<PolicyTestReport> {
  const suites: SuiteResult[] = [];
  const broken: BrokenSuite[] = [];
  const coverage = new Coverage();
  for (const uri of await findSuites(paths)) {
    const { loaded, findings } = await loadSuite(uri, catalogue);
    if (loaded === null) {
      broken.push({ uri, findings: findings.map(word) });
      continue;
    }
    coverage.expect(loaded);
    const cases: CaseResult[] = [];
    for (const one of loaded.suite.cases) {
      const { result, checks, decisions, tried } = await runCase(one, loaded, catalogue);
      cases.push(result);
      coverage.count(checks, decisions, tried);
    }
    suites.push({ uri, policy: loaded.suite.policy.map(({ value }) => value), cases });
  }
  return { schema: 'vm-import/policy-test-report@1', suites, coverage: coverage.rules, broken };
}
