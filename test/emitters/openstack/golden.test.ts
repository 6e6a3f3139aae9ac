import { describe, expect, it } from 'vitest';
import { PLAN_NAMES, PLANS, type PlanName } from '../../../fixtures/emitters/plans.ts';
import { jsonEmitter, scriptEmitter } from '../../../src/emitters/openstack/emitters.ts';

/** Plans that no OpenStack can take, and why. */
const REFUSED: { readonly [name in PlanName]?: string } = {
  'overlay-chain': 'openstack/backing-file',
  'archive-in-place': 'openstack/inside-archive',
  'archive-overlay': 'openstack/inside-archive',
  'direct-kernel-boot': 'openstack/kernel-boot',
};
const printable = PLAN_NAMES.filter((name) => REFUSED[name] === undefined);

describe('OpenStack images', () => {
  it.each(printable)('%s is the golden script', async (name) => {
    const { text } = scriptEmitter.emit(PLANS[name], {});
    await expect(text).toMatchFileSnapshot(`../../golden/openstack/${name}.sh`);
  });

  it.each(printable)('%s is the golden JSON', async (name) => {
    const { text } = jsonEmitter.emit(PLANS[name], {});
    await expect(text).toMatchFileSnapshot(`../../golden/openstack/${name}.json`);
  });

  it.each(printable)('%s: the outcome of every decided key is the golden one', async (name) => {
    const { outcomes } = scriptEmitter.emit(PLANS[name], {});
    expect(outcomes.map((outcome) => outcome.key)).toEqual(Object.keys(PLANS[name].values));
    const lines = outcomes.map(({ key, outcome, note }) => [key, outcome, note].join('\t').trimEnd());
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../golden/openstack/${name}.outcomes.tsv`);
  });

  it.each(Object.entries(REFUSED))('%s is refused with %s', (name, code) => {
    for (const emitter of [scriptEmitter, jsonEmitter]) {
      const { text, findings } = emitter.emit(PLANS[name as PlanName], {});
      expect(text).toBeNull();
      expect(findings.map((finding) => finding.code)).toContain(code);
    }
  });

  it.each(printable)('%s: both targets say the same', (name) => {
    const script = scriptEmitter.emit(PLANS[name], {}).text ?? '';
    const { images } = JSON.parse(jsonEmitter.emit(PLANS[name], {}).text ?? '') as {
      readonly images: readonly { readonly body: { readonly [attribute: string]: unknown } }[];
    };
    expect(script.match(/^openstack image create/gm)).toHaveLength(images.length);
    for (const { body } of images) {
      for (const [attribute, value] of Object.entries(body)) {
        if (/^(hw|os|img)_/.test(attribute)) {
          expect(value).toBeTypeOf('string');
          expect(script).toContain(`--property ${attribute}=${value}`);
        }
      }
    }
  });
});
