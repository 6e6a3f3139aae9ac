import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, type Key, keyPath, type Value } from '../../src/facts/index.ts';
import { catalogue } from '../../src/pipeline/catalogue.generated.ts';
import { inspect, type Planned, plan } from '../../src/pipeline/index.ts';
import { readEvidence } from '../../src/pipeline/saved.ts';
import type { Policy } from '../../src/policy/index.ts';
import { evidenceDocument } from '../../src/report/document.ts';
import { disk, evidence, load } from '../policy/evidence.ts';

const VALUES = {
  machine: ['q35', 'i440fx'],
  firmware: ['bios', 'uefi'],
  'disk-bus': ['virtio', 'sata', 'scsi'],
  'nic-model': ['virtio', 'e1000', 'e1000e'],
  'video-model': ['virtio', 'vga', 'cirrus'],
  vcpus: ['1', '2', '4'],
} as const satisfies { readonly [key in Key]?: readonly string[] };
type Used = keyof typeof VALUES;
const keys = Object.keys(VALUES) as Used[];

const valueEffect = fc
  .constantFrom(...keys)
  .chain((key) =>
    fc
      .tuple(
        fc.constantFrom('set', 'require', 'prefer', 'default', 'forbid'),
        fc.subarray([...VALUES[key]], { minLength: 1 }),
      )
      .map(([effect, values]) => `${effect}: { ${key}: ${effect === 'set' ? values[0] : `[${values.join(', ')}]`} }`),
  );
const limit = fc
  .tuple(fc.constantFrom('min', 'max'), fc.integer({ min: 1, max: 8 }))
  .map(([side, bound]) => `limit: { vcpus: { ${side}: ${bound} } }`);
const announcement = fc.constantFrom(
  'deny: no',
  'warn: hm',
  'deny: no\n    phase: verify\n    when: plan["machine"] == "q35"',
);
const effect = fc.oneof({ arbitrary: valueEffect, weight: 4 }, limit, announcement);
const condition = fc.constantFrom(
  '',
  '\n    when: disks.size() == 2',
  '\n    when: disks.exists(d, d.encrypted)',
  '\n    when: nics[0].model == null',
);
const rules = (max: number) =>
  fc.array(
    fc.tuple(effect, condition).map(([does, when]) => (does.includes('when:') ? does : does + when)),
    {
      minLength: 1,
      maxLength: max,
    },
  );

const text = (name: string, bodies: readonly string[], head = '', tail = '') =>
  `schema: vm-import/policy@1\nname: ${name}\n${head}rules:\n${bodies.map((body, index) => `  - id: ${name}.r${index}\n    ${body}${tail}\n`).join('')}`;

/** null: the policies contradict each other and are refused. */
async function policyOf(files: Readonly<Record<string, string>>): Promise<Policy | null> {
  const { policy, findings } = await load(files, Object.keys(files));
  const codes = [...new Set(findings.map(({ code }) => code))];
  if (policy === null) expect(codes).toEqual(['policy/contradiction']);
  return policy;
}

const two = evidence({ disks: [disk(), disk({ id: 'disk1', uri: 'data.qcow2', path: '/images/data.qcow2' })] });
const outcome = ({ plan: made, decisions, judgement }: Planned) => ({ made, decisions, judgement });

describe('layers of policy', () => {
  it('audit never changes the plan, the decisions or the verdict, whatever is audited', () =>
    fc.assert(
      fc.asyncProperty(rules(4), rules(4), fc.boolean(), async (enforced, audited, strict) => {
        const base = await policyOf({ 'base.yaml': text('base', enforced) });
        const both = await policyOf({
          'base.yaml': text('base', enforced),
          'audit.yaml': text('audit', audited, 'mode: audit\n'),
        });
        if (base === null || both === null) return;
        const alone = await plan(two, { policy: base, strict });
        const tried = await plan(two, { policy: both, strict });
        expect(outcome(tried)).toEqual(outcome(alone));
        expect(tried.findings.filter((finding) => !finding.audited)).toEqual(alone.findings);
        expect(tried.checks.filter((check) => !check.audited)).toEqual(alone.checks);
      }),
      { numRuns: 60 },
    ));

  it('a later layer and flags never weaken a locked rule', () =>
    fc.assert(
      fc.asyncProperty(
        valueEffect,
        rules(5),
        fc.constantFrom(...keys),
        fc.boolean(),
        async (body, later, key, lockedToo) => {
          const lock = text('base', [body], '', '\n    locked: true');
          const alone = await policyOf({ 'base.yaml': lock });
          const site = text('site', later, '', lockedToo ? '\n    locked: true' : '');
          const layered = await policyOf({ 'base.yaml': lock, 'site.yaml': site });
          if (alone === null || layered === null) return;
          const [said] = alone.rules[0]?.effects ?? [];
          if (said === undefined) throw new Error('the locked rule says nothing');
          const set = [[key, VALUES[key].at(-1)]] as const;
          const before = await plan(two, { policy: alone });
          for (const options of [{ policy: layered }, { policy: layered, set }]) {
            const { decisions, plan: made, findings } = await plan(two, options);
            if (made === null) continue;
            for (const { key: of, subject, value } of decisions.filter((decision) => decision.key === said.key)) {
              const was = before.decisions.find((decision) => decision.key === of && decision.subject === subject);
              // what the rule got by itself it still gets; a preference, unless other keys or facts leave nothing of it
              const got = was?.value !== null && was !== undefined && holds(said, was.value);
              if (!got || value === null || holds(said, value as Value)) continue;
              const lost = findings.filter(
                ({ code, args }) => code === 'plan/locked-lost' && args['key'] === keyPath(of, subject),
              );
              expect([said.strength, lost.length]).toEqual(['recommended', 1]);
              // never by the same key: what stands in the way is no rule and no flag
              expect(lost[0]?.at[1]?.origin).not.toMatch(/^(policy|flag)/);
            }
          }
        },
      ),
      { numRuns: 120 },
    ));

  it('a locked preference stands against all that later rules and flags say of its key', () => {
    const ofOneKey = fc.constantFrom(...keys).chain((key) => {
      const values = fc.subarray([...VALUES[key]], { minLength: 1 });
      const says = (effects: readonly string[]) =>
        fc
          .tuple(fc.constantFrom(...effects), values)
          .map(([effect, list]) => `${effect}: { ${key}: ${effect === 'set' ? list[0] : `[${list.join(', ')}]`} }`);
      const others = says(['set', 'require', 'prefer', 'default', 'forbid']);
      const later = fc.array(key === 'vcpus' ? fc.oneof(others, limit) : others, { minLength: 1, maxLength: 3 });
      return fc.record({ key: fc.constant(key), lock: says(['prefer', 'default']), later, flag: values });
    });
    return fc.assert(
      fc.asyncProperty(ofOneKey, async ({ key, lock, later, flag }) => {
        const base = { 'base.yaml': text('base', [lock], '', '\n    locked: true') };
        const layers = later.map((body, index) => [`l${index}.yaml`, text(`l${index}`, [body])] as const);
        const [alone, layered] = [await policyOf(base), await policyOf({ ...base, ...Object.fromEntries(layers) })];
        const [said] = alone?.rules[0]?.effects ?? [];
        if (alone === null || layered === null || said === undefined) throw new Error('it does not load');
        const held = ({ decisions }: Planned) =>
          decisions
            .filter((decision) => decision.key === key && decision.value !== null)
            .map(({ subject, value }) => `${keyPath(key, subject)} ${holds(said, value as Value)}`);
        const before = held(await plan(two, { policy: alone }));
        for (const set of [[], [[key, flag[0]] as const]]) {
          const after = await plan(two, { policy: layered, set });
          if (after.plan !== null) expect(held(after)).toEqual(before);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('a locked rule that asks for findings sees them as they were raised', async () => {
    const when = 'when: evidence.findings.exists(f, f.severity != "info")';
    const lock = text('base', [`deny: never\n    ${when}`], '', '\n    locked: true');
    const site = 'schema: vm-import/policy@1\nname: site\noverrides: { raw/partial-sector: info }\n';
    const dir = await mkdtemp(join(tmpdir(), 'vm-import-layers-'));
    try {
      const tiny = join(dir, 'tiny.raw');
      await writeFile(tiny, '12345');
      const policy = await policyOf({ 'base.yaml': lock, 'site.yaml': site });
      if (policy === null) throw new Error('it does not load');
      const direct = await inspect([tiny], { policy });
      const document = evidenceDocument(direct);
      const saved = await readEvidence(
        Buffer.from(JSON.stringify(document)),
        'e.json',
        (code) => catalogue.get(code)?.spec,
      );
      expect(document.findings.find(({ code }) => code === 'raw/partial-sector')).toMatchObject({
        severity: 'info',
        said: 'warning',
      });
      for (const read of [direct, saved.evidence]) {
        if (read === null) throw new Error('it cannot be read back');
        const { judgement, findings } = await plan(read, { policy });
        expect(findings.map(({ code, rule }) => `${code} ${rule}`)).toContain('policy/denied base.r0');
        expect(judgement.exit).toBe(1);
      }
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('a denial of a locked rule stands whatever later layers say', () =>
    fc.assert(
      fc.asyncProperty(
        rules(5),
        fc.constantFrom('info', 'warning', 'off', '{ mode: audit }'),
        async (later, change) => {
          const lock = text('base', ['deny: never'], '', '\n    locked: true');
          const layered = await policyOf({ 'base.yaml': lock, 'site.yaml': text('site', later) });
          if (layered !== null) expect((await plan(two, { policy: layered })).judgement.exit).not.toBe(0);
          const site = `schema: vm-import/policy@1\nname: site\noverrides: { base.r0: ${change} }\n`;
          const { policy, findings } = await load({ 'base.yaml': lock, 'site.yaml': site }, ['base.yaml', 'site.yaml']);
          expect(policy).toBeNull();
          expect(findings.map(({ code }) => code)).toEqual(['policy/weakens-locked']);
        },
      ),
      { numRuns: 30 },
    ));
});
