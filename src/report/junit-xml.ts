import { create } from 'xmlbuilder2';
import { printable } from './words.ts';

/** One check in the terms of JUnit. `failed`: it says no. `error`: it could not be made. */
export interface TestCase {
  readonly name: string;
  /** Groups cases in viewers; a dotted name. Viewers know a case by its two names, so they should be unlike any other's. */
  readonly classname: string;
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
  /** One line; empty for what passed. */
  readonly message: string;
  /** The rest of what there is to say. */
  readonly details: string;
  /** A file and line, where the check stands in one. GitLab links them; Jenkins' schema does not know them. */
  readonly file?: string;
  readonly line?: number;
}

export interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

/**
 * The JUnit XML that GitLab, Jenkins and GitHub's viewers read: what the Jenkins xunit schema takes in its version 4 of
 * 2010 and in version 10, so no count of what was skipped in the root, and the reason in the text of `skipped`. No
 * times: the same input gives the same bytes.
 */
export function junitXml(name: string, suites: readonly TestSuite[]): string {
  const { skipped: _, ...all } = totals(suites.flatMap(({ cases }) => cases));
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', { name: legible(name), ...all });
  for (const suite of suites) {
    const element = root.ele('testsuite', { name: legible(suite.name), ...totals(suite.cases) });
    for (const test of suite.cases) addCase(element, test);
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

type Element = ReturnType<typeof create>;

function addCase(suite: Element, { name, classname, file, line, outcome, message, details }: TestCase): void {
  const test = suite.ele('testcase', {
    name: legible(name),
    classname: legible(classname),
    ...(file === undefined ? {} : { file: legible(file) }),
    ...(line === undefined ? {} : { line: String(line) }),
  });
  const text = lines(details);
  switch (outcome) {
    case 'passed':
      if (text !== '') test.ele('system-out').txt(text);
      return;
    case 'skipped':
      test.ele('skipped').txt([legible(message), text].filter((part) => part !== '').join('\n'));
      return;
    case 'failed':
      test.ele('failure', { message: legible(message) }).txt(text);
      return;
    case 'error':
      test.ele('error', { message: legible(message) }).txt(text);
      return;
  }
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

/**
 * Printable, and made of characters of XML 1.0. xmlbuilder2 leaves alone what looks like an entity when it writes, so
 * that `&copy;` would come out as it is: the ampersand is escaped before it sees one.
 */
function legible(text: string): string {
  return printable(text)
    .replace(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replaceAll('&', '&amp;');
}

function lines(text: string): string {
  return text.split('\n').map(legible).join('\n');
}
