import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROGRAM } from './bundle.ts';
import { EMBEDDED_SETTINGS } from './embedded-libvirt.ts';
import { GLANCE_TOOLS, Glance } from './glance.ts';
import { describeWith, itRefused, runTool } from './tools.ts';

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
  writeFileSync(at('bin/vm-import'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`, { mode: 0o755 });
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
    expect(run([SHELL, 'a.qcow2', 'b.qcow2'], env).status).toBe(2);
  });

  it('the playbook plans all before it uploads any, and leaves alone what is there', async () => {
    const before = await names();
    const play = (
      ...images: readonly { readonly file: string; readonly name: string | number; readonly os?: string }[]
    ) => {
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
    const dated = { file: good.file, name: 20260731 };
    expect(play(dated).stdout).toMatch(/changed=1 .*failed=0/);
    const second = play(good, dated);
    expect([second.status, second.stdout]).toEqual([0, expect.stringMatching(/changed=0 .*failed=0/)]);
    expect(await names()).toEqual([...before, "it's good", '20260731'].sort());
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

  it('takes paths that look like options', () => {
    mkdirSync(at('-build'));
    image('./-build/x.qcow2');
    copyFileSync(at('hints.json'), at('-hints.json'));
    const publish = (firmware: string) =>
      run([PUBLISH, '-build/x.qcow2'], { VM_IMPORT_HINTS: '-hints.json', VM_IMPORT_FIRMWARE: firmware });
    expect(publish('uefi')).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(at('-build/x.qcow2.plan.json'), 'utf8')).values).toMatchObject({ firmware: 'uefi' });
    expect(JSON.parse(readFileSync(at('-build/x.qcow2.report.json'), 'utf8')).verdict).toBe('allowed');
    expect(publish('bios')).toMatchObject({ status: 1, stderr: expect.stringContaining('was built with bios') });
    image('./-x.qcow2');
    expect(run([PUBLISH, '-x.qcow2'])).toMatchObject({ status: 2, stderr: expect.stringContaining('[plan/bad-name]') });
  });

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

const MIB = 1024 * 1024;

/** The least that firmware would start: the headers of a PE program for x86-64, its subsystem an EFI application. */
function efiProgram(): Buffer {
  const program = Buffer.alloc(512);
  program.write('MZ', 0, 'latin1');
  program.writeUInt32LE(0x40, 0x3c);
  program.write('PE\0\0', 0x40, 'latin1');
  program.writeUInt16LE(0x8664, 0x44);
  program.writeUInt16LE(0xf0, 0x54);
  program.writeUInt16LE(0x20b, 0x58);
  program.writeUInt16LE(10, 0x58 + 68);
  return program;
}

/** A GPT disk with an EFI system partition and its fallback loader, and no code that a BIOS would start. */
function uefiDisk(name: string): string {
  writeFileSync(at(name), Buffer.alloc(64 * MIB));
  writeFileSync(at('table'), 'label: gpt\nstart=2048, type=uefi\n');
  writeFileSync(at('BOOTX64.EFI'), efiProgram());
  const esp = `${name}@@1M`;
  runTool('sh', ['-c', 'sfdisk -q "$1" < table', 'sh', name], directory);
  runTool('mformat', ['-i', esp, '-T', String((62 * MIB) / 512), '-h', '16', '-s', '63', '::'], directory);
  runTool('mmd', ['-i', esp, '::EFI', '::EFI/BOOT'], directory);
  runTool('mcopy', ['-i', esp, 'BOOTX64.EFI', '::EFI/BOOT/BOOTX64.EFI'], directory);
  return at(name);
}

describeWith(['sfdisk', 'mformat'], 'the hook of libvirt, called as libvirt calls it', () => {
  const PLAN = '{"plan": "allowed"}\n';
  const digest = createHash('sha256').update(PLAN).digest('hex');
  const named = (value: string): string => `<p:plan xmlns:p="urn:vm-import:plan:1" digest="${value}"/>`;

  interface Options {
    readonly os?: string;
    readonly metadata?: string;
    readonly before?: string;
    readonly boot?: string;
    readonly path?: string;
  }

  let disk: string;
  beforeAll(() => {
    disk = uefiDisk('uefi disk.raw');
    mkdirSync(at('plans'));
    writeFileSync(at(`plans/${digest}.json`), PLAN);
  });

  /** A domain that libvirt hands over; by default one with a BIOS, for which the disk is no good. */
  const domain = (options: Options = {}): string => `<domain type="kvm">
  <name>guest</name>
  <metadata>${options.metadata ?? named(`sha256:${digest}`)}</metadata>
  ${options.os ?? '<os><type arch="x86_64" machine="q35">hvm</type></os>'}
  <devices>
    ${options.before ?? ''}
    <disk type="file" device="disk">
      <driver name="qemu" type="raw"/>
      <source file="${options.path ?? disk}"/>
      <target dev="vda" bus="virtio"/>
      ${options.boot ?? '<boot order="2"/>'}
    </disk>
  </devices>
</domain>
`;
  const UEFI = '<os firmware="efi"><type>hvm</type></os>';
  const DISC = '<disk type="file" device="cdrom"><source file="/x.iso"/><boot order="1"/></disk>';
  const ROM = '<os><type>hvm</type><loader type="rom">/usr/share/OVMF/OVMF.fd</loader></os>';
  const PFLASH = '<os><type>hvm</type><loader readonly="yes" type="pflash">/usr/share/OVMF/OVMF_CODE.fd</loader></os>';

  function called(xml: string, env: NodeJS.ProcessEnv = {}, operation: readonly string[] = ['prepare', 'begin', '-']) {
    const argv = [GUARD, 'guest', ...operation];
    const { status, stdout, stderr } = run(argv, { VM_IMPORT_PLANS: at('no plans'), ...env }, xml);
    // libvirt ignores it
    expect(stdout).toBe('');
    return { status, stderr };
  }

  it('refuses a BIOS for a disk that only UEFI starts, and says where the proof is', () => {
    const { status, stderr } = called(domain());
    expect([status, stderr]).toEqual([1, expect.stringContaining('it has bios firmware')]);
    expect(stderr).toContain(`vm-import explain firmware '${disk}'`);
  });

  it('refuses a BIOS that libvirt selected and mapped as a ROM', () => {
    const os = '<os firmware="bios"><type>hvm</type><loader type="rom">/usr/share/seabios/bios-256k.bin</loader></os>';
    expect(called(domain({ os }))).toEqual({ status: 1, stderr: expect.stringContaining('it has bios firmware') });
  });

  it.each<readonly [title: string, options: Options]>([
    ['UEFI that libvirt chooses', { os: UEFI }],
    ['UEFI by its file', { os: PFLASH }],
    ['code and variables in one file, which libvirt is told to map as a ROM', { os: ROM }],
    ['a kernel of its own', { os: '<os><type>hvm</type><kernel>/vmlinuz</kernel></os>' }],
    ['a disc that is tried before', { before: DISC }],
    ['a network that is tried before', { os: '<os><type>hvm</type><boot dev="network"/></os>', boot: '' }],
    ['no plan in its metadata', { metadata: '' }],
  ])('lets a guest start that has %s', (_title, options) => {
    expect(called(domain(options))).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    ['prepare', 'end', '-'],
    ['start', 'begin', '-'],
    ['stopped', 'end', '-'],
    ['migrate', 'begin', '-'],
  ])('has no part in %s %s', (...operation) => {
    expect(called(domain(), {}, operation)).toEqual({ status: 0, stderr: '' });
  });

  it('wants the plan among those that are allowed, where somebody keeps such', () => {
    const env = { VM_IMPORT_PLANS: at('plans') };
    const withPlan = (value: string) => called(domain({ os: UEFI, metadata: named(value) }), env);
    expect(withPlan(`sha256:${digest}`)).toEqual({ status: 0, stderr: '' });
    expect(withPlan(`sha256:${'0'.repeat(64)}`)).toEqual({ status: 1, stderr: expect.stringContaining('not allowed') });
    expect(withPlan('sha256:../../etc/passwd')).toEqual({ status: 1, stderr: expect.stringContaining('no SHA-256') });
    writeFileSync(at(`plans/${'1'.repeat(64)}.json`), PLAN);
    expect(withPlan(`sha256:${'1'.repeat(64)}`)).toEqual({ status: 1, stderr: expect.stringContaining('was changed') });
  });

  it.each<readonly [title: string, xml: () => string, env: NodeJS.ProcessEnv]>([
    ['the domain cannot be read', () => '<domain>', {}],
    ['the disk is not there', () => domain({ path: '/nowhere/disk.raw' }), {}],
    ['the program is not there', () => domain(), { VM_IMPORT: '/nowhere/vm-import' }],
    ['the program says nothing', () => domain(), { VM_IMPORT: '/bin/true' }],
  ])('lets the guest start and says so when %s', (_title, xml, env) => {
    expect(called(xml(), env)).toEqual({ status: 0, stderr: expect.stringContaining('guest was not checked') });
  });

  it('does not keep libvirt waiting for a program that hangs', () => {
    writeFileSync(at('hangs'), '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 });
    const { status, stderr } = called(domain(), { VM_IMPORT: at('hangs') });
    expect([status, stderr]).toEqual([0, expect.stringContaining('timed out')]);
  });
});

/**
 * A daemon of libvirt of its own, with our hook, in a mount namespace: nothing of it is seen by others on this machine,
 * and it sees nothing of theirs. Runs the words after it as a shell line, and ends.
 */
const OWN_LIBVIRT = `
set -eu
mount -t tmpfs none /run
mkdir -p /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt
mount --bind own/etc /etc/libvirt
for part in lib cache log; do mount --bind "own/$part" "/var/$part/libvirt"; done
libvirtd 2> own/daemon.log &
daemon=$!
trap 'kill "$daemon"; wait' EXIT
until virsh -q -c qemu:///system version > own/version 2>&1; do
  kill -0 "$daemon" || { cat own/daemon.log >&2; exit 70; }
  sleep 0.1
done
sh -c "$1"
`;

const mayMount = spawnSync('unshare', ['-m', 'true']).status === 0;
const needed = ['unshare', 'libvirtd', 'virsh', 'qemu-system-x86_64', 'sfdisk', 'mformat'];

describeWith(needed, 'the hook of libvirt in a real libvirtd', () => {
  const title = 'stops the start of a guest';
  if (!mayMount) itRefused(title, 'no mount namespace allowed here');
  else
    it(title, () => {
      for (const name of ['etc/hooks/qemu.d', 'lib', 'cache', 'log']) mkdirSync(at(`own/${name}`), { recursive: true });
      copyFileSync(GUARD, at('own/etc/hooks/qemu.d/vm-import'));
      writeFileSync(at('own/etc/qemu.conf'), `${EMBEDDED_SETTINGS}security_driver = "none"\n`);
      const disk = uefiDisk('guest.raw');
      const domain = (name: string, firmware: string): string => `<domain type="qemu">
  <name>${name}</name>
  <metadata><p:plan xmlns:p="urn:vm-import:plan:1" digest="sha256:${'0'.repeat(64)}"/></metadata>
  <memory unit="MiB">256</memory>
  <os ${firmware}><type arch="x86_64" machine="q35">hvm</type></os>
  <features><acpi/></features>
  <devices>
    <disk type="file" device="disk">
      <driver name="qemu" type="raw"/>
      <source file="${disk}"/>
      <target dev="vda" bus="virtio"/>
      <boot order="1"/>
    </disk>
    <memballoon model="none"/>
  </devices>
</domain>
`;
      writeFileSync(at('with-uefi.xml'), domain('with-uefi', 'firmware="efi"'));
      writeFileSync(at('with-bios.xml'), domain('with-bios', ''));
      writeFileSync(at('own/run'), OWN_LIBVIRT);
      const virsh = 'virsh -q -c qemu:///system';
      const line = [
        `${virsh} create --paused with-uefi.xml && ${virsh} domstate with-uefi && ${virsh} destroy with-uefi`,
        `${virsh} create --paused with-bios.xml && exit 1`,
        `${virsh} list --all --name`,
      ].join('\n');
      const { status, stdout, stderr } = run(
        ['timeout', '100', 'unshare', '-m', '--propagation', 'private', 'sh', 'own/run', line],
        {
          LC_ALL: 'C',
        },
      );
      expect(stderr).toMatch(/Hook script execution failed[\s\S]*with-bios is not started: it has bios firmware/);
      expect(stdout.trim()).toBe('paused');
      expect(status).toBe(0);
    });
});
