import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGE_PLAN_NAMES, IMAGE_PLANS } from '../../fixtures/emitters/openstack-plans.ts';
import { scriptEmitter, setEmitter } from '../../src/emitters/openstack/emitters.ts';
import { bootImage, type Image, imagesOf } from '../../src/emitters/openstack/images.ts';
import type { Plan } from '../../src/facts/index.ts';
import { makeRecorder, meantToCreate, meantToSet, type Recorder } from '../emitters/openstack/recorded.ts';
import { askPython } from './python.ts';
import { describeWith } from './tools.ts';

const plans: readonly (readonly [string, Plan])[] = IMAGE_PLAN_NAMES.filter(
  (name) => scriptEmitter.emit(IMAGE_PLANS[name], {}).text !== null,
).map((name) => [name, IMAGE_PLANS[name]]);

describe('a real sh runs every golden script', () => {
  it('of which there are enough to prove something', () => {
    expect(plans.length).toBeGreaterThan(15);
  });

  let recorder: Recorder;
  beforeAll(() => {
    recorder = makeRecorder();
  });
  afterAll(() => recorder.dispose());

  it.each(plans)('%s: every image is created with the arguments that were meant', (_, plan) => {
    const script = scriptEmitter.emit(plan, {}).text ?? '';
    expect(recorder.run(script)).toEqual(meantToCreate(imagesOf(plan)));
  });

  it.each(plans)('%s: the image that is there is named by the plan, or by the argument', (_, plan) => {
    const script = setEmitter.emit(plan, {}).text ?? '';
    expect(recorder.run(script)).toEqual(meantToSet(imagesOf(plan), plan.name));
    const odd = 'an \'odd\' "image" $(id)';
    expect(recorder.run(script, [odd])).toEqual(meantToSet(imagesOf(plan), odd));
  });

  it.each(['kernel-and-ramdisk-images', 'copied-disks', 'scsi-two-disks-cdrom'] as const)(
    '%s: the script stops at the first command that fails',
    (name) => {
      const failing = makeRecorder(1);
      expect(() => failing.run(scriptEmitter.emit(IMAGE_PLANS[name], {}).text ?? '')).toThrow();
      expect(failing.calls()).toHaveLength(1);
      failing.dispose();
    },
  );
});

/** The interpreter that has the client: the one in the first line of its script. */
function clientPython(): string {
  const path = execFileSync('sh', ['-c', 'command -v openstack'], { encoding: 'utf8' }).trim();
  return /^#!\s*(\S+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? 'python3';
}

/** Reads calls from standard input as JSON and parses them as the client would; no cloud is asked. */
const REAL_PARSER = `
import json, sys
from openstackclient.image.v2.image import CreateImage, SetImage, ShowImage
commands = {'create': CreateImage, 'set': SetImage, 'show': ShowImage}
parsers = {verb: command(None, None).get_parser('openstack image ' + verb) for verb, command in commands.items()}
def read(call):
    known = vars(parsers[call[2]].parse_args(call[3:]))
    known['properties'] = known.get('properties') or {}
    return known
json.dump([read(call) for call in json.load(sys.stdin)], sys.stdout, default=str)
`;

function ask(calls: readonly (readonly string[])[]): unknown {
  return askPython(
    clientPython(),
    REAL_PARSER,
    calls.filter(([program]) => program === 'openstack'),
  );
}

function propertiesOf(image: Image): { readonly [name: string]: string } {
  const ids = image.startsWith.map((part) => [`${part}_id`, `id of * ${image.name}-${part}`]);
  return { ...image.properties, ...Object.fromEntries(ids) };
}

describeWith(['openstack'], 'the real client takes every printed command', () => {
  it('its own parser reads back the images that were meant', () => {
    const images = plans.flatMap(([, plan]) => imagesOf(plan));
    expect(ask(plans.flatMap(([, plan]) => meantToCreate(imagesOf(plan))))).toMatchObject(
      images.map((image) => ({
        name: image.name,
        file: image.file,
        disk_format: image.diskFormat,
        container_format: image.containerFormat,
        min_disk: image.minDisk,
        min_ram: image.minRam,
        properties: propertiesOf(image),
        ...(image.part === null ? {} : { formatter: 'value', columns: ['id'] }),
      })),
    );
  });

  it('its own parser reads back what is set on an image that is there, and nothing else', () => {
    const boots = plans.flatMap(([, plan]) => bootImage(imagesOf(plan)) ?? []);
    const calls = plans
      .flatMap(([, plan]) => meantToSet(imagesOf(plan), plan.name))
      .filter(([, , verb]) => verb === 'set');
    const hardware = (image: Image) => {
      const { description, ...others } = propertiesOf(image);
      return others;
    };
    const nothing = { name: null, owner: null, project: null, kernel_id: null, visibility: null, tags: null };
    const read = ask(calls) as readonly { readonly [option: string]: unknown }[];
    expect(read).toMatchObject(
      boots.map((image) => ({ image: image.name, properties: hardware(image), min_disk: image.minDisk || null })),
    );
    for (const [index, options] of read.entries()) {
      expect(options['properties']).toEqual(boots[index] === undefined ? {} : hardware(boots[index]));
      const changed = Object.keys(nothing).filter((option) => (options[option] ?? null) !== null);
      expect(changed).toEqual([]);
    }
  });
});
