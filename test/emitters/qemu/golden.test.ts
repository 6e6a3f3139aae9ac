import { describe, expect, it } from 'vitest';
import { PLAN_NAMES, PLANS, type PlanName } from '../../../fixtures/emitters/plans.ts';
import { emitter } from '../../../src/emitters/qemu/emitter.ts';
import type { Plan } from '../../../src/facts/index.ts';
import { withFirmware } from './firmware.ts';

const onHost = (name: PlanName): Plan =>
  withFirmware(PLANS[name], '/usr/share/firmware/CODE.fd', '/usr/share/firmware/VARS.fd');

describe('qemu', () => {
  it.each(PLAN_NAMES)('%s is the golden script', async (name) => {
    await expect(emitter.emit(onHost(name), {}).text).toMatchFileSnapshot(`../../golden/qemu/${name}.sh`);
  });

  it.each(PLAN_NAMES)('%s: the outcome of every decided key is the golden one', async (name) => {
    const { outcomes } = emitter.emit(onHost(name), {});
    expect(outcomes.map((outcome) => outcome.key)).toEqual(Object.keys(PLANS[name].values));
    const lines = outcomes.map(({ key, outcome, note }) => [key, outcome, note].join('\t').trimEnd());
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../golden/qemu/${name}.outcomes.tsv`);
  });

  const selected = PLAN_NAMES.filter(
    (name) => PLANS[name].values['firmware'] === 'uefi' && PLANS[name].values['machine'] !== 'pseries',
  );
  it.each(selected)('%s is refused where no firmware is known', (name) => {
    const { text, findings } = emitter.emit(PLANS[name], {});
    expect(text).toBeNull();
    expect(findings.map(({ code }) => code)).toContain('qemu/firmware');
  });
});
