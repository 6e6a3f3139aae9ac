import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readVariableStore } from '../../src/firmware/index.ts';
import { openFile } from '../../src/sources/file.ts';
import { PROGRAM } from './bundle.ts';
import { EMBEDDED_SETTINGS } from './embedded-libvirt.ts';
import { describeWith, itWithout, missingFiles, runTool } from './tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'host-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', env, maxBuffer: 64 << 20 });
}

interface Snapshot {
  readonly libvirtVersion: string;
  readonly qemuVersion: string;
  readonly domains: readonly Record<string, unknown>[];
  readonly guests: readonly Record<string, unknown>[];
  readonly firmwares: readonly {
    readonly uri: string;
    readonly present: boolean;
    readonly template: { readonly path: string; readonly size: number } | null;
  }[];
}

const unplaced = (list: readonly Record<string, unknown>[]) => list.map(({ uri: _, ...rest }) => rest);

describeWith(['virsh', 'qemu-system-x86_64'], 'what libvirt says of this host', () => {
  const root = join(tmpdir(), 'vm-import-libvirt-snapshot');
  const uri = `qemu:///embed?root=${root}`;
  const snapshot = join(folder, 'host.json');
  let saved: Snapshot;

  beforeAll(() => {
    mkdirSync(join(root, 'etc'), { recursive: true });
    writeFileSync(join(root, 'etc', 'qemu.conf'), EMBEDDED_SETTINGS);
    const { status, stderr } = run(['host', 'snapshot', '--host', uri, '-o', snapshot]);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/kinds of guests/)]);
    saved = JSON.parse(readFileSync(snapshot, 'utf8'));
  });

  it('is what its documents say when they are given by hand', () => {
    const documents = saved.domains.map(({ architecture, canonicalMachine, virtType }, index) => {
      const words = ['--arch', architecture, '--machine', canonicalMachine, '--virttype', virtType].map(String);
      const path = join(folder, `${index}.xml`);
      writeFileSync(path, runTool('virsh', ['-q', '-c', uri, 'domcapabilities', ...words], folder));
      return path;
    });
    const capabilities = join(folder, 'capabilities.xml');
    writeFileSync(capabilities, runTool('virsh', ['-q', '-c', uri, 'capabilities'], folder));
    const given = [capabilities, ...documents, '/usr/share/qemu/firmware'].flatMap((path) => ['--host', path]);
    const byHand: Snapshot = JSON.parse(run(['host', 'snapshot', ...given]).stdout);
    expect(saved.domains.length).toBeGreaterThan(1);
    expect(byHand.firmwares.length).toBeGreaterThan(1);
    expect(unplaced(byHand.domains)).toEqual(unplaced(saved.domains));
    expect(unplaced(byHand.guests)).toEqual(unplaced(saved.guests));
    // an administrator may have put descriptors into /etc, too
    expect(saved.firmwares).toEqual(expect.arrayContaining([...byHand.firmwares]));
    expect([saved.libvirtVersion, saved.qemuVersion]).toEqual([
      expect.stringMatching(/^\d+\./),
      expect.stringMatching(/^\d+\./),
    ]);
  });

  it('reads back, and plans are made from it as from the connection', () => {
    const disk = join(folder, 'disk.qcow2');
    runTool('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '1G'], folder);
    const wanted = [disk, '--os', 'debian12', '--set', 'virt-type=qemu', '--set', 'firmware=uefi', '--emit', 'plan'];
    const fromFile = run([...wanted, '--host', snapshot]);
    expect(fromFile.status).toBe(0);
    expect(run([...wanted, '--host', uri]).stdout).toBe(fromFile.stdout);
    const again = run(['host', 'snapshot', '--host', snapshot]);
    expect(JSON.parse(again.stdout)).toEqual(saved);
  });

  it('binds machine versions that a policy pins', () => {
    const disk = resolve('fixtures/disks/qcow2/disk.qcow2');
    const pinned = String(saved.domains.find(({ machine }) => machine === 'q35')?.['canonicalMachine']);
    const machineWith = (machine: string) => {
      const policy = join(folder, 'pin.yaml');
      const rule = `rules: [{ id: site.pin, set: { machine: ${machine} } }]`;
      writeFileSync(policy, `schema: vm-import/policy@1\nname: pin\nextends: [preset:default]\n${rule}\n`);
      const asked = ['--os', 'debian12', '--set', 'virt-type=qemu', '--host', snapshot, '--policy', policy];
      const { status, stdout } = run(['get', 'machine', disk, ...asked]);
      return [status, stdout.trim()];
    };
    expect(machineWith(pinned)).toEqual([0, pinned]);
    expect(machineWith('q35')).toEqual([0, 'q35']);
    expect(machineWith('pc-q35-99.9')[0]).toBe(4);
  });
});

const OVMF = '/usr/share/OVMF';
const ARM = '/usr/share/AAVMF';
const EMPTY = { pk: false, kek: false, db: false };
const ENROLLED = { pk: true, kek: true, db: true };

describe('variable stores of Debian', () => {
  const stores: readonly [path: string, size: number, keys: typeof EMPTY][] = [
    [`${OVMF}/OVMF_VARS.fd`, 131_072, EMPTY],
    [`${OVMF}/OVMF_VARS.ms.fd`, 131_072, ENROLLED],
    [`${OVMF}/OVMF_VARS_4M.fd`, 540_672, EMPTY],
    [`${OVMF}/OVMF_VARS_4M.ms.fd`, 540_672, ENROLLED],
    [`${OVMF}/OVMF_VARS_4M.snakeoil.fd`, 540_672, ENROLLED],
    [`${ARM}/AAVMF_VARS.fd`, 67_108_864, EMPTY],
    [`${ARM}/AAVMF_VARS.ms.fd`, 67_108_864, ENROLLED],
    [`${ARM}/AAVMF_VARS.snakeoil.fd`, 67_108_864, ENROLLED],
  ];
  for (const [path, size, keys] of stores) {
    itWithout(missingFiles([path]), `${path}: ${size} bytes, keys as its name says`, async () => {
      const file = await openFile(path);
      try {
        expect(await readVariableStore(file)).toMatchObject({
          store: { size, keys, secureBootEnabled: keys.pk ? true : null, bootEntries: 0 },
        });
        expect(file.bytesRead).toBeLessThan(1 << 20);
      } finally {
        await file.close();
      }
    });
  }

  for (const path of [`${OVMF}/OVMF_CODE_4M.fd`, `${OVMF}/OVMF_CODE.secboot.fd`, `${ARM}/AAVMF_CODE.fd`]) {
    itWithout(missingFiles([path]), `${path} is none`, async () => {
      const file = await openFile(path);
      try {
        expect(await readVariableStore(file)).toMatchObject({ finding: { code: 'firmware/not-a-store' } });
      } finally {
        await file.close();
      }
    });
  }
});

describeWith(['qemu-img'], 'a supplied variable store', () => {
  const disk = resolve('fixtures/disks/qcow2/disk.qcow2');
  const plan = (...args: readonly string[]) =>
    run([
      disk,
      '--os',
      'debian12',
      '--emit',
      'plan',
      '--set',
      'firmware=uefi',
      '--host',
      '/usr/share/qemu/firmware',
      ...args,
    ]);

  it('of the host is matched to the code that goes with it', () => {
    const { stdout } = plan('--set', `nvram=${OVMF}/OVMF_VARS_4M.ms.fd`, '--set', 'secure-boot=true');
    expect(JSON.parse(stdout)).toMatchObject({
      firmwareFiles: {
        loader: { path: `${OVMF}/OVMF_CODE_4M.ms.fd`, format: 'raw', type: 'pflash' },
        template: { path: `${OVMF}/OVMF_VARS_4M.ms.fd`, format: 'raw' },
      },
    });
  });

  it.each([
    ['without keys', `${OVMF}/OVMF_VARS_4M.fd`, 'plan/nvram-without-keys', 4],
    ['of a build that no descriptor names', `${OVMF}/OVMF_VARS.ms.fd`, 'plan/nvram-no-build', 4],
    ['that is code', `${OVMF}/OVMF_CODE_4M.fd`, 'firmware/not-a-store', 3],
  ])('%s is refused', (_, path, code, exit) => {
    const { status, stderr } = plan('--set', `nvram=${path}`, '--set', 'secure-boot=true');
    expect([status, stderr]).toEqual([exit, expect.stringContaining(`[${code}]`)]);
  });

  it('in qcow2 is read through it, and goes with no raw build', () => {
    const store = join(folder, 'vars.qcow2');
    runTool('qemu-img', ['convert', '-O', 'qcow2', `${OVMF}/OVMF_VARS_4M.fd`, store], folder);
    const { status, stderr } = plan('--set', `nvram=${store}`);
    expect([status, stderr]).toEqual([4, expect.stringContaining('(540672 bytes, qcow2)')]);
  });
});

describeWith(['sh', 'head', 'time'], 'a virsh that is broken', () => {
  it.each([
    ['fails', "echo 'error: failed to connect' >&2; exit 1", 'exec/failed'],
    ['prints 100 MB', 'exec head -c 100000000 /dev/zero', 'exec/too-much-output'],
    ['prints no document', 'echo hello', 'host/malformed'],
  ])('and %s ends the run with exit 2, in little memory', (_, script, code) => {
    const bin = mkdtempSync(join(folder, 'bin-'));
    writeFileSync(join(bin, 'virsh'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'virsh'), 0o755);
    const { status, stderr, stdout } = spawnSync(
      'time',
      ['-f', 'peak %M', process.execPath, PROGRAM, 'host', 'snapshot', '--host', 'qemu:///system'],
      { encoding: 'utf8', env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` } },
    );
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`[${code}]`);
    expect(Number(/peak (\d+)/.exec(stderr)?.[1])).toBeLessThan(256 * 1024);
  });
});
