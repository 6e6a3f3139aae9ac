import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planDisk, planOf } from '../../fixtures/emitters/plans.ts';
import { ansibleEmitter, moduleArguments } from '../../src/emitters/openstack/ansible.ts';
import { jsonEmitter, scriptEmitter, setEmitter } from '../../src/emitters/openstack/emitters.ts';
import { imagesOf } from '../../src/emitters/openstack/images.ts';
import type { Plan } from '../../src/facts/index.ts';
import { makeRecorder, meantToCreate, meantToSet, type Recorder } from '../emitters/openstack/recorded.ts';

/** Text with what shells, YAML, templates and terminals give a meaning to. */
const hostile = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom(
      "'",
      '"',
      '\\',
      '$',
      '`',
      '!',
      ' ',
      '*',
      '~',
      '-',
      '#',
      ';',
      '=',
      '{',
      '}',
      '%',
      '\u2028',
      '\u0085',
    ),
    maxLength: 30,
  }),
  fc.constantFrom(
    'yes',
    '0x10',
    '1:2',
    '2026-11-21',
    '~',
    '',
    '--public',
    '$(id)',
    '{{ 7 * 7 }}',
    '>=2.6',
    'a\nb',
    '\0',
  ),
);

const path = hostile.map((text) => `/srv/${text}`);
const version = fc.record({ distro: hostile, version: hostile });

/** Plans whose every free text is somebody else's; some with a kernel of their own, some with a copy. */
const plans: fc.Arbitrary<Plan> = fc
  .record({
    name: hostile,
    description: hostile,
    title: hostile,
    kernelArgs: hostile,
    os: version,
    disk: path,
    other: path,
    copied: path,
    kernel: fc.option(path),
    initrd: fc.option(path),
  })
  .map(({ name, description, title, kernelArgs, os, disk, other, copied, kernel, initrd }) => {
    const command = ['qemu-img', 'convert', '-O', 'qcow2', other, copied];
    const copy = { path: copied, format: 'qcow2', command, alternatives: [] };
    const disks = [
      planDisk('disk0', { path: disk, format: kernel === null ? 'qcow2' : 'raw' }),
      planDisk('disk1', { path: other, format: 'qed', copy }),
    ];
    const more = { id: 'x', shortId: 'x', name: 'x', family: 'linux', ...os };
    return planOf({ 'kernel-args': kernelArgs }, { name, description, title, disks, os: more, kernel, initrd });
  });

/** Most hostile plans are refused; those that are not are the ones to look at. */
const printable = plans.filter((plan) => scriptEmitter.emit(plan, {}).text !== null);

describe('OpenStack scripts of hostile plans', () => {
  let recorder: Recorder;
  beforeAll(() => {
    recorder = makeRecorder();
  });
  afterAll(() => recorder.dispose());

  it('call what was meant, run by a real sh', () => {
    fc.assert(
      fc.property(printable, hostile, (plan, target) => {
        const images = imagesOf(plan);
        expect(recorder.run(scriptEmitter.emit(plan, {}).text ?? '')).toEqual(meantToCreate(images));
        const set = setEmitter.emit(plan, {}).text ?? '';
        expect(recorder.run(set)).toEqual(meantToSet(images, plan.name));
        const argument = target.replaceAll('\0', '').toWellFormed();
        expect(recorder.run(set, [argument])).toEqual(meantToSet(images, argument));
      }),
      { numRuns: 60 },
    );
  });

  it('name every file and image of the plan as they are, or say why not', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { text, findings } = scriptEmitter.emit(plan, {});
        if (text === null) {
          expect(findings.some(({ severity, code }) => severity === 'error' && code.startsWith('openstack/'))).toBe(
            true,
          );
          return;
        }
        const words = recorder.run(text).flat();
        const files = words.filter((_, index) => words[index - 1] === '--file');
        const parts = plan.kernel === null ? [] : plan.initrd === null ? [plan.kernel] : [plan.kernel, plan.initrd];
        expect(files).toEqual([...parts, plan.disks[0]?.path, plan.disks[1]?.copy?.path]);
        expect(words).toContain(plan.name);
        expect(words).toContain(`os_version=${plan.os?.version}`);
      }),
      { numRuns: 100 },
    );
  });

  it('show nothing that hides or turns a part of the script', () => {
    fc.assert(
      fc.property(printable, (plan) => {
        const texts = [scriptEmitter, setEmitter, ansibleEmitter].map((emitter) => emitter.emit(plan, {}).text ?? '');
        for (const text of texts) expect(text).not.toMatch(/[^\n\P{Cc}]|[\u2028-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe('documents of hostile plans', () => {
  it('hold in YAML what the images are, and no text that Ansible would evaluate', () => {
    const unsafe = { tag: '!unsafe', resolve: (text: string) => text };
    fc.assert(
      fc.property(printable, (plan) => {
        const images = imagesOf(plan);
        const text = ansibleEmitter.emit(plan, {}).text ?? '';
        expect(parse(text, { version: '1.1', customTags: [unsafe] })).toEqual({
          openstack_images: images.map((image) => ({
            ...(image.convert === null ? {} : { convert: image.convert }),
            image: moduleArguments(image, images),
          })),
        });
        for (const line of text.split('\n')) {
          if (line.includes('{') && !line.endsWith('properties: {}')) expect(line).toContain('!unsafe "');
        }
      }),
    );
  });

  it('hold the same in JSON', () => {
    fc.assert(
      fc.property(printable, (plan) => {
        const { images } = JSON.parse(jsonEmitter.emit(plan, {}).text ?? '') as { readonly images: readonly object[] };
        expect(images).toMatchObject(
          imagesOf(plan).map(({ name, file, convert, properties }) => ({
            file,
            convert,
            body: { name, ...properties },
            properties,
          })),
        );
      }),
    );
  });
});
