import { describe, expect, it } from 'vitest';
import { orderOfRule, type Vote } from '../../src/facts/index.ts';
import { word } from '../../src/report/words.ts';
import * as c from './cases.ts';

const { locked, policyDefault, policyForbid, policyMax, policyPrefer, policyRequire, policySet } = c;
const policyMin = (key: Vote['key'], values: Vote['values']): Vote => ({
  ...policyMax(key, [...values]),
  strength: 'minimum',
});
const max = (of: number) => policyMax('memory-mib', [of]);

/** Votes of rules in the order in which these stand in the policy, `r0` first. */
const rules = (...votes: readonly Vote[]): Vote[] =>
  votes.map((of, index) => ({
    ...of,
    order: orderOfRule(index, votes.length, of.locked),
    rule: `r${index}`,
    pointer: `${index + 1}:1`,
  }));

const outcome = (votes: readonly Vote[], path: string, setting?: c.Setting) => {
  const resolution = c.decideAll(votes, setting);
  return [c.valuesOf(resolution)[path], ...resolution.findings.map((finding) => word(finding).message)];
};

const OUT = 'plan/constraint-overruled';

describe('a later rule that would leave nothing of a locked one', () => {
  it.each([
    [
      'require',
      rules(locked(policyPrefer('machine', ['i440fx'])), policyRequire('machine', ['q35'])),
      'machine',
      'i440fx',
    ],
    [
      'forbid',
      rules(locked(policyPrefer('machine', ['i440fx'])), policyForbid('machine', ['i440fx'])),
      'machine',
      'i440fx',
    ],
    ['limit', rules(locked(policyPrefer('memory-mib', [8192])), max(1024)), 'memory-mib', 8192],
    [
      'a default',
      rules(locked(policyDefault('machine', ['i440fx'])), policyForbid('machine', ['i440fx'])),
      'machine',
      'i440fx',
    ],
    [
      'a set',
      rules(locked(policySet('machine', ['i440fx'])), policyForbid('machine', ['i440fx'])),
      'machine',
      'i440fx',
    ],
    [
      'a require',
      rules(locked(policyRequire('machine', ['i440fx'])), policyForbid('machine', ['i440fx'])),
      'machine',
      'i440fx',
    ],
    [
      'a forbid',
      rules(locked(policyForbid('secure-boot', [true])), policyForbid('secure-boot', [false])),
      'secure-boot',
      false,
    ],
    ['a bound', rules(locked(max(4096)), policyMin('memory-mib', [8192])), 'memory-mib', 2048],
    [
      'a later lock',
      rules(locked(policyPrefer('machine', ['i440fx'])), locked(policyForbid('machine', ['i440fx']))),
      'machine',
      'i440fx',
    ],
    [
      'the last of two',
      rules(
        locked(policyPrefer('machine', ['i440fx', 'q35'])),
        policyForbid('machine', ['i440fx']),
        policyForbid('machine', ['q35']),
      ),
      'machine',
      'q35',
    ],
  ])('has no effect, and is told: %s', (_, votes, path, value) => {
    const { findings, ...resolution } = c.decideAll(votes);
    expect(c.valuesOf({ findings, ...resolution })[path]).toBe(value);
    expect(findings.map(({ code, severity, at }) => [code, severity, at.length])).toEqual([[OUT, 'warning', 2]]);
    expect(findings[0]?.args).toMatchObject({
      rule: `r${votes.length - 1}`,
      by: expect.stringMatching(/^the policy (default )?rule r0 \(site.yaml 1:1\)$/),
    });
  });

  it('both rules are named with their places', () => {
    const votes = rules(locked(policyPrefer('secure-boot', [true])), policyRequire('secure-boot', [false]));
    expect(outcome(votes, 'secure-boot')).toEqual([
      true,
      'The rule r1 requires secure-boot false, which has no effect: the policy rule r0 (site.yaml 1:1) is locked.',
    ]);
  });

  it.each([
    [
      'what leaves a value counts',
      rules(locked(policyPrefer('machine', ['i440fx', 'q35'])), policyForbid('machine', ['i440fx'])),
      'q35',
      [],
    ],
    [
      'no lock, no effect of it',
      rules(policyPrefer('machine', ['i440fx']), policyForbid('machine', ['i440fx'])),
      'q35',
      [],
    ],
    [
      'what comes before the lock holds, and the loss is told',
      rules(policyForbid('machine', ['i440fx']), locked(policyPrefer('machine', ['i440fx']))),
      'q35',
      ['plan/locked-lost'],
    ],
    [
      'two locks that both must hold',
      rules(locked(policyRequire('machine', ['i440fx'])), locked(policyForbid('machine', ['i440fx']))),
      null,
      ['plan/unresolved'],
    ],
  ])('but: %s', (_, votes, value, codes) => {
    const resolution = c.decideAll(votes);
    expect(c.valuesOf(resolution)['machine']).toBe(value);
    expect(resolution.findings.map(({ code }) => code)).toEqual(codes);
  });
});

describe('a locked recommendation that does not hold', () => {
  const secure = locked(policyPrefer('secure-boot', [true]));
  const lock = 'although the policy rule r0 (site.yaml 1:1) recommends';

  it('names a flag on another key', () => {
    expect(outcome([...rules(secure), c.flag('machine', 'i440fx')], 'secure-boot')).toEqual([
      false,
      `secure-boot is false, ${lock} secure-boot true and is locked: on x86, enforced Secure Boot needs SMM, which only q35 has (here: architecture x86_64, machine i440fx); machine is i440fx because of the flag (--set).`,
    ]);
  });

  it('names a rule on another key', () => {
    const { findings } = c.decideAll(rules(secure, policySet('machine', ['i440fx'])));
    expect(findings.map(({ code }) => code)).toEqual(['plan/locked-lost']);
    expect(findings[0]?.at).toEqual([
      { origin: 'policy-prefer', uri: 'site.yaml', pointer: '1:1' },
      { origin: 'compatibility', uri: null, pointer: 'secure-boot-needs-q35' },
      { origin: 'policy-set', uri: 'site.yaml', pointer: '2:1' },
    ]);
  });

  it.each<[string, Vote[], string, c.Setting]>([
    ['the host', rules(locked(policyPrefer('graphics', ['spice']))), 'host', { host: c.host(c.domain()) }],
    ['a driver', rules(locked(policyPrefer('disk-bus', ['virtio']))), 'osinfo', { drivers: c.WINDOWS_10 }],
    [
      'the image',
      [...rules(locked(policyPrefer('machine', ['q35']))), c.hints('machine', 'required', ['i440fx'])],
      'hints',
      {},
    ],
    [
      'a default, the image',
      [...rules(locked(policyDefault('machine', ['q35']))), c.hints('machine', 'required', ['i440fx'])],
      'hints',
      {},
    ],
    [
      'a lock before it',
      rules(locked(policyPrefer('machine', ['q35'])), locked(policyPrefer('machine', ['i440fx']))),
      'policy-prefer',
      {},
    ],
  ])('names %s', (_, votes, origin, setting) => {
    const { findings } = c.decideAll(votes, setting);
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['warning plan/locked-lost']);
    expect(findings[0]?.at[1]?.origin).toBe(origin);
  });

  it('a default gives way to what the image recommends, which is what it is for', () => {
    const votes = [...rules(locked(policyDefault('machine', ['q35']))), c.hints('machine', 'recommended', ['i440fx'])];
    expect(outcome(votes, 'machine')).toEqual(['i440fx']);
  });
});
