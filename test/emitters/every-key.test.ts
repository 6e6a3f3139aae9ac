import { describe, expect, it } from 'vitest';
import { planOf } from '../../fixtures/emitters/plans.ts';
import { targets } from '../../src/emitters/registry.generated.ts';
import { KEY_NAMES, type Key, keySpec, type Plan, type Value } from '../../src/facts/index.ts';
import { emit } from '../../src/pipeline/emit.ts';

/*
 * Whatever is decided, every target says what becomes of it: each value of each key of the contract, in a plan that is
 * otherwise an ordinary one, and none of them in a plan that decides everything.
 */

const TEXTS: { readonly [key in Key]?: string } = {
  os: 'debian12',
  nvram: '/usr/share/OVMF/OVMF_VARS_4M.fd',
  'cpu-topology': '1:2:1',
  'disk-target': 'vda',
  'nic-mac': '52:54:00:12:34:56',
  network: 'default',
  'boot-order': 'disk0,nic0',
  'kernel-args': 'quiet',
};

function valuesOf(key: Key): readonly Value[] {
  const spec = keySpec(key);
  switch (spec.type) {
    case 'enum':
      return spec.values;
    case 'boolean':
      return [true, false];
    case 'integer':
      return [spec.min, spec.max];
    case 'string':
      return [TEXTS[key] ?? ''];
  }
}

function pathOf(key: Key): string {
  const { scope } = keySpec(key);
  return scope === 'machine' ? key : `${key}.${scope}0`;
}

const everything = Object.fromEntries(KEY_NAMES.map((key) => [pathOf(key), valuesOf(key)[0] as Value]));

/** Keys whose outcome is missing, comes twice, or leaves unsaid why something is lost. */
async function unsaid(plan: Plan, target: string): Promise<readonly string[]> {
  const { outcomes } = await emit(plan, target);
  const told = outcomes.map(({ key }) => key);
  return [
    ...Object.keys(plan.values).filter((key) => told.filter((other) => other === key).length !== 1),
    ...told.filter((key) => !Object.hasOwn(plan.values, key)),
    ...outcomes.flatMap(({ key, outcome, note }) => (outcome !== 'kept' && note === '' ? [`${key}: ${outcome}`] : [])),
  ];
}

describe.each(targets.map(({ id }) => id))('%s', (target) => {
  it('has an outcome for every key of a plan that decides them all', async () => {
    expect(await unsaid(planOf(everything), target)).toEqual([]);
  });

  it.each(KEY_NAMES)('%s, whatever its value is', async (key) => {
    for (const value of valuesOf(key)) {
      expect([value, await unsaid(planOf({ [pathOf(key)]: value }), target)]).toEqual([value, []]);
    }
  });
});
