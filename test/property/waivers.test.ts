import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnostics/index.ts';
import { type Planned, plan } from '../../src/pipeline/plan.ts';
import type { Policy, Waiver } from '../../src/policy/index.ts';
import { evidence, load } from '../policy/evidence.ts';
import { finding, waiver } from '../policy/waivers.ts';

const HEADER = 'schema: vm-import/policy@1\nname: site\nextends: [preset:default]\nrules:\n';

/** Rules that object. Then rules that vote by what was found: a waiver must not show through to them. */
const OBJECTING = [
  "  - id: site.a\n    deny: 'x'\n",
  "  - id: site.b\n    phase: verify\n    when: plan['vcpus'] > 1\n    warn: 'x'\n",
];
const VOTING = [
  '  - id: site.many\n    when: evidence.findings.size() > 1\n    prefer: { machine: [i440fx] }\n',
  '  - id: site.warned\n    when: evidence.findings.exists(f, f.severity == "warning")\n    prefer: { video-model: [vga] }\n',
  '  - id: site.waivers\n    when: evidence.findings.exists(f, f.code.startsWith("waiver/"))\n    prefer: { tpm: ["2.0"] }\n',
];
const CODES = ['qcow2/dirty', 'plan/os-unknown', 'manifest/corrupt', 'plan/unresolved'];

const found = fc.array(
  fc.record({
    rule: fc.constant(null),
    code: fc.constantFrom('qcow2/dirty', 'manifest/corrupt'),
    severity: fc.constantFrom('warning' as const, 'warning' as const, 'warning' as const, 'error' as const),
    exit: fc.constant(3 as const),
    objection: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);
const waivers = fc.array(
  fc
    .tuple(
      fc.constantFrom(...CODES.map((code) => ({ rule: null, code })), { rule: 'site.a' }, { rule: 'site.b' }),
      fc.constantFrom('2027-01-01T00:00:00Z', '2028-01-01T00:00:00Z'),
    )
    .map(([named, expires]) => waiver({ code: null, ...named, expires })),
  { minLength: 1, maxLength: 4 },
);

const now = new Date('2027-07-01T00:00:00Z');

async function planned(policy: Policy, findings: readonly Finding[], given: readonly Waiver[]): Promise<Planned> {
  return plan(evidence({ findings }), { policy, waivers: given, now });
}

const others = ({ findings }: Planned) =>
  findings.filter(({ code }) => !code.startsWith('waiver/')).map((one) => ({ ...one, waiver: null }));

describe('adding a waiver', () => {
  it('never changes a decision nor any finding but the waived one', () =>
    fc.assert(
      fc.asyncProperty(fc.subarray(OBJECTING), found, waivers, async (rules, fields, given) => {
        const { policy } = await load({ 'site.yaml': HEADER + [...rules, ...VOTING].join('') });
        if (policy === null) throw new Error('the rules are wrong');
        const findings = fields.map(finding);
        const [without, withThem] = [await planned(policy, findings, []), await planned(policy, findings, given)];
        for (const { code, rule, waiver: note, objection } of withThem.findings) {
          if (note === null) continue;
          expect(objection).toBe(true);
          expect(note.expires > now.toISOString()).toBe(true);
          expect(given.some((one) => (one.rule === null ? one.code === code : one.rule === rule))).toBe(true);
        }
        if (withThem.judgement.exit !== 0) expect(withThem.plan).toBeNull();
        // where an error that was waived ended the run before anything was decided, there is nothing to compare
        if (without.decisions.length === 0) {
          expect(others(withThem)).toEqual(expect.arrayContaining(others(without)));
          return;
        }
        expect(withThem.decisions).toEqual(without.decisions);
        expect(others(withThem)).toEqual(others(without));
        if (without.plan !== null) expect(withThem.plan).toEqual(without.plan);
      }),
      { numRuns: 60 },
    ));

  it('whose day is over changes nothing but what is said about waivers', () =>
    fc.assert(
      fc.asyncProperty(fc.subarray(OBJECTING), found, waivers, async (rules, fields, given) => {
        const { policy } = await load({ 'site.yaml': HEADER + [...rules, ...VOTING].join('') });
        if (policy === null) throw new Error('the rules are wrong');
        const late = given.map((one) => ({ ...one, expires: '2027-01-01T00:00:00Z' }));
        const findings = fields.map(finding);
        const [without, withThem] = [await planned(policy, findings, []), await planned(policy, findings, late)];
        expect(withThem.plan).toEqual(without.plan);
        expect(withThem.judgement).toEqual(without.judgement);
        expect(others(withThem)).toEqual(without.findings);
      }),
      { numRuns: 40 },
    ));
});
