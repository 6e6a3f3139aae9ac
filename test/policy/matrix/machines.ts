import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bootEntry, buildIso, validation } from '../../../fixtures/generate/iso.ts';
import { buildLuks1 } from '../../../fixtures/generate/luks.ts';
import { buildDisk } from '../../../fixtures/generate/partition-tables.ts';
import { buildQcow2, type Cluster } from '../../../fixtures/generate/qcow2.ts';
import { buildTar } from '../../../fixtures/generate/tar.ts';
import { buildVmdk } from '../../../fixtures/generate/vmdk.ts';
import { type Evidence, evidenceDocument, type InspectOptions, inspect } from '../../../src/index.ts';
import { ntfsVolume, windowsCode } from '../../../src/synthesis/boot-code.ts';
import { buildPe } from '../../../src/synthesis/pe.ts';
import {
  ARM64,
  esp,
  FALLBACK,
  GRUB_MBR,
  gptDisk,
  mbrDisk,
  TYPE,
  WINDOWS_7,
  WINDOWS_11,
  WINDOWS_XP,
} from '../../content/disks.ts';

const GIB = 1024 ** 3;
const CLUSTER = 65_536;
const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));

/** A machine that people import, as files in a directory and what `inspect` makes of them. */
export interface Machine {
  readonly name: string;
  readonly about: string;
  /** What somebody says with --os; the disks alone do not name a system. */
  readonly os: string | null;
  readonly files: () => Promise<Readonly<Record<string, Buffer>>> | Readonly<Record<string, Buffer>>;
  /** Files to inspect; default: the only one. */
  readonly sources?: readonly string[];
  readonly options?: InspectOptions;
}

/** A qcow2 disk of that size which starts with these bytes. */
function qcow2(size: number, start: Buffer): Buffer {
  const clusters: Record<number, Cluster> = {};
  for (let at = 0; at < start.length; at += CLUSTER) {
    const bytes = start.subarray(at, at + CLUSTER);
    if (bytes.some((byte) => byte !== 0)) clusters[at / CLUSTER] = { kind: 'data', bytes };
  }
  return buildQcow2({ size, clusters }).bytes;
}

const LINUX_BIOS = mbrDisk({ code: GRUB_MBR, active: true });

/** A system partition that starts, and a second one that BitLocker encrypted. */
const BITLOCKER = buildDisk({
  sectors: 16_384,
  code: windowsCode(),
  mbr: [
    { type: 7, start: 2048, sectors: 4096, active: true },
    { type: 7, start: 8192, sectors: 4096 },
  ],
  content: { 2048: ntfsVolume('BOOTMGR'), 8192: Buffer.from('\xeb\x58\x90-FVE-FS-', 'latin1') },
});
const SIGNED = buildPe({ signed: true });
const SIGNED_WINDOWS = gptDisk({
  esp: esp({ 'EFI/Microsoft/Boot/bootmgfw.efi': SIGNED, 'EFI/Boot/bootx64.efi': SIGNED }),
  code: windowsCode(),
  other: [TYPE.basicData, ntfsVolume('BOOTMGR')],
  others: [{ type: TYPE.msr, first: 64, last: 1000 }],
});

const hints = (document: unknown) => Buffer.from(JSON.stringify(document));

/** The OVF of `fixtures/cli` with a second disk. */
async function twoDisks(): Promise<Buffer> {
  const text = (await readFile(fixture('cli/appliance.ovf'), 'utf8'))
    .replace('<File ovf:href="appliance-disk1.vmdk" ovf:id="file1"/>', (file) => file + file.replaceAll('1', '2'))
    .replace(/<Disk [^>]*\/>/, (disk) => disk + disk.replaceAll('vmdisk1', 'vmdisk2').replaceAll('file1', 'file2'))
    .replace(/<Item>(?:(?!<Item>)[\s\S])*vmdisk1[\s\S]*?<\/Item>/, (item) => {
      const second = item.replace('<rasd:AddressOnParent>0', '<rasd:AddressOnParent>1').replace('vmdisk1', 'vmdisk2');
      return item + second.replace('disk 1', 'disk 2').replace(/InstanceID>\d+</, 'InstanceID>40<');
    });
  return Buffer.from(text);
}

export const MACHINES: readonly Machine[] = [
  {
    name: 'linux-bios',
    about: 'Debian 12 that starts from an MBR, in a qcow2 file',
    os: 'debian12',
    files: () => ({ 'linux-bios.qcow2': qcow2(8 * GIB, LINUX_BIOS) }),
  },
  {
    name: 'linux-uefi',
    about: 'an unnamed system that starts from the fallback loader of its EFI system partition, raw',
    os: null,
    files: () => ({ 'linux-uefi.raw': gptDisk({ esp: FALLBACK, other: [TYPE.linux] }) }),
  },
  {
    name: 'arm-uefi',
    about: 'Ubuntu 24.04 for aarch64',
    os: 'ubuntu24.04',
    files: () => ({ 'arm-uefi.raw': gptDisk({ esp: ARM64 }) }),
  },
  {
    name: 'windows-xp',
    about: 'Windows XP that starts from NTLDR',
    os: 'winxp',
    files: () => ({ 'windows-xp.qcow2': qcow2(8 * GIB, WINDOWS_XP) }),
  },
  {
    name: 'windows-2019',
    about: 'Windows Server 2019 that starts from an MBR',
    os: 'win2k19',
    files: () => ({ 'windows-2019.qcow2': qcow2(8 * GIB, WINDOWS_7) }),
  },
  {
    name: 'windows-10-drivers',
    about: 'Windows 10 whose hints say that it has virtio drivers',
    os: 'win10',
    files: () => ({
      'windows-10.qcow2': qcow2(8 * GIB, WINDOWS_7),
      'windows-10.qcow2.vm-hints.json': hints({
        vmHints: 1,
        drivers: { boot: ['virtio-blk'], running: ['virtio-net'] },
      }),
    }),
    sources: ['windows-10.qcow2'],
  },
  {
    name: 'windows-11',
    about: 'Windows 11 on GPT, with signed loaders as Microsoft ships them',
    os: 'win11',
    files: () => ({ 'windows-11.qcow2': qcow2(8 * GIB, SIGNED_WINDOWS) }),
  },
  {
    name: 'windows-11-bios',
    about: 'Windows 11 that was talked into an MBR, with a BitLocker volume',
    os: 'win11',
    files: () => ({ 'windows-11-bios.qcow2': qcow2(8 * GIB, BITLOCKER) }),
  },
  {
    name: 'windows-unnamed',
    about: 'a Windows on GPT, and nobody says which',
    os: null,
    files: () => ({ 'windows-unnamed.qcow2': qcow2(8 * GIB, WINDOWS_11) }),
  },
  {
    name: 'appliance-hints',
    about: 'an appliance whose hints ask for much',
    os: null,
    files: () => ({
      'appliance.qcow2': qcow2(8 * GIB, LINUX_BIOS),
      'appliance.qcow2.vm-hints.json': hints({
        vmHints: 1,
        os: 'debian12',
        hardware: {
          'memory-mib': { minimum: 32_768, recommended: 131_072 },
          vcpus: { recommended: 48 },
          'disk-bus': ['scsi'],
          'video-model': { required: ['qxl'] },
        },
      }),
    }),
    sources: ['appliance.qcow2'],
  },
  {
    name: 'ova-two-disks',
    about: 'an OVA from vSphere with two disks',
    os: null,
    files: async () => ({
      'appliance.ova': buildTar([
        { name: 'appliance.ovf', data: await twoDisks() },
        { name: 'appliance-disk1.vmdk', data: buildVmdk({ capacity: 2048, stream: true, footer: true }).bytes },
        { name: 'appliance-disk2.vmdk', data: buildVmdk({ capacity: 2048, stream: true, footer: true }).bytes },
      ]),
    }),
  },
  {
    name: 'esxi-vmdk',
    about: 'one exported disk of an ESXi host',
    os: null,
    files: () => ({ 'esxi.vmdk': buildVmdk({ capacity: 2 * 1024 * 1024, stream: true, footer: true }).bytes }),
  },
  {
    name: 'huge-thin',
    about: 'a qcow2 file of a few KiB that claims 4 TiB',
    os: 'rocky9',
    files: () => ({ 'huge.qcow2': buildQcow2({ size: 4096 * GIB, clusterBits: 21 }).bytes }),
  },
  {
    name: 'overlay',
    about: 'a qcow2 file on top of another one, let in by --allow-backing',
    os: 'debian12',
    files: () => ({
      'overlay.qcow2': buildQcow2({ size: 8 * GIB, backing: { name: 'base.qcow2', format: 'qcow2' } }).bytes,
      'base.qcow2': qcow2(8 * GIB, LINUX_BIOS),
    }),
    sources: ['overlay.qcow2'],
    options: { allowBacking: true },
  },
  {
    name: 'encrypted',
    about: 'a LUKS disk, a qcow2 file with snapshots and saved memory beside it',
    os: 'fedora41',
    files: () => ({
      'secret.luks': buildLuks1(),
      'data.qcow2': buildQcow2({ size: GIB, snapshots: [{ id: '1', name: 'before', vmStateSize: 4096 }] }).bytes,
    }),
    sources: ['secret.luks', 'data.qcow2'],
  },
  {
    name: 'iso',
    about: 'an installation disc and an empty disk',
    os: 'debian12',
    files: () => ({
      'empty.qcow2': buildQcow2({ size: 8 * GIB }).bytes,
      'disc.iso': buildIso({ volumeId: 'A DISC', catalog: [validation(0), bootEntry(50)] }),
    }),
    sources: ['empty.qcow2', 'disc.iso'],
  },
  {
    name: 'unknown-raw',
    about: 'bytes that mean nothing',
    os: null,
    files: () => ({ 'unknown.raw': Buffer.alloc(1024 * 1024, 'not a disk at all. ') }),
  },
];

/** What `inspect --json` says of the machine when its files lie in /images. */
export async function evidenceOf(machine: Machine): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'vm-import-matrix-')));
  try {
    await mkdir(directory, { recursive: true });
    const files = await machine.files();
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(directory, name), bytes);
    const sources = machine.sources ?? Object.keys(files);
    const evidence = await inspect(
      sources.map((name) => join(directory, name)),
      { name: machine.name, ...machine.options },
    );
    const text = JSON.stringify(evidenceDocument(evidence), null, 2).replaceAll(directory, '/images');
    return `${text}\n`;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** An evidence document as the planner takes it. What was worded for people has no template any more. */
export async function readEvidence(text: string): Promise<Evidence> {
  const { parseEvidence } = await import('../../../src/schemas.ts');
  const { schema: _, findings, ...evidence } = parseEvidence(JSON.parse(text));
  return {
    ...evidence,
    findings: findings.map(({ waived: _waived, exit, ...finding }) => ({
      ...finding,
      exit: exit as Evidence['findings'][number]['exit'],
      safety: false,
      objection: false,
    })),
  };
}
