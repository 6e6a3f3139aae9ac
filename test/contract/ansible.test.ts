import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IMAGE_PLAN_NAMES, IMAGE_PLANS } from '../../fixtures/emitters/openstack-plans.ts';
import { planDisk, planOf } from '../../fixtures/emitters/plans.ts';
import { ansibleEmitter, moduleArguments } from '../../src/emitters/openstack/ansible.ts';
import { imagesOf } from '../../src/emitters/openstack/images.ts';
import type { Plan } from '../../src/facts/index.ts';
import { askPython, pythonWith } from './python.ts';
import { describeWithout, missingTools } from './tools.ts';

/** What readers of YAML 1.1 and templates take for something else than text. */
const NOT_TEXT = [
  ...['yes', 'No', 'on', 'true', 'null', '~', '0x10', '0o17', '017', '1:2', '190:20:30', '1_000', '1e3', '.inf', '2.0'],
  ...[
    '2026-11-21',
    '2026-11-21 10:00:00',
    '=',
    '<<',
    '!unsafe',
    '&a',
    '*a',
    '? a',
    '# a',
    'a: b',
    "'a'",
    '"a"',
    '%TAG',
  ],
  ...[
    '{{ 7 * 7 }}',
    "{{ lookup('pipe', 'id') }}",
    '{% raw %}',
    '{# a #}',
    '[1,2]',
    "{'a':1}",
    'True',
    'a\u00a0b',
    'ünï',
  ],
];

const withText = (text: string): Plan =>
  planOf(
    {},
    {
      name: text,
      disks: [planDisk('disk0', { path: `/srv/${text}` })],
      os: { id: 'x', shortId: 'x', name: 'x', version: text, family: 'linux', distro: 'debian' },
      description: text,
    },
  );

const generated = fc
  .sample(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })), { numRuns: 1500, seed: 7 })
  .map(withText);
const golden: readonly Plan[] = IMAGE_PLAN_NAMES.map((name) => IMAGE_PLANS[name]);
const printable = [...golden, ...NOT_TEXT.map(withText), ...generated].filter(
  (plan) => ansibleEmitter.emit(plan, {}).text !== null,
);
const texts = printable.map((plan) => ansibleEmitter.emit(plan, {}).text ?? '');
const meant = printable.map((plan) => {
  const images = imagesOf(plan);
  return images.map((image) => moduleArguments(image, images));
});

/** Debian's PyYAML, which knows no tag of Ansible's. */
const PYYAML = `
import json, sys, yaml
yaml.SafeLoader.add_constructor('!unsafe', lambda loader, node: loader.construct_scalar(node))
json.dump([[entry['image'] for entry in yaml.safe_load(text)['openstack_images']] for text in json.load(sys.stdin)], sys.stdout)
`;

const yaml = pythonWith('yaml');
describeWithout(yaml === undefined ? ['python3-yaml'] : [], 'PyYAML reads the variables', () => {
  it('as the arguments that were meant, every text as text', () => {
    expect(printable.length).toBeGreaterThan(100);
    expect(askPython(yaml ?? '', PYYAML, texts)).toEqual(meant);
  });
});

/** Ansible's own loader and templates, and what the module says of its arguments. */
const ANSIBLE = `
import json, sys
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.openstack.cloud.plugins.modules.image import ImageModule
validator = ArgumentSpecValidator(ImageModule.argument_spec, **ImageModule.module_kwargs)
loader = DataLoader()
def read(text):
    variables = loader.load(text)
    images = [entry['image'] for entry in Templar(loader, variables=variables).template(variables)['openstack_images']]
    results = [validator.validate(image) for image in images]
    return {'errors': [error for result in results for error in result.error_messages],
            'images': [{name: result.validated_parameters[name] for name in image} for image, result in zip(images, results)]}
json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
`;

/** Instead of the module: writes its arguments down. */
const FAKE_MODULE = `
import json, os
from ansible.module_utils.basic import AnsibleModule
text, number = dict(type='str'), dict(type='int')
spec = dict(name=text, filename=text, disk_format=text, container_format=text, min_disk=number, min_ram=number,
            kernel=text, ramdisk=text, properties=dict(type='dict'))
module = AnsibleModule(argument_spec=spec)
with open(os.environ['RECORD'], 'a') as record:
    record.write(json.dumps({name: value for name, value in module.params.items() if value is not None}) + '\\n')
module.exit_json(changed=True)
`;

/** The playbook of the documentation, run by a real ansible-playbook: what the module gets. */
function play(variables: string): readonly unknown[] {
  const directory = mkdtempSync(join(tmpdir(), 'vm-import-ansible-'));
  const modules = join(directory, 'ansible_collections', 'openstack', 'cloud', 'plugins', 'modules');
  const [record, playbook, file] = ['record', 'playbook.yml', 'variables.yml'].map((name) => join(directory, name));
  const page = readFileSync(new URL('../../docs/openstack.md', import.meta.url), 'utf8');
  const documented = /<!-- ansible -->\n```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(modules, 'image.py'), FAKE_MODULE);
  writeFileSync(playbook ?? '', documented);
  writeFileSync(file ?? '', variables);
  const run = spawnSync('ansible-playbook', ['-i', 'localhost,', '-c', 'local', '-e', `@${file}`, playbook ?? ''], {
    encoding: 'utf8',
    env: {
      ...process.env,
      LC_ALL: 'C.UTF-8',
      HOME: directory,
      RECORD: record,
      ANSIBLE_COLLECTIONS_PATHS: directory,
      ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
    },
  });
  const lines =
    run.status === 0
      ? readFileSync(record ?? '', 'utf8')
          .split('\n')
          .slice(0, -1)
      : [];
  rmSync(directory, { recursive: true, force: true });
  if (run.status !== 0) throw new Error(run.stdout + run.stderr);
  return lines.map((line) => JSON.parse(line));
}

const ansible = pythonWith('ansible', 'ansible_collections.openstack.cloud');
const missing = [...missingTools(['ansible-playbook']), ...(ansible === undefined ? ['ansible'] : [])];
describeWithout(missing, 'Ansible takes the variables', () => {
  it('evaluates nothing in them, and the module accepts its arguments', () => {
    const read = askPython(ansible ?? '', ANSIBLE, texts) as readonly { errors: unknown; images: unknown }[];
    expect(read.flatMap(({ errors }) => errors)).toEqual([]);
    expect(read.map(({ images }) => images)).toEqual(meant);
  });

  it('they arrive through the playbook of the documentation as they are', () => {
    const plans: readonly Plan[] = [
      IMAGE_PLANS['kernel-and-ramdisk-images'],
      IMAGE_PLANS.templates,
      ...['yes', 'True', '[1,2]', "{'a':1}", '{{ 7 * 7 }}', "it's"].map(withText),
    ];
    const entries = plans.map((plan) => ansibleEmitter.emit(plan, {}).text?.split('\n').slice(2).join('\n'));
    const expected = plans.flatMap((plan) => imagesOf(plan).map((image, _, all) => moduleArguments(image, all)));
    expect(play(`---\nopenstack_images:\n${entries.join('')}`)).toEqual(expected);
  }, 120_000);
});

describe('variables to ask about', () => {
  it('leave out what no client takes', () => {
    expect(printable.length).toBeLessThan(golden.length + NOT_TEXT.length + generated.length);
  });
});
