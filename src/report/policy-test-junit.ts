import type { BrokenSuite, CaseResult, PolicyTestReport, SuiteResult } from '../facts/index.ts';
import { junitXml, type TestCase } from './junit-xml.ts';
import { differenceLine } from './policy-test-text.ts';
import { findingText } from './words.ts';

/** JUnit XML: a test suite for each file; one that could not be run has one case, with an error. */
export function policyTestJunit({ suites, broken }: PolicyTestReport): string {
  return junitXml('vm-import policy test', [
    ...suites.map((suite) => ({ name: suite.uri, cases: suite.cases.map((one) => testCase(suite, one)) })),
    ...broken.map((suite) => ({ name: suite.uri, cases: [brokenCase(suite)] })),
  ]);
}

function brokenCase({ uri, findings }: BrokenSuite): TestCase {
  return {
    name: 'can be run',
    classname: classOf(uri),
    outcome: 'error',
    message: findings[0]?.message ?? '',
    details: findings.map(findingText).join('\n'),
    file: uri,
  };
}

function testCase({ uri }: SuiteResult, one: CaseResult): TestCase {
  const lines =
    one.trouble === null ? one.differences.map((each) => differenceLine(uri, each)) : [findingText(one.trouble)];
  return {
    name: one.name,
    classname: classOf(uri),
    outcome: one.outcome,
    message: lines[0] ?? '',
    details: lines.join('\n'),
    ...where(uri, one.pointer),
  };
}

function classOf(uri: string): string {
  return uri.replace(/\.test\.(?:ya?ml|json)$/i, '').replaceAll('/', '.');
}

function where(uri: string, pointer: string): Pick<TestCase, 'file' | 'line'> {
  return { file: uri, line: Number(pointer.split(':', 1)[0]) };
}
