import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PLAN_NAMES, PLANS, planOf } from '../../../fixtures/emitters/plans.ts';
import { VmImportError } from '../../../src/diagnostics/index.ts';
import { emitter } from '../../../src/emitters/plan/emitter.ts';
import { parsePlan, planSchema } from '../../../src/emitters/plan/schema.ts';
import type { Plan } from '../../../src/facts/index.ts';

const written = (plan: Plan): string => emitter.emit(plan, {}).text ?? '';

function findingOf(text: string): unknown {
  try {
    return parsePlan(text);
  } catch (error) {
    if (error instanceof VmImportError) return error.finding;
    throw error;
  }
}

describe('the plan document', () => {
  it.each(PLAN_NAMES)('%s is the golden file and reads back', async (name) => {
    const text = written(PLANS[name]);
    await expect(text).toMatchFileSnapshot(`../../golden/plan/${name}.json`);
    expect(parsePlan(text)).toEqual(PLANS[name]);
  });

  it('is the same whatever the order of fields and values was', () => {
    const shuffle = (plan: Plan): Plan => ({
      ...(Object.fromEntries(Object.entries(plan).reverse()) as unknown as Plan),
      values: Object.fromEntries(Object.entries(plan.values).reverse()),
    });
    for (const name of PLAN_NAMES) expect(written(shuffle(PLANS[name]))).toBe(written(PLANS[name]));
  });

  it('text of any kind reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 }), (title, name) => {
        const plan = planOf({}, { title, name: name.slice(0, 200) });
        expect(parsePlan(written(plan))).toEqual(plan);
      }),
    );
  });

  it('keeps every decided key', () => {
    const { outcomes } = emitter.emit(PLANS['debian12-bios'], {});
    expect(outcomes.map((outcome) => outcome.key)).toEqual(Object.keys(PLANS['debian12-bios'].values));
    expect(new Set(outcomes.map((outcome) => outcome.outcome))).toEqual(new Set(['kept']));
  });
});

describe('reading a plan document', () => {
  const document = JSON.parse(written(PLANS['debian12-bios'])) as { readonly [field: string]: unknown };
  const edited = (more: { readonly [field: string]: unknown }): string => JSON.stringify({ ...document, ...more });

  it.each<[string, string, string]>([
    ['no JSON', '{', 'plan-document/not-json'],
    ['another schema', edited({ schema: 'vm-import/plan@2' }), 'plan-document/invalid'],
    ['an unknown field', edited({ emulator: '/bin/sh' }), 'plan-document/invalid'],
    ['an unknown key', edited({ values: { bogus: 1 } }), 'plan-document/invalid'],
    [
      'a key of a device it does not belong to',
      edited({ values: { 'disk-bus.nic0': 'virtio' } }),
      'plan-document/invalid',
    ],
    ['a value the key does not take', edited({ values: { firmware: 'coreboot' } }), 'plan-document/invalid'],
    ['a value of another type', edited({ values: { vcpus: '2' } }), 'plan-document/invalid'],
    ['a relative path', edited({ kernel: 'vmlinuz' }), 'plan-document/invalid'],
    ['a prototype', '{"__proto__": {}, "schema": "vm-import/plan@1"}', 'plan-document/invalid'],
  ])('%s is refused', (_, text, code) => {
    expect(findingOf(text)).toMatchObject({ code, exit: 3, severity: 'error' });
  });

  it('a pinned machine type is a value', () => {
    expect(parsePlan(edited({ values: { machine: 'pc-q35-8.2' } })).values).toEqual({ machine: 'pc-q35-8.2' });
  });

  it('has a JSON Schema', () => {
    const schema = z.toJSONSchema(planSchema, { target: 'draft-2020-12' });
    expect(schema).toMatchObject({ title: 'vm-import plan, version 1', additionalProperties: false });
    expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(document));
  });
});
