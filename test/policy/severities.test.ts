import { describe, expect, it } from 'vitest';
import type { DiagnosticSpec, Severity } from '../../src/diagnostics/index.ts';
import type { SeverityChange } from '../../src/policy/policy.ts';
import { changeSeverities, ownSeverities, severityProblem } from '../../src/policy/severities.ts';
import { finding, outcome } from './waivers.ts';

const change = (code: string, severity: Severity): SeverityChange => ({
  code,
  severity,
  uri: 'site.yaml',
  pointer: '4:3',
});
const own = (fields: Parameters<typeof finding>[0]) => finding({ rule: null, code: 'plan/x', ...fields });

describe('the severity of a finding', () => {
  it.each<[string, ReturnType<typeof finding>, Severity, readonly string[]]>([
    ['is raised', own({ severity: 'info' }), 'error', ['plan/x error']],
    ['is lowered', own({ severity: 'warning' }), 'info', ['plan/x info']],
    ['of an error behind which nothing is missing is lowered', own({ exit: 4 }), 'warning', ['plan/x warning']],
    [
      'of an error behind which something is missing stays',
      own({ exit: 4, objection: false }),
      'warning',
      ['plan/x error', 'policy/severity-kept warning'],
    ],
    ['of such an error can be said again', own({ exit: 4, objection: false }), 'error', ['plan/x error']],
    [
      'stays where it concerns safety',
      own({ exit: 3, safety: true }),
      'info',
      ['plan/x error', 'policy/severity-kept warning'],
    ],
    [
      'is not raised where it concerns safety',
      own({ severity: 'warning', safety: true }),
      'error',
      ['plan/x warning', 'policy/severity-kept warning'],
    ],
    ['of a rule belongs to the rule', finding({ code: 'plan/x' }), 'info', ['plan/x error']],
    ['of another code stays', own({ code: 'plan/y' }), 'info', ['plan/y error']],
  ])('%s', (_, found, severity, expected) => {
    const changes = [change('plan/x', severity)];
    const changed = changeSeverities([found], changes);
    expect(outcome(changed)).toEqual(expected);
    expect(changeSeverities(changed, changes)).toEqual(changed);
  });

  it('that it was raised with is known, however often it is changed', () => {
    const found = [own({ severity: 'warning' }), own({ exit: 4, objection: false })];
    const once = changeSeverities(found, [change('plan/x', 'info')]);
    expect(ownSeverities(once)).toEqual(found);
    expect(ownSeverities(changeSeverities(once, [change('plan/x', 'warning')]))).toEqual(found);
  });

  it('is the one said last', () => {
    const changes = [change('plan/x', 'error'), change('plan/x', 'info')];
    expect(outcome(changeSeverities([own({ severity: 'warning' })], changes))).toEqual(['plan/x info']);
  });
});

describe('a change of severity that can never be made', () => {
  const spec = (fields: Partial<DiagnosticSpec>): DiagnosticSpec => ({
    severity: 'error',
    exit: 4,
    message: 'm',
    remedy: 'r',
    explain: 'e',
    ...fields,
  });

  it.each<[string, Partial<DiagnosticSpec>, Severity, boolean]>([
    ['raises a warning', { severity: 'warning' }, 'error', true],
    ['lowers a warning', { severity: 'warning' }, 'info', true],
    ['lowers an error that leads to 1', { exit: 1 }, 'warning', true],
    ['lowers an error that leads to 4', {}, 'warning', false],
    ['lowers an objection that leads to 4', { objection: true }, 'warning', true],
    ['says error of an error', {}, 'error', true],
    ['lowers safety', { safety: true, objection: true }, 'info', false],
    ['raises safety', { safety: true, severity: 'warning' }, 'error', false],
  ])('%s', (_, fields, severity, possible) => {
    expect(severityProblem(spec(fields), severity) === undefined).toBe(possible);
  });
});
