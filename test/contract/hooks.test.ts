import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GLANCE_TOOLS, Glance } from './glance.ts';
import { describeWith, runTool } from './tools.ts';

const program = fileURLToPath(new URL('../../dist/bin/vm-import.cjs', import.meta.url));
const integrations = fileURLToPath(new URL('../../integrations', import.meta.url));
const SHELL = join(integrations, 'shell/upload-image');
const PUBLISH = join(integrations, 'packer/publish-image');
const PACKER = join(integrations, 'packer/example.pkr.hcl');
const PLAYBOOK = join(integrations, 'ansible/upload-images.yml');
const GUARD = join(integrations, 'libvirt-hook/vm-import-guard');

let directory: string;
const at = (name: string): string => join(directory, name);

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'vm-import-hooks-')));
  mkdirSync(at('bin'));
  writeFileSync(at('bin/vm-import'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A command with our program on its PATH. */
function run(argv: readonly string[], env: NodeJS.ProcessEnv = {}, input = '') {
  const [command = '', ...args] = argv;
  const PATH = [at('bin'), process.env['PATH']].join(delimiter);
  return spawnSync(command, args, {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, ...env, PATH },
    input,
  });
}

function image(name: string): string {
  runTool('qemu-img', ['create', '-q', '-f', 'qcow2', name, '16M'], directory);
  return name;
}

function overlay(name: string): string {
  image('base.qcow2');
  runTool('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', name], directory);
  return name;
}

describeWith(['shellcheck', 'flake8', 'mypy'], 'the examples by their linters', () => {
  it('are clean', () => {
    expect(run(['shellcheck', SHELL, PUBLISH]).stdout).toBe('');
    expect(run(['flake8', '--max-line-length', '88', GUARD])).toMatchObject({ status: 0, stdout: '' });
    expect(run(['mypy', '--strict', '--cache-dir', at('mypy'), GUARD]).stdout).toContain('no issues');
  });
});

describeWith([...GLANCE_TOOLS, 'qemu-img', 'ansible-playbook'], 'before an upload', () => {
  let glance: Glance;
  beforeAll(async () => {
    glance = await Glance.start();
  });
  afterAll(() => glance?.stop());

  const names = async (): Promise<readonly unknown[]> => (await glance.images()).map(({ name }) => name).sort();

  it('the shell script uploads what is allowed and stops at what is not', async () => {
    mkdirSync(at('reports'));
    const env = { ...glance.env, VM_IMPORT_REPORTS: at('reports') };
    expect(run([SHELL, image('it is $(fine).qcow2'), '--os', 'debian12'], env)).toMatchObject({ status: 0 });
    expect(await glance.images()).toMatchObject([{ name: 'it is $(fine)', status: 'active', os_distro: 'debian' }]);
    const refused = run([SHELL, overlay('overlay.qcow2')], env);
    expect([refused.status, refused.stderr]).toEqual([3, expect.stringContaining('[disk/backing-file]')]);
    expect(await names()).toEqual(['it is $(fine)']);
    expect(JSON.parse(readFileSync(at('reports/overlay.qcow2.json'), 'utf8')).verdict).toBe('unreadable');
    expect(run([SHELL], env).status).toBe(2);
  });

  it('the playbook plans all before it uploads any, and leaves alone what is there', async () => {
    const before = await names();
    const play = (...images: readonly { readonly file: string; readonly name: string; readonly os?: string }[]) => {
      const all = images.map((entry) => ({ ...entry, file: at(entry.file) }));
      return run(['ansible-playbook', PLAYBOOK, '-e', JSON.stringify({ images: all })], {
        ...glance.env,
        ANSIBLE_LOCAL_TEMP: at('ansible'),
        ANSIBLE_NOCOLOR: '1',
      });
    };
    const good = { file: image("it's good.qcow2"), name: "it's good", os: 'debian12' };
    const refused = play(good, { file: overlay('overlay.qcow2'), name: 'bad' });
    expect([refused.status, refused.stdout]).toEqual([2, expect.stringContaining('[disk/backing-file]')]);
    expect(await names()).toEqual(before);
    const first = play(good);
    expect([first.status, first.stdout]).toEqual([0, expect.stringMatching(/changed=1 .*failed=0/)]);
    expect(await glance.images()).toContainEqual(expect.objectContaining({ name: "it's good", os_distro: 'debian' }));
    const second = play(good);
    expect([second.status, second.stdout]).toEqual([0, expect.stringMatching(/changed=0 .*failed=0/)]);
    expect(await names()).toEqual([...before, "it's good"].sort());
  });
});

describeWith(['packer', 'qemu-img'], 'the last step of a Packer build', () => {
  const HINTS = { vmHints: 1, os: 'debian12', hardware: { firmware: { required: ['uefi'] } } };

  function build(output: string, variables: { readonly [name: string]: string }) {
    const settings = Object.entries({ image: image('base.qcow2'), output, ...variables });
    return run(['packer', 'build', ...settings.flatMap(([name, value]) => ['-var', `${name}=${value}`]), PACKER], {
      HOME: directory,
      CHECKPOINT_DISABLE: '1',
    });
  }

  beforeAll(() => writeFileSync(at('hints.json'), JSON.stringify(HINTS)));

  it('publishes an image with its hints and its plan', () => {
    const output = `it's $(touch pwned) built.qcow2`;
    const { status, stdout } = build(output, { hints: 'hints.json', firmware: 'uefi' });
    expect([status, stdout]).toEqual([0, expect.stringContaining('Builds finished')]);
    expect(JSON.parse(run(['vm-import', 'hints', 'get', output]).stdout)).toMatchObject(HINTS);
    expect(JSON.parse(readFileSync(at(`${output}.plan.json`), 'utf8')).values).toMatchObject({ firmware: 'uefi' });
    expect(JSON.parse(readFileSync(at(`${output}.report.json`), 'utf8')).verdict).toBe('allowed');
    expect(existsSync(at('pwned'))).toBe(false);
  });

  it('fails where others would start the image with another firmware', () => {
    const { status, stdout, stderr } = build('other.qcow2', { hints: 'hints.json', firmware: 'bios' });
    expect([status, stdout + stderr]).toEqual([1, expect.stringContaining('was built with bios')]);
  });
});

/** A disk whose first sector is boot code for a BIOS, and nothing else. */
function biosDisk(name: string): string {
  const disk = Buffer.alloc(1024 * 1024);
  // mov si, ...; the least that is no empty sector, an active partition of type 83, and the signature
  disk.write('fa31c08ed8be007cebfe', 0, 'hex');
  disk.write('800101000100830fffff00080000f8030000', 446, 'hex');
  disk.writeUInt16LE(0xaa55, 510);
  writeFileSync(at(name), disk);
  return at(name);
}

describe('the hook of libvirt, called as libvirt calls it', () => {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
  const PLAN = '{"plan": "allowed"}\n';

  const domain = (
    path: string,
    options: { readonly os?: string; readonly metadata?: string; readonly more?: string } = {},
  ) => `
<domain type="kvm">
  <name>guest</name>
  <metadata>${options.metadata ?? `<p:plan xmlns:p="urn:vm-import:plan:1" digest="sha256:${digest(PLAN)}"/>`}</metadata>
  <os firmware="${options.os ?? 'bios'}"><type arch="x86_64" machine="q35">hvm</type></os>
  <devices>
    ${options.more ?? ''}
    <disk type="file" device="disk">
      <driver name="qemu" type="raw"/>
      <source file="${path}"/>
      <target dev="vda" bus="virtio"/>
      <boot order="1"/>
    </disk>
  </devices>
</domain>`;

  const start = (xml: string, env: NodeJS.ProcessEnv = {}) => {
    const { status, stdout, stderr } = run(
      [GUARD, 'guest', 'prepare', 'begin', '-'],
      { VM_IMPORT_PLANS: at('none'), ...env },
      xml,
    );
    expect(stdout).toBe('');
    return { status, stderr };
  };

  it('x', () => {
    console.log(start(domain(biosDisk('bios.raw'), { os: 'efi' })));
    console.log(run(['vm-import', 'inspect', '--json', 'bios.raw']).stdout.slice(-2500));
  });
});
