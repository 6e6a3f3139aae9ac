import { describe, expect, it } from 'vitest';
import { IMAGE_PLAN_NAMES, IMAGE_PLANS, type ImagePlanName } from '../../../fixtures/emitters/openstack-plans.ts';
import type { Emitter } from '../../../src/emitters/emitter.ts';
import { ansibleEmitter } from '../../../src/emitters/openstack/ansible.ts';
import { jsonEmitter, scriptEmitter, setEmitter } from '../../../src/emitters/openstack/emitters.ts';

/** Targets that upload, by the ending of their golden files. */
const UPLOADING: readonly (readonly [string, Emitter])[] = [
  ['sh', scriptEmitter],
  ['json', jsonEmitter],
  ['ansible.yml', ansibleEmitter],
];

/** Plans that no OpenStack can take, and why. */
const REFUSED: { readonly [name in ImagePlanName]?: string } = {
  'overlay-chain': 'openstack/backing-file',
  'archive-in-place': 'openstack/inside-archive',
  'archive-overlay': 'openstack/inside-archive',
  'kernel-for-qcow2': 'openstack/kernel-boot',
  'wrapped-kernel': 'openstack/wrapped-part',
};
const printable = IMAGE_PLAN_NAMES.filter((name) => REFUSED[name] === undefined);

describe('OpenStack images', () => {
  it.each(printable.flatMap((name) => UPLOADING.map(([ending, emitter]) => [name, ending, emitter] as const)))(
    '%s is the golden %s',
    async (name, ending, emitter) => {
      const { text } = emitter.emit(IMAGE_PLANS[name], {});
      await expect(text).toMatchFileSnapshot(`../../golden/openstack/${name}.${ending}`);
    },
  );

  it.each(printable)('%s: the script for an image that is there is the golden one', async (name) => {
    const { text } = setEmitter.emit(IMAGE_PLANS[name], {});
    await expect(text).toMatchFileSnapshot(`../../golden/openstack/${name}.set.sh`);
  });

  it.each(printable)('%s: the outcome of every decided key is the golden one', async (name) => {
    const { outcomes } = scriptEmitter.emit(IMAGE_PLANS[name], {});
    expect(outcomes.map((outcome) => outcome.key)).toEqual(Object.keys(IMAGE_PLANS[name].values));
    const lines = outcomes.map(({ key, outcome, note }) => [key, outcome, note].join('\t').trimEnd());
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../golden/openstack/${name}.outcomes.tsv`);
    for (const [, emitter] of UPLOADING) expect(emitter.emit(IMAGE_PLANS[name], {}).outcomes).toEqual(outcomes);
  });

  it.each(printable)('%s: for an image that is there, all is the same but the placement of disks', (name) => {
    const { outcomes } = scriptEmitter.emit(IMAGE_PLANS[name], {});
    const placed = { outcome: 'inexpressible', note: 'the image is in Glance already' };
    expect(setEmitter.emit(IMAGE_PLANS[name], {}).outcomes).toEqual(
      outcomes.map((outcome) => (outcome.key.startsWith('disk-placement') ? { ...outcome, ...placed } : outcome)),
    );
  });

  it.each(Object.entries(REFUSED))('%s is refused with %s', (name, code) => {
    for (const [, emitter] of UPLOADING) {
      const { text, findings } = emitter.emit(IMAGE_PLANS[name as ImagePlanName], {});
      expect(text).toBeNull();
      expect(findings.map((finding) => finding.code)).toContain(code);
    }
  });

  it('an image that is there may have come out of an archive, not from an overlay', () => {
    expect(setEmitter.emit(IMAGE_PLANS['archive-in-place'], {}).text).toContain('openstack image set');
    expect(setEmitter.emit(IMAGE_PLANS['overlay-chain'], {}).text).toBeNull();
  });

  it.each(printable)('%s: all targets say the same', (name) => {
    const script = scriptEmitter.emit(IMAGE_PLANS[name], {}).text ?? '';
    const set = setEmitter.emit(IMAGE_PLANS[name], {}).text ?? '';
    const { images } = JSON.parse(jsonEmitter.emit(IMAGE_PLANS[name], {}).text ?? '') as {
      readonly images: readonly {
        readonly body: { readonly [attribute: string]: unknown };
        readonly properties: { readonly [property: string]: string };
      }[];
    };
    expect(script.match(/openstack image create/g)).toHaveLength(images.length);
    for (const { body, properties } of images) {
      expect(body).toMatchObject(properties);
      expect(Object.keys(body).slice(5)).toEqual(Object.keys(properties));
    }
    const hardware = (text: string) => text.match(/--property (?!'?description=).*/g);
    expect(hardware(set)).toEqual(hardware(script));
    // the words of whoever uploaded the image are left alone
    expect(set).not.toContain('description=');
  });
});
