import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inspect, plan } from '../../src/index.ts';
import { embeddedVirtInstall } from './embedded-virt-install.ts';
import { describeWith } from './tools.ts';

/**
 * Our defaults against those of virt-install, for the same database and the same kind of host. Left out on both sides
 * are the classes that docs/os-defaults.md names: firmware (here it follows the disk), Secure Boot, SPICE, CPU mode.
 */
const SYSTEMS = [
  ...['fedora37', 'fedora30', 'fedora20', 'debian11', 'debian10', 'debian9', 'debian7', 'ubuntu22.04', 'ubuntu20.04'],
  ...['ubuntu18.04', 'ubuntu14.04', 'rhel9.1', 'rhel8.7', 'rhel7.9', 'rhel6.10', 'rhel5.11', 'centos-stream9'],
  ...['centos7.0', 'centos6.10', 'rocky9', 'almalinux9', 'ol8.5', 'opensuse15.4', 'opensusetumbleweed', 'sles12sp5'],
  ...['sle15sp4', 'alpinelinux3.17', 'archlinux', 'cirros0.5.2', 'linux2022', 'linux2018', 'nixos-22.05', 'mageia8'],
  ...['freebsd13.1', 'freebsd9.3', 'openbsd7.0', 'netbsd9.0', 'solaris11', 'haikur1beta3', 'freedos1.2'],
  ...['win11', 'win10', 'win8.1', 'win7', 'winvista', 'winxp', 'win2k22', 'win2k19', 'win2k12r2', 'win2k8r2', 'win2k3'],
] as const;

interface Machine {
  readonly machine: string;
  readonly bus: string;
  readonly nic: string;
  readonly video: string;
  readonly rng: string;
  readonly tpm: string;
  readonly memory: number;
}

describeWith(['virt-install', 'qemu-img', 'qemu-system-x86_64'], 'virt-install', () => {
  let directory: string;
  let disk: string;
  let installed: ReturnType<typeof embeddedVirtInstall>;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'vm-import-virt-install-disk-'));
    disk = join(directory, 'disk.qcow2');
    installed = embeddedVirtInstall(directory, 'virt-install');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '1G']);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function theirs(system: string): { readonly found: Machine; readonly memoryKnown: boolean } {
    const ask = (more: readonly string[]) =>
      spawnSync(
        '/usr/bin/python3',
        [
          ...[installed.script, '--connect', installed.uri, '--import', '--name', 'guest', '--virt-type', 'qemu'],
          ...['--osinfo', system, '--disk', `source.file=${disk},driver.type=qcow2`, '--network', 'user'],
          ...['--graphics', 'vnc', '--print-xml', '--noautoconsole', ...more],
        ],
        { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
      );
    let { stdout, stderr } = ask([]);
    const memoryKnown = stdout !== '';
    if (!memoryKnown) {
      expect(stderr).toMatch(/memory/i);
      ({ stdout, stderr } = ask(['--memory', '2048']));
    }
    const one = (pattern: RegExp): string => pattern.exec(stdout)?.[1] ?? 'none';
    if (stdout === '') throw new Error(`virt-install: ${stderr}`);
    return {
      memoryKnown,
      found: {
        machine: one(/<type[^>]* machine="([^"]+)"/).startsWith('q35') ? 'q35' : 'i440fx',
        bus: one(/<target dev="[a-z]+" bus="([^"]+)"/),
        nic: one(/<interface[\s\S]*?<model type="([^"]+)"/),
        video: one(/<video>\s*<model type="([^"]+)"/),
        rng: one(/<rng model="([^"]+)"/),
        tpm: /<tpm/.test(stdout) ? '2.0' : 'none',
        memory: Number(one(/<memory>(\d+)</)) / 1024,
      },
    };
  }

  async function ours(system: string): Promise<{ readonly found: Machine; readonly rngBy: string | undefined }> {
    const planned = await plan(await inspect([disk]), {
      set: [
        ['os', system],
        ['virt-type', 'qemu'],
      ],
      osinfoDb: 'installed',
    });
    const values = planned.plan?.values;
    if (values === undefined) throw new Error(JSON.stringify(planned.findings));
    const text = (path: string) => String(values[path]);
    return {
      rngBy: planned.decisions.find(({ key }) => key === 'rng')?.winner?.origin,
      found: {
        machine: text('machine'),
        bus: text('disk-bus.disk0'),
        nic: text('nic-model.nic0'),
        video: text('video-model'),
        rng: text('rng'),
        tpm: text('tpm'),
        memory: Number(values['memory-mib']),
      },
    };
  }

  it.each(SYSTEMS)(
    '%s gets the same machine',
    async (system) => {
      const [their, our] = [theirs(system), await ours(system)];
      // where the entry says nothing about random numbers, ours are there: no system is harmed by one device more
      const rng = our.rngBy === 'default' ? our.found.rng : their.found.rng;
      expect(our.found).toEqual({ ...their.found, rng });
    },
    120_000,
  );
});
