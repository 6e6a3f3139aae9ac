import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KEYS, type Key } from '../../src/facts/index.ts';
import { PROGRAM } from './bundle.ts';
import { GLANCE_TOOLS, Glance, type GlanceImage } from './glance.ts';
import { describeWith, runTool } from './tools.ts';

const integration = fileURLToPath(new URL('../../integrations/glance', import.meta.url));

let directory: string;
let python: string;
const at = (name: string): string => join(directory, name);
const tool = (name: string, ...argv: readonly string[]): string => runTool(name, argv, directory);
const vmImport = (...argv: readonly string[]): string => tool(process.execPath, PROGRAM, ...argv);

/** The program that the plugin is told to call. */
function installProgram(body: string): void {
  writeFileSync(at('vm-import'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}
const REAL = `exec '${process.execPath}' '${PROGRAM}' "$@"`;
/** Node ends with 1. */
const NOWHERE = `exec '${process.execPath}' /nowhere/vm-import.cjs "$@"`;

/** As an operator installs it, but into a directory of our own. The build leaves files beside what it builds. */
function installPlugin(): void {
  python = /^#!\s*(\S+)/.exec(readFileSync(tool('sh', '-c', 'command -v glance-api').trim(), 'utf8'))?.[1] ?? 'python3';
  cpSync(integration, at('source'), { recursive: true });
  const offline = ['--no-index', '--no-deps', '--no-build-isolation', '--disable-pip-version-check'];
  tool(
    python,
    '-m',
    'pip',
    'install',
    '--quiet',
    '--root-user-action=ignore',
    ...offline,
    '--target',
    'site',
    at('source'),
  );
}

interface Outcome {
  readonly image: GlanceImage;
  /** `success` or `failure`, as the task of the import ended. */
  readonly status: string;
  /** What the user is told. */
  readonly message: string;
}

interface Task {
  readonly created_at: string;
  readonly status: string;
  readonly message: string;
}

/** glance-direct: a record, its bytes to the staging area, and the import, until its task is over. */
async function importImage(
  glance: Glance,
  file: string,
  record: { readonly [name: string]: string },
): Promise<Outcome> {
  const formats = { disk_format: 'qcow2', container_format: 'bare' };
  const { id } = (await glance.request('POST', '/v2/images', { name: file, ...formats, ...record })) as GlanceImage;
  return importBytes(glance, id, file);
}

async function importBytes(glance: Glance, id: string, file: string): Promise<Outcome> {
  await glance.request('PUT', `/v2/images/${id}/stage`, readFileSync(at(file)));
  await glance.request('POST', `/v2/images/${id}/import`, { method: { name: 'glance-direct' } });
  for (;;) {
    const { tasks } = (await glance.request('GET', `/v2/images/${id}/tasks`)) as { readonly tasks: readonly Task[] };
    // an image that was imported before has older tasks too
    const running = tasks.filter(({ status }) => status === 'pending' || status === 'processing');
    if (tasks.length > 0 && running.length === 0) {
      const [last] = [...tasks].sort((a, b) => b.created_at.localeCompare(a.created_at));
      return { image: await glance.image(id), status: last?.status ?? '', message: last?.message ?? '' };
    }
    await pause(100);
  }
}

/** The properties that the program, asked by hand, says the image in `file` should have. */
function planned(file: string, ...args: readonly string[]): { readonly [name: string]: string } {
  const text = vmImport(file, '--emit', 'openstack-json', '--policy', 'preset:openstack', '--quiet', ...args);
  const { name, disk_format, container_format, min_disk, min_ram, ...properties } = JSON.parse(text).images[0].body;
  return properties;
}

const HINTS = {
  vmHints: 1,
  os: 'debian12',
  hardware: { firmware: { required: ['uefi'] }, 'nic-model': { recommended: ['e1000e'] } },
};

const options = (plugins: string, more: string): string => `
[image_import_opts]
image_import_plugins = [${plugins}]
[image_conversion]
output_format = raw
[vm_import]
command = ${at('vm-import')}
${more}
`;

describeWith(
  [...GLANCE_TOOLS, 'qemu-img', 'genisoimage', 'flake8', 'mypy', 'pip3'],
  'the import plugin of Glance',
  () => {
    beforeAll(() => {
      directory = realpathSync(mkdtempSync(join(tmpdir(), 'vm-import-plugin-')));
      chmodSync(directory, 0o755);
      installPlugin();
      installProgram(REAL);
      tool('qemu-img', 'create', '-q', '-f', 'qcow2', 'plain.qcow2', '16M');
      tool('qemu-img', 'create', '-q', '-f', 'qcow2', 'hinted.qcow2', '16M');
      writeFileSync(at('hints.json'), JSON.stringify(HINTS));
      vmImport('hints', 'set', 'hinted.qcow2', 'hints.json');
      tool('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', 'plain.qcow2', '-F', 'qcow2', 'overlay.qcow2');
      tool('genisoimage', '-quiet', '-o', 'disc.iso', 'hints.json');
    });
    afterAll(() => rmSync(directory, { recursive: true, force: true }));
    afterEach(() => installProgram(REAL));

    it('is clean by flake8 and by mypy --strict', () => {
      expect(execFileSync('flake8', ['.'], { cwd: integration, encoding: 'utf8' })).toBe('');
      const mypy = ['--python-executable', python, '--cache-dir', at('mypy'), 'vm_import_glance'];
      expect(execFileSync('mypy', mypy, { cwd: integration, encoding: 'utf8' })).toContain('no issues');
    });

    it('passes on only what the program has keys and values for', () => {
      const table = `import json
from vm_import_glance import wishes
print(json.dumps([(key, value) for key, values in wishes._KEYS.values() for value in values.values()]
                 + [("machine", family) for _, family in wishes._FAMILIES]))`;
      const text = execFileSync(python, ['-c', table], { env: { ...process.env, PYTHONPATH: at('site') } });
      const wishes: readonly (readonly [key: Key, value: string])[] = JSON.parse(String(text));
      expect(wishes.length).toBeGreaterThan(20);
      for (const [key, value] of wishes) {
        const spec = KEYS[key];
        const values = spec.type === 'enum' ? spec.values : ['true', 'false'];
        expect(values.map((known) => `${key}=${known}`)).toContain(`${key}=${value}`);
      }
    });

    describe('as it is by default', () => {
      let glance: Glance;
      beforeAll(async () => {
        glance = await Glance.start({ configuration: options('vm_import', ''), pythonPath: [at('site')] });
      });
      afterAll(() => glance?.stop());

      it('sets the properties of a disk with hints', async () => {
        const { image, status } = await importImage(glance, 'hinted.qcow2', {});
        expect([status, image.status]).toEqual(['success', 'active']);
        const expected = planned('hinted.qcow2');
        expect(expected).toMatchObject({ hw_firmware_type: 'uefi', hw_vif_model: 'e1000e', os_distro: 'debian' });
        expect(image).toMatchObject(expected);
      });

      it.each([
        ['a backing file', 'overlay.qcow2', {}, 'disk/backing-file', 'flatten'],
        ['another format than was claimed', 'plain.qcow2', { disk_format: 'raw' }, 'disk/format-mismatch', 'qcow2'],
        [
          'properties that contradict each other',
          'plain.qcow2',
          { hw_machine_type: 'pc-i440fx-7.2', os_secure_boot: 'required' },
          'plan/unresolved',
          'q35',
        ],
      ])('refuses %s', async (_title, file, record, code, text) => {
        const { image, status, message } = await importImage(glance, file, record);
        expect([status, image.status, image['size']]).toEqual(['failure', 'queued', null]);
        // the codes, and no path of the host
        expect(message).toMatch(new RegExp(`The image was refused: ${code}$`));
        const said = glance.log().split(`vm-import refuses image ${image.id}`)[1];
        expect(said).toContain(text);
      });

      it('names the warnings that deny where the program is told to be strict', async () => {
        installProgram(`${REAL} --strict`);
        const { status, message } = await importImage(glance, 'plain.qcow2', {});
        expect([status, message]).toEqual(['failure', expect.stringMatching(/was refused: plan\/os-unknown$/)]);
      });

      it('lets a refused image be staged and imported again', async () => {
        const refused = await importImage(glance, 'overlay.qcow2', {});
        const { image, status } = await importBytes(glance, refused.image.id, 'plain.qcow2');
        expect([status, image.status]).toEqual(['success', 'active']);
        expect(image).toMatchObject(planned('plain.qcow2'));
      });

      it('leaves what the user has set, and plans the rest around it', async () => {
        const given = { hw_firmware_type: 'uefi', vm_mode: 'hvm', architecture: 'x86_64', hw_vif_model: 'lan9118' };
        const { image, status } = await importImage(glance, 'plain.qcow2', given);
        expect(status).toBe('success');
        expect(image).toMatchObject({ ...given, os_secure_boot: 'disabled', hw_machine_type: 'q35' });
        // Nova would take the new names before those that the user wrote
        expect(Object.keys(image)).not.toContain('hw_vm_mode');
        expect(Object.keys(image)).not.toContain('hw_architecture');
      });

      it.each([
        ['is missing', () => renameSync(at('vm-import'), at('elsewhere'))],
        ['is not where Node looks for it', () => installProgram(NOWHERE)],
        ['ends with 1 after a warning', () => installProgram("echo 'vm-import: warning: Odd. [a/b]' >&2; exit 1")],
        ['has a usage error', () => installProgram(`${REAL} --no-such-option`)],
        ['is killed', () => installProgram('kill -9 $$')],
        ['prints no JSON', () => installProgram('echo active')],
        [
          'prints a property that is no string',
          () => installProgram(`echo '{"images":[{"body":{"disk_format":"raw","hw_x":1}}]}'`),
        ],
      ])('fails closed when the program %s', async (_title, breakProgram) => {
        breakProgram();
        const { image, status, message } = await importImage(glance, 'plain.qcow2', {});
        expect([status, image.status]).toEqual(['failure', 'queued']);
        expect(message).toContain('could not be examined');
        expect(glance.log()).toContain(`no verdict on image ${image.id}`);
      });
    });

    it('does not take the image for the program when no program is configured', async () => {
      const glance = await Glance.start({ configuration: options('vm_import', 'command ='), pythonPath: [at('site')] });
      try {
        const { status, message } = await importImage(glance, 'plain.qcow2', {});
        expect([status, message]).toEqual(['failure', expect.stringContaining('could not be examined')]);
        expect(glance.log()).toContain('[vm_import] command is empty');
      } finally {
        await glance.stop();
      }
    });

    describe('told to override and to let pass, before a conversion', () => {
      let glance: Glance;
      beforeAll(async () => {
        const more = 'on_failure = import\noverride = true\ntimeout = 15\nskip_properties = hw_rng_model,hw_usb_model';
        const configuration = options('vm_import,image_conversion', more);
        glance = await Glance.start({ configuration, pythonPath: [at('site')] });
      });
      afterAll(() => glance?.stop());

      it('replaces what the user has set, by what stood in the header that the conversion drops', async () => {
        const { image, status } = await importImage(glance, 'hinted.qcow2', { hw_firmware_type: 'bios' });
        expect([status, image.status, image['disk_format']]).toEqual(['success', 'active', 'raw']);
        const { hw_rng_model, hw_usb_model, ...expected } = planned('hinted.qcow2');
        expect([hw_rng_model, hw_usb_model]).toEqual(['virtio', 'qemu-xhci']);
        expect(image).toMatchObject({ ...expected, hw_firmware_type: 'uefi' });
        expect(Object.keys(image)).not.toContain('hw_rng_model');
        expect(Object.keys(image)).not.toContain('hw_usb_model');
      });

      it('takes its properties back when a later task fails', async () => {
        const given = { disk_format: 'iso', hw_machine_type: 'pc' };
        const { image, status } = await importImage(glance, 'disc.iso', given);
        // Glance leaves it so when one of its own plugins fails
        expect([status, image.status, image['hw_machine_type']]).toEqual(['failure', 'importing', 'pc']);
        expect(Object.keys(image)).not.toContain('hw_disk_bus');
        expect(Object.keys(image)).not.toContain('hw_firmware_type');
      });

      it.each([
        ['hangs', 'sleep 1000'],
        ['never stops printing', 'exec yes'],
        ['is not where Node looks for it', NOWHERE],
      ])('imports unexamined, and says so, when the program %s', async (_title, body) => {
        installProgram(body);
        const { image, status } = await importImage(glance, 'plain.qcow2', {});
        expect([status, image.status]).toEqual(['success', 'active']);
        expect(Object.keys(image)).not.toContain('hw_machine_type');
        expect(glance.log()).toContain(`Image ${image.id} is imported unexamined`);
      });

      it('still refuses what the program refuses', async () => {
        const { image, status, message } = await importImage(glance, 'overlay.qcow2', {});
        expect([status, image.status]).toEqual(['failure', 'queued']);
        expect(message).toContain('disk/backing-file');
      });
    });

    it('leaves nothing in the project', () => {
      expect(readdirSync(integration).sort()).toEqual(['.flake8', 'README.md', 'pyproject.toml', 'vm_import_glance']);
    });
  },
);
