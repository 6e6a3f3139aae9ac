import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildQcow2 } from '../../fixtures/generate/qcow2.ts';
import { buildTar } from '../../fixtures/generate/tar.ts';
import type { HostCapabilities } from '../../src/facts/index.ts';
import { inspect, plan } from '../../src/index.ts';
import { gptDisk, VENDOR } from '../content/disks.ts';
import { bootEntry, KEYS, storeBytes } from '../firmware/store.ts';
import { firmware, NO_HOST } from '../plan/cases.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vm-import-nvram-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const DISK = buildQcow2({ size: 1024 * 1024 }).bytes;
const VMX = `.encoding = "UTF-8"
config.version = "8"
displayName = "vm"
firmware = "efi"
nvram = "vm.nvram"
sata0.present = "TRUE"
sata0:0.present = "TRUE"
sata0:0.fileName = "d.qcow2"
`;
const VMWARE = Buffer.concat([Buffer.from('MRVN'), Buffer.alloc(8680, 1)]);

describe('the NVRAM of a machine in a bundle', () => {
  const cases: readonly [what: string, bytes: Buffer | null, remedy: RegExp][] = [
    ['of VMware is told to be none', VMWARE, /^It is in a format of VMware's own\. Check that the disk/],
    [
      'of another kind is told to be none',
      Buffer.alloc(8192, 7),
      /^It is no UEFI variable store that QEMU could use\./,
    ],
    [
      'with keys is told to be a store that can be had',
      storeBytes({ variables: KEYS }),
      /^It is a UEFI variable store of 528 KiB with keys enrolled\. Unpack it to .* --set nvram=PATH/,
    ],
    ['without keys too', storeBytes(), /^It is a UEFI variable store of 528 KiB with no keys enrolled\./],
    ['that is not there leaves the disk to itself', null, /^Check that the disk has a fallback/],
  ];

  it.each(cases)('%s', async (_, bytes, remedy) => {
    const entries = [
      { name: 'vm.vmx', data: Buffer.from(VMX) },
      { name: 'd.qcow2', data: DISK },
      ...(bytes === null ? [] : [{ name: 'vm.nvram', data: bytes }]),
    ];
    const path = join(directory, 'vm.tar');
    await writeFile(path, buildTar(entries));
    const folder = join(directory, 'vm');
    await mkdir(folder, { recursive: true });
    await rm(join(folder, 'vm.nvram'), { force: true });
    for (const { name, data } of entries) await writeFile(join(folder, name), data);
    for (const source of [path, folder]) {
      const dropped = (await inspect([source])).findings.filter(({ code }) => code === 'bundle/state-dropped');
      expect(dropped.map(({ args }) => args['remedy'])).toEqual([expect.stringMatching(remedy)]);
    }
  });
});

describe('a supplied NVRAM', () => {
  const planned = async (nvram: string, more: readonly (readonly [string, unknown])[] = []) => {
    const disk = join(directory, 'disk.qcow2');
    await writeFile(disk, DISK);
    const set = [['firmware', 'uefi'], ['nvram', nvram], ...more] as (readonly [string, unknown])[];
    return plan(await inspect([disk]), { set });
  };
  const codes = async (nvram: string, more?: readonly (readonly [string, unknown])[]) => {
    const { findings } = await planned(nvram, more);
    return findings.map(({ code }) => code).filter((code) => /nvram|firmware\/|no-effect|qcow2\//.test(code));
  };

  it('is read for what it is', async () => {
    const path = join(directory, 'vars.fd');
    await writeFile(path, storeBytes());
    expect(await codes(path)).toEqual(['plan/nvram-unmatched']);
    expect(await codes(path, [['secure-boot', true]])).toEqual(['plan/nvram-without-keys', 'plan/nvram-unmatched']);
    await writeFile(path, VMWARE);
    expect(await codes(path)).toEqual(['firmware/vmware-nvram']);
    expect((await planned(path)).plan).toBeNull();
  });

  it('that is not here is taken unseen, and told', async () => {
    expect(await codes(join(directory, 'nowhere.fd'))).toEqual(['plan/nvram-unread']);
    expect(await codes(directory)).toEqual(['plan/nvram-unread']);
    expect((await planned(join(directory, 'nowhere.fd'))).plan).not.toBeNull();
  });

  it('has no effect without UEFI, and is not read', async () => {
    expect(await codes('/etc/passwd', [['firmware', 'bios']])).toEqual(['plan/no-effect']);
  });

  it('with a boot entry is what a disk without a fallback loader asks for', async () => {
    const disk = join(directory, 'vendor.raw');
    await writeFile(disk, gptDisk({ esp: VENDOR }));
    const path = join(directory, 'entries.fd');
    const told = async (host: HostCapabilities) => {
      const { findings } = await plan(await inspect([disk]), { set: [['nvram', path]], host });
      return findings.map(({ code }) => code);
    };
    const known = { ...NO_HOST, firmwares: [firmware()] };
    await writeFile(path, storeBytes());
    expect(await told(known)).toContain('content/needs-nvram');
    await writeFile(path, storeBytes({ variables: [bootEntry('debian', '\\EFI\\debian\\grubx64.efi')] }));
    expect(await told(known)).not.toContain('content/needs-nvram');
    // left out where no firmware is known that goes with it
    expect(await told(NO_HOST)).toContain('content/needs-nvram');
  });

  it('in an image is what the guest would see of it', async () => {
    const path = join(directory, 'vars.qcow2');
    await writeFile(path, buildQcow2({ size: 131_072, backing: { name: '/etc/passwd', format: 'raw' } }).bytes);
    expect(await codes(path)).toEqual(['plan/nvram-incomplete']);
    await writeFile(path, buildQcow2({ size: 131_072 }).bytes);
    expect(await codes(path)).toEqual(['plan/nvram-unmatched']);
    await writeFile(
      path,
      Buffer.concat([
        Buffer.from(
          '# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType="monolithicFlat"\nRW 1 FLAT "/etc/passwd" 0\n',
        ),
        Buffer.alloc(512),
      ]),
    );
    expect(await codes(path)).toEqual(['plan/nvram-format']);
  });
});
