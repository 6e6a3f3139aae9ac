import { describe, expect, it } from 'vitest';
import { DOMAIN_PLANS, PLAN_NAMES, PLANS } from '../../../fixtures/emitters/plans.ts';
import { emitter } from '../../../src/emitters/virt-install/emitter.ts';

const COMMAND_PLANS = { ...PLANS, 'mixed-cards': DOMAIN_PLANS['mixed-cards'] };
const NAMES = [...PLAN_NAMES, 'mixed-cards'] as const;

describe('virt-install', () => {
  it.each(NAMES.filter((name) => name !== 'hostile'))('%s is the golden script', async (name) => {
    await expect(emitter.emit(COMMAND_PLANS[name], {}).text).toMatchFileSnapshot(
      `../../golden/virt-install/${name}.sh`,
    );
  });

  it.each(NAMES)('%s: the outcome of every decided key is the golden one', async (name) => {
    const { outcomes } = emitter.emit(COMMAND_PLANS[name], {});
    expect(outcomes.map((outcome) => outcome.key)).toEqual(Object.keys(COMMAND_PLANS[name].values));
    const lines = outcomes.map(({ key, outcome, note }) => [key, outcome, note].join('\t').trimEnd());
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../golden/virt-install/${name}.outcomes.tsv`);
  });

  it('a hostile name and path are refused', () => {
    const { text, findings } = emitter.emit(PLANS.hostile, {});
    expect(text).toBeNull();
    expect(findings.map(({ code }) => code)).toEqual(['virt-install/name', 'virt-install/path']);
  });
});
