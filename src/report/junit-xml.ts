import { create } from 'xmlbuilder2';
import { printable } from './words.ts';

/** One check in the terms of JUnit. `failed`: it says no. `error`: it could not be made. */
export interface TestCase {
  readonly name: string;
  /** Groups cases in viewers; a dotted name. */
  readonly classname: string;
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
  /** One line; empty for what passed. */
  readonly message: string;
  /** The rest of what there is to say. */
  readonly details: string;
  /** A file and line, where the check stands in one. */
  readonly file?: string;
  readonly line?: number;
}

export interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

const TAGS = { failed: 'failure', error: 'error', skipped: 'skipped' } as const;

/**
 * The JUnit XML that GitLab, Jenkins and GitHub's viewers read (the Jenkins xunit schema). No times: the same input
 * gives the same bytes.
 */
export function junitXml(name: string, suites: readonly TestSuite[]): string {
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: printable(name),
    ...totals(suites.flatMap(({ cases }) => cases)),
  });
  for (const suite of suites) {
    const element = root.ele('testsuite', { name: printable(suite.name), ...totals(suite.cases) });
    for (const test of suite.cases) {
      const { file, line } = test;
      const child = element.ele('testcase', {
        name: printable(test.name),
        classname: printable(test.classname),
        ...(file === undefined ? {} : { file: printable(file) }),
        ...(line === undefined ? {} : { line: String(line) }),
      });
      if (test.outcome === 'passed') continue;
      child.ele(TAGS[test.outcome], { message: printable(test.message) }).txt(lines(test.details));
    }
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

function totals(cases: readonly TestCase[]) {
  const count = (outcome: TestCase['outcome']) => String(cases.filter((test) => test.outcome === outcome).length);
  return {
    tests: String(cases.length),
    failures: count('failed'),
    errors: count('error'),
    skipped: count('skipped'),
  };
}

function lines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
