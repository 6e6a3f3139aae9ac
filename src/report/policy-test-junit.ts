import type { CaseResult, PolicyTestReport, SuiteResult } from '../facts/index.ts';
import { junitXml, type TestCase } from './junit-xml.ts';
import { differenceLine } from './policy-test-text.ts';
import { findingText } from './words.ts';

/** JUnit XML: a test suite for each file; a file that could not be run is a test case with an error. */
export function policyTestJunit({ suites, findings }: PolicyTestReport): string {
  const broken = findings.map((finding): TestCase => {
    const place = finding.at[0];
    return {
      name: place?.uri ?? finding.code,
      classname: finding.code.replace('/', '.'),
      outcome: 'error',
      message: finding.message,
      details: findingText(finding),
      ...where(place?.uri ?? null, place?.pointer ?? null),
    };
  });
  return junitXml('vm-import policy test', [
    ...suites.map((suite) => ({ name: suite.uri, cases: suite.cases.map((one) => testCase(suite, one)) })),
    ...(broken.length === 0 ? [] : [{ name: 'could not be run', cases: broken }]),
  ]);
}

function testCase({ uri }: SuiteResult, one: CaseResult): TestCase {
  const lines =
    one.trouble === null ? one.differences.map((each) => differenceLine(uri, each)) : [findingText(one.trouble)];
  return {
    name: one.name,
    classname: uri.replace(/\.test\.(?:ya?ml|json)$/, '').replaceAll('/', '.'),
    outcome: one.outcome,
    message: lines[0] ?? '',
    details: lines.join('\n'),
    ...where(uri, one.pointer),
  };
}

function where(uri: string | null, pointer: string | null): Pick<TestCase, 'file' | 'line'> {
  const line = Number(/^(\d+):\d+$/.exec(pointer ?? '')?.[1]);
  return { ...(uri === null ? {} : { file: uri }), ...(Number.isNaN(line) ? {} : { line }) };
}
