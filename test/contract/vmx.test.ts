import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DescribedMachine, Key } from '../../src/facts/index.ts';
import { readAs } from '../descriptors/reading.ts';
import { describeWith, runTool } from './tools.ts';

const HEADER = [
  'config.version = "8"',
  'virtualHW.version = "13"',
  'displayName = "guest (1)"',
  'guestOS = "rhel8-64"',
];
const disk = (place: string, file: string) => [`${place}.present = "TRUE"`, `${place}.fileName = "${file}"`];

/** The one difference: virt-v2v reads `generatedAddress` only, so a card with an address that was typed has none. */
const TYPED = '00:50:56:00:00:02';

/** Disks are named after the order in which both should find them. */
const CASES: readonly (readonly [title: string, lines: readonly string[]])[] = [
  ['a small one', ['memsize = "512"', 'scsi0.present = "TRUE"', ...disk('scsi0:0', 'd0.vmdk')]],
  [
    'UEFI, a topology, and two controllers in the wrong order',
    [
      'memsize = "8192"',
      'numvcpus = "6"',
      'cpuid.coresPerSocket = "3"',
      'firmware = "efi"',
      'scsi1.present = "TRUE"',
      'scsi1.virtualDev = "pvscsi"',
      ...disk('scsi1:0', 'd2.vmdk'),
      'scsi0.present = "TRUE"',
      'scsi0.virtualDev = "lsilogic"',
      ...disk('scsi0:10', 'd1.vmdk'),
      ...disk('scsi0:2', 'd0.vmdk'),
    ],
  ],
  [
    'SCSI, NVMe and IDE, a disk that is unplugged, and drives',
    [
      'memsize = "1024"',
      ...disk('ide0:0', 'd2.vmdk'),
      'ide0:0.deviceType = "ata-hardDisk"',
      'nvme0.present = "TRUE"',
      ...disk('nvme0:0', 'd1.vmdk'),
      'scsi0.present = "TRUE"',
      ...disk('scsi0:0', 'd0.vmdk'),
      'scsi0:0.deviceType = "scsi-hardDisk"',
      'scsi0:1.present = "FALSE"',
      'scsi0:1.fileName = "gone.vmdk"',
      'ide1:0.present = "TRUE"',
      'ide1:0.deviceType = "cdrom-raw"',
      'ide1:0.fileName = "auto detect"',
    ],
  ],
  [
    'network cards of every kind, keys in other cases, and a sound card',
    [
      'MEMSIZE = "2048"',
      'scsi0.present = "true"',
      ...disk('SCSI0:0', 'd0.vmdk'),
      'ethernet0.present = "TRUE"',
      'ethernet0.virtualDev = "e1000"',
      'ethernet0.networkName = "VM Network"',
      'ethernet0.generatedAddress = "00:0c:29:00:00:01"',
      'ethernet1.present = "FALSE"',
      'ethernet1.virtualDev = "e1000"',
      'ethernet2.present = "TRUE"',
      'ethernet2.virtualDev = "vmxnet3"',
      'ethernet2.networkName = "Storage"',
      'ethernet2.addressType = "static"',
      `ethernet2.address = "${TYPED}"`,
      'sound.present = "TRUE"',
      'sound.virtualDev = "hdaudio"',
    ],
  ],
];

interface Source {
  readonly name: string;
  readonly memoryMib: number;
  readonly vcpus: number;
  readonly topology: string | null;
  readonly firmware: string;
  readonly buses: readonly string[];
  readonly nics: readonly string[];
  readonly sound: string | null;
}

/** What `virt-v2v --print-source` says. */
function theirs(text: string): Source {
  const field = (name: string) => new RegExp(`^ *${name}: *(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const list = (title: string) =>
    (new RegExp(`^${title}:\\n((?:\\t.*\\n)*)`, 'm').exec(text)?.[1] ?? '').split('\n').filter((line) => line !== '');
  const [, sockets, cores, threads] =
    /sockets: (\d+) cores\/socket: (\d+) threads\/core: (\d+)/.exec(field('CPU topology')) ?? [];
  return {
    name: field('source name'),
    memoryMib: Number(/^\d+/.exec(field('memory'))?.[0]) / 2 ** 20,
    vcpus: Number(field('nr vCPUs')),
    topology: sockets === undefined ? null : `${sockets}:${cores}:${threads}`,
    firmware: field('firmware'),
    buses: list('disks').map((line) => /\[(.*)\]/.exec(line)?.[1] ?? ''),
    nics: list('NICs').map((line) =>
      [/mac: (\S+)/.exec(line)?.[1]?.toLowerCase() ?? '-', /\[(.*)\]/.exec(line)?.[1] ?? '-'].join(' '),
    ),
    sound: field('sound') || null,
  };
}

function ours(machine: DescribedMachine): Source {
  const said = (key: Key) => machine.votes.find((vote) => vote.key === key)?.values ?? [];
  return {
    name: machine.name ?? '',
    memoryMib: Number(said('memory-mib')[0]),
    vcpus: Number(said('vcpus')[0]),
    topology: said('cpu-topology')[0]?.toString() ?? null,
    firmware: String(said('firmware')[0]),
    buses: machine.disks.map(({ address }) => address.bus ?? ''),
    nics: machine.nics.map(({ mac, model }) => `${mac === null || mac === TYPED ? '-' : mac} ${model ?? '-'}`),
    // the first that QEMU offers for Intel's HD Audio is newer than the one virt-v2v takes
    sound: said('sound-model').includes('ich6') ? 'ich6' : null,
  };
}

describeWith(['virt-v2v', 'nbdkit', 'qemu-img'], 'a .vmx as virt-v2v --print-source reads it', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'vm-import-vmx-'));
    for (const file of ['d0.vmdk', 'd1.vmdk', 'd2.vmdk'])
      runTool('qemu-img', ['create', '-q', '-f', 'vmdk', file, '1M'], dir);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each(CASES)('%s', async (_title, lines) => {
    const text = `${[...HEADER, ...lines].join('\n')}\n`;
    writeFileSync(join(dir, 'guest.vmx'), text);
    const printed = runTool('virt-v2v', ['-i', 'vmx', 'guest.vmx', '--print-source', '-o', 'null'], dir);
    const reading = await readAs('vmx', 'guest.vmx', Buffer.from(text));
    if ('code' in reading) throw new Error(reading.code);
    const [machine] = reading.machines;
    if (machine === undefined) throw new Error('there is no machine');
    const typed = machine.nics.filter(({ mac }) => mac === TYPED).length;
    expect(typed).toBe(text.includes(TYPED) ? 1 : 0);
    expect(ours(machine)).toEqual(theirs(printed));
    expect(machine.disks.map(({ file }) => file?.href)).toEqual(machine.disks.map((_, index) => `d${index}.vmdk`));
  });
});
