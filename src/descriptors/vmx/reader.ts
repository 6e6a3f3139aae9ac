import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type { DescribedDisk, DescribedFile, DescribedMachine, Json } from '../../facts/index.ts';
import { cleanLine, labelText, shown } from '../../facts/text.ts';
import type { DescriptorDocument, DescriptorReader } from '../descriptor.ts';
import { MAX_DESCRIPTOR_BYTES } from '../descriptor.ts';
import { VoteList } from '../vote-list.ts';
import { type Devices, readDevices } from './devices.ts';
import { diagnostics } from './diagnostics.ts';
import { type Dictionary, parseDictionary, pointerOf } from './dictionary.ts';
import { osName } from './guest-os.ts';
import { bootOrderVote, deviceVotes, hddOrder, machineVotes, nvmeDrivers, readState } from './machine.ts';
import { readNics } from './network.ts';
import { Settings } from './settings.ts';

/** Reads the configuration of one machine. Host paths, passwords and back ends in it are not looked at. */
export const reader: DescriptorReader = {
  read(document) {
    refuseSize(document);
    const dictionary = parseDictionary(document.bytes, document.uri);
    const settings = new Settings(dictionary, document.uri);
    noteEncryption(settings);
    noteSyntax(dictionary, settings);
    const machine = readMachine(settings);
    const files: DescribedFile[] = [...machine.disks, ...machine.drives, ...machine.state].flatMap(({ file }) =>
      file === null ? [] : [file],
    );
    return { dialect: 'vmware', machines: [machine], configurations: [], files, findings: settings.findings() };
  },
};

function refuseSize({ bytes, uri }: DescriptorDocument): void {
  if (bytes.length <= MAX_DESCRIPTOR_BYTES) return;
  const problem = `it has ${bytes.length} bytes; the most that is read is ${MAX_DESCRIPTOR_BYTES}`;
  throw new VmImportError(diagnostics.malformed({ problem }, [{ origin: 'descriptor', uri, pointer: null }]));
}

/**
 * A machine that is encrypted as a whole has all its hardware in `encryption.data`. With `partial`, which a vTPM brings
 * about, the configuration stays readable and so do the disks.
 */
function noteEncryption(settings: Settings): void {
  const key = settings.text('encryption.keySafe') ?? settings.text('encryption.bundle');
  const data = settings.text('encryption.data') ?? key;
  if (data === undefined) return;
  const readable = settings.text('virtualHW.version') !== undefined && settings.text('memsize') !== undefined;
  if (!readable) throw new VmImportError(diagnostics.encrypted({}, settings.at(data.pointer)));
  settings.report(diagnostics['partly-encrypted']({}, settings.at(data.pointer)));
}

function noteSyntax(dictionary: Dictionary, settings: Settings): void {
  for (const { first, second } of dictionary.contradictions) {
    const args = { key: shown(first.name), first: first.line, second: second.line };
    settings.report(diagnostics.contradiction(args, settings.at(pointerOf(second))));
  }
  const [line] = dictionary.unreadable;
  if (line !== undefined) {
    const args = { line, count: dictionary.unreadable.length };
    settings.report(diagnostics['unreadable-line'](args, settings.at(`@${line}`)));
  }
  const { unknownEncoding } = dictionary;
  if (unknownEncoding !== null) {
    settings.report(diagnostics['unknown-encoding']({ encoding: shown(unknownEncoding) }, settings.at('.encoding@1')));
  }
}

function readMachine(settings: Settings): DescribedMachine {
  const list = new VoteList(settings.uri);
  const devices = readDevices(settings);
  const nics = readNics(settings);
  const [first] = hddOrder(settings, devices.disks);
  const disks = devices.disks.map((disk) => ({ ...disk, bootable: disk.name === first ? true : disk.bootable }));
  machineVotes(settings, list);
  bootOrderVote(settings, list, disks, devices.drives, nics);
  deviceVotes(settings, list, disks, nics);
  noteState(settings, devices);
  const name = cleanLine((settings.text('displayName')?.value ?? '').slice(0, 512)) || null;
  const annotation = labelText(settings.text('annotation')?.value ?? '');
  const guestOs = settings.text('guestOS');
  return {
    id: name ?? 'machine',
    name,
    labels: annotation === '' ? {} : { annotation },
    disks,
    drives: devices.drives,
    nics,
    state: readState(settings),
    votes: list.votes,
    drivers: nvmeDrivers(disks),
    osNames: guestOs === undefined ? [] : [osName(guestOs)],
    findings: [],
    hints: null,
    details: details(settings, devices),
  };
}

/** What an import leaves behind. */
function noteState(settings: Settings, devices: Devices): void {
  const report = (finding: Finding) => settings.report(finding);
  for (const disk of devices.disks.filter(isSnapshot)) {
    report(diagnostics['snapshot-disk']({ device: disk.name, file: disk.file?.href ?? '' }, settings.at(disk.pointer)));
  }
  const suspended = settings.text('checkpoint.vmState');
  if (suspended !== undefined) {
    report(diagnostics.suspended({ file: suspended.value }, settings.at(suspended.pointer)));
  }
  for (const { value: device, pointer } of devices.passedThrough) {
    report(diagnostics['host-device']({ device }, settings.at(pointer)));
  }
  for (const key of settings.keys()) {
    const device = /^(pcipassthru\d{1,2})\.present$/.exec(key)?.[1];
    if (device === undefined || !settings.isTrue(key)) continue;
    report(diagnostics['host-device']({ device }, settings.at(settings.text(key)?.pointer ?? null)));
  }
}

/** Names that VMware gives to what was written since a snapshot. */
function isSnapshot({ file }: DescribedDisk): boolean {
  return /-\d{6}\.vmdk$/i.test(file?.href ?? '');
}

/** Settings worth knowing that no key of ours stands for. */
const DETAILS = [
  'virtualHW.version',
  'virtualHW.productCompatibility',
  'guestOS',
  'guestInfo.detailed.data',
  'guestOS.detailed.data',
  'uuid.bios',
  'uuid.location',
  'bios.bootOrder',
  'bios.hddOrder',
  'sound.virtualDev',
  'svga.vramSize',
  'svga.numDisplays',
  'mks.enable3d',
  'vhv.enable',
  'vvtd.enable',
  'hypervisor.cpuid.v0',
  'sev.enabled',
  'rtc.diffFromUTC',
  'tools.upgrade.policy',
] as const;

function details(settings: Settings, devices: Devices): { readonly [name: string]: Json } {
  const found = DETAILS.flatMap((key) => {
    const value = settings.text(key)?.value;
    return value === undefined ? [] : [[key, labelText(value.slice(0, 512))] as const];
  });
  return {
    ...Object.fromEntries(found),
    ...(devices.volatile.length === 0 ? {} : { nonpersistentDisks: devices.volatile }),
  };
}
