import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Key } from '../../src/facts/index.ts';
import { KEY_NAMES, keySpec, parseValue } from '../../src/facts/index.ts';
import { policyJsonSchema } from '../../src/policy/schema.ts';
import { load } from './evidence.ts';

const published = z.fromJSONSchema(policyJsonSchema() as z.core.JSONSchema.JSONSchema);

/** What the published schema says, and what the loader says, of the same rule. */
async function both(rule: Record<string, unknown>): Promise<readonly [boolean, boolean]> {
  const policy = { schema: 'vm-import/policy@1', name: 'x', rules: [{ id: 'a.b', ...rule }] };
  const { findings } = await load({ 'x.json': JSON.stringify(policy) });
  return [published.safeParse(policy).success, findings.length === 0];
}

const EXAMPLES: Readonly<Record<string, string>> = {
  os: 'debian12',
  nvram: '/usr/share/OVMF/OVMF_VARS.fd',
  'cpu-topology': '1:2:2',
  'disk-target': 'vda',
  'nic-mac': '52:54:00:12:34:56',
  network: 'default',
  'boot-order': 'disk0,nic0',
  'kernel-args': 'console=ttyS0',
};

function exampleOf(key: Key): string | number | boolean {
  const spec = keySpec(key);
  if (spec.type === 'boolean') return true;
  if (spec.type === 'integer') return spec.min;
  return spec.type === 'enum' ? (spec.values[0] ?? '') : (EXAMPLES[key] ?? '');
}

describe('the published JSON Schema and the loader agree', () => {
  it.each(KEY_NAMES)('on a value of %s', async (key) => {
    const value = exampleOf(key);
    expect(parseValue(key, value)).toBe(value);
    expect(await both({ set: { [key]: value } })).toEqual([true, true]);
    expect(await both({ prefer: { [key]: [value] } })).toEqual([true, true]);
    // a line break is in no pattern, and no key takes it
    expect(await both({ set: { [key]: 'no\nvalue' } })).toEqual([false, false]);
  });

  it.each<[string, Record<string, unknown>, boolean]>([
    ['a key of one device', { prefer: { 'disk-bus.disk0': ['sata'] } }, true],
    ['a device of another kind', { prefer: { 'disk-bus.nic0': ['sata'] } }, false],
    ['a device with a leading zero', { prefer: { 'disk-bus.disk00': ['sata'] } }, false],
    ['a device behind a key of the machine', { prefer: { 'machine.disk0': ['q35'] } }, false],
    ['a misspelt key', { prefer: { machne: ['q35'] } }, false],
    ['a misspelt value', { prefer: { machine: ['q36'] } }, false],
    ['a pinned machine', { set: { machine: 'pc-i440fx-rhel7.6.0' } }, true],
    ['the short name of a machine', { set: { machine: 'pc' } }, true],
    ['a TPM version that YAML made a number', { set: { tpm: 2 } }, true],
    ['a list for set', { set: { machine: ['q35'] } }, false],
    ['a limit', { limit: { vcpus: { min: 1, max: 4 } } }, true],
    ['a limit that bounds nothing', { limit: { vcpus: {} } }, false],
    ['a limit of a key without numbers', { limit: { firmware: { max: 1 } } }, false],
    ['a verifying rule that denies', { phase: 'verify', deny: 'x' }, true],
  ])('on %s', async (_, rule, accepted) => {
    expect(await both(rule)).toEqual([accepted, accepted]);
  });

  it('on what a rule must and may have', () => {
    // zod, the judge above, does not look at these keywords beside an anyOf; other validators do
    const { additionalProperties, anyOf } = policyRules.parse(policyJsonSchema().properties?.['rules']).items;
    expect(additionalProperties).toBe(false);
    expect(anyOf.map(({ required }) => required[0])).toEqual([
      'set',
      'require',
      'prefer',
      'default',
      'forbid',
      'limit',
      'deny',
      'warn',
    ]);
  });

  it('describes every key for the completion of an editor', () => {
    const { properties } = policyRules.parse(policyJsonSchema().properties?.['rules']).items;
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(['id', 'when', 'set', 'limit', 'deny', 'docs']));
    for (const [name, schema] of Object.entries(properties))
      expect([name, typeof schema.description]).toEqual([name, 'string']);
    expect(Object.keys(properties['prefer']?.properties ?? {})).toEqual(KEY_NAMES);
    expect(Object.keys(properties['prefer']?.patternProperties ?? {})).toContain(
      '^disk-bus\\.disk(0|[1-9][0-9]{0,2})$',
    );
  });
});

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly patternProperties?: Readonly<Record<string, Described>>;
}

const policyRules = z.looseObject({
  items: z.looseObject({
    additionalProperties: z.boolean(),
    anyOf: z.array(z.object({ required: z.array(z.string()) })),
    properties: z.custom<Readonly<Record<string, Described>>>(),
  }),
});
