import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/diagnostics/verdict.ts';
import { deniedByWarnings, exitOf, tally } from '../../src/report/standing.ts';
import { printable } from '../../src/report/words.ts';
import { denied, finding, reported, WAIVER } from './documents.ts';

/** Every way in which a finding can stand. */
const KINDS = [
  finding(),
  finding({ exit: 2, code: 'x/usage' }),
  finding({ exit: 4, code: 'plan/unresolved' }),
  finding({ severity: 'warning' }),
  finding({ severity: 'info', exit: 0 }),
  denied('r'),
  denied('r', { waiver: WAIVER }),
  denied('r', { audited: true }),
];

describe('what findings amount to', () => {
  it('counts what counts, and names what does not', () => {
    const { report } = reported({ findings: KINDS });
    expect(tally(report.findings)).toBe('4 errors, 1 warning, 1 waived, 1 in audit mode');
    expect(tally([])).toBe('0 errors, 0 warnings');
  });

  it('is the exit status of the run, whatever the findings', () => {
    fc.assert(
      fc.property(fc.subarray(KINDS), fc.boolean(), (findings, strict) => {
        const { report } = reported({ findings, strict });
        expect(exitOf(report)).toBe(judge(findings, { strict }).exit);
        const lenient = judge(findings, { strict: false });
        expect(deniedByWarnings(report)).toBe(lenient.exit === 0 && judge(findings, { strict }).exit === 1);
      }),
    );
  });
});

describe('printable text', () => {
  it('ends between characters, not in one', () => {
    for (const before of ['', 'a']) {
      const text = printable(`${before}${'\u{1f600}'.repeat(3000)}`);
      expect(text).toMatch(/\.\.\.$/);
      expect(text).not.toMatch(/\p{Cs}/u);
    }
  });
});
