import type { Finding } from '../../diagnostics/index.ts';
import { type Key, keyPath, type Plan, type PlanDisk } from '../../facts/index.ts';
import { familyOf } from '../machine.ts';
import { type Drive, isReadOnly, targetIndex } from '../places.ts';
import { textOf } from '../values.ts';
import { blockDriver } from './blockdev.ts';
import { diagnostics } from './diagnostics.ts';
import { firmwareFilesOf, lacksFirmware, variablesFile } from './firmware.ts';
import { protectsGuest } from './machine.ts';

/** Room for what is appended in file names of 255 bytes at most. */
const MAX_NAME_BYTES = 200;

const isText = (text: string): boolean => !/\p{Cc}|\p{Cs}/u.test(text);

function isName(name: string): boolean {
  return name !== '' && !name.includes('/') && isText(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

/** Architectures whose default processor few guests can use; the others have no maximum one to ask for. */
const CHOOSES_CPU: ReadonlySet<string> = new Set(['x86_64', 'i686', 'aarch64', 'armv7l']);

function undecided(plan: Plan, drives: readonly Drive[]): readonly string[] {
  const needed: readonly (readonly [Key, string | null])[] = [
    ...(['virt-type', 'architecture', 'machine', 'memory-mib', 'vcpus'] as const).map((key) => [key, null] as const),
    ...(CHOOSES_CPU.has(textOf(plan, 'architecture') ?? '') ? [['cpu-mode', null] as const] : []),
    ...plan.disks.map((disk) => ['disk-bus', disk.id] as const),
    ...(plan.cdroms.length > 0 ? [['cdrom-bus', null] as const] : []),
    ...(drives.some(({ bus }) => bus === 'scsi') ? [['scsi-model', null] as const] : []),
    ...plan.nics.flatMap(({ id }) => {
      const plugged = textOf(plan, 'network', id) !== 'none';
      return [['network', id] as const, ...(plugged ? [['nic-model', id] as const] : [])];
    }),
  ];
  return needed.map(([key, subject]) => keyPath(key, subject)).filter((path) => plan.values[path] === undefined);
}

function paths(plan: Plan): readonly string[] {
  const { loader, template } = firmwareFilesOf(plan) ?? {};
  return [
    ...plan.disks.flatMap(({ path, copy, overlay, backing }) => [
      ...[path, copy?.path, overlay?.path],
      ...backing.map((layer) => layer.path),
    ]),
    ...plan.cdroms.map(({ path }) => path),
    ...[plan.kernel, plan.initrd, loader?.path, template?.path],
  ].filter((path) => typeof path === 'string');
}

function diskFindings(plan: Plan, disk: PlanDisk): readonly Finding[] {
  const { id, payload, path, copy, backing } = disk;
  const findings: Finding[] = [];
  if (payload === 'kernel' || payload === 'ramdisk') {
    const option = payload === 'kernel' ? '--kernel' : '--initrd';
    findings.push(diagnostics['not-a-disk']({ disk: id, payload, option, path }));
  }
  if (payload === 'filesystem' && disk.bootable === false && disk.bootOrder === 1 && plan.kernel === null) {
    findings.push(diagnostics['filesystem-needs-kernel']({ disk: id }));
  }
  if (disk.encrypted) findings.push(diagnostics.encrypted({ disk: id }));
  if (copy !== null) return findings;
  for (const layer of backing) {
    if (layer.path !== null && layer.format !== null) continue;
    findings.push(diagnostics['backing-incomplete']({ disk: id, name: layer.name }));
  }
  const formats = [disk.format, ...backing.map(({ format }) => format)].filter((format) => format !== null);
  const unknown = formats.filter((format) => blockDriver(format) === undefined);
  return [...findings, ...unknown.map((format) => diagnostics['disk-format']({ disk: id, format }))];
}

/** Why a drive cannot be attached; undefined when it can. */
function misplaced(plan: Plan, drive: Drive, others: readonly Drive[]): string | undefined {
  const { bus, target, kind } = drive;
  if (others.some((other) => other.target === target)) return `${target} is taken`;
  if (bus === 'ide' && familyOf(plan) !== 'i440fx') return 'only i440fx has an IDE controller';
  if (bus === 'ide' && targetIndex(target) > 3) return 'its four places are taken';
  if (bus === 'usb' && (textOf(plan, 'usb-controller') ?? 'none') === 'none') return 'there is no USB controller';
  const ata = bus === 'ide' || bus === 'sata';
  return ata && kind === 'disk' && isReadOnly(drive) ? 'a disk inside an archive is read-only' : undefined;
}

function placeFindings(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  const findings = drives.flatMap((drive, index) => {
    const reason = misplaced(plan, drive, drives.slice(0, index));
    return reason === undefined ? [] : [diagnostics.place({ device: drive.source.id, bus: drive.bus, reason })];
  });
  const unplugged = textOf(plan, 'sound-model') === 'usb' && (textOf(plan, 'usb-controller') ?? 'none') === 'none';
  const reason = 'there is no USB controller';
  return unplugged ? [...findings, diagnostics.place({ device: 'sound-model', bus: 'usb', reason })] : findings;
}

function firmwareFindings(plan: Plan): readonly Finding[] {
  if (lacksFirmware(plan)) return [diagnostics.firmware({})];
  const { loader, template } = firmwareFilesOf(plan) ?? {};
  const keepsVariables = loader?.type === 'pflash' && template !== null;
  return keepsVariables && variablesFile(plan) === undefined ? [diagnostics.variables({})] : [];
}

/** Everything that keeps a plan from becoming a command that runs the machine that was meant. */
export function findingsOf(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  const type = textOf(plan, 'launch-security') ?? 'none';
  return [
    ...(isName(plan.name) ? [] : [diagnostics.name({ name: plan.name })]),
    ...undecided(plan, drives).map((key) => diagnostics.undecided({ key })),
    ...firmwareFindings(plan),
    ...paths(plan)
      .filter((path) => !isText(path))
      .map((path) => diagnostics.path({ path })),
    ...plan.disks.flatMap((disk) => diskFindings(plan, disk)),
    ...placeFindings(plan, drives),
    ...((textOf(plan, 'tpm') ?? 'none') === 'none'
      ? []
      : [diagnostics.tpm({ model: textOf(plan, 'tpm-model') ?? 'tpm-crb' })]),
    ...(type === 'none' || protectsGuest(plan) ? [] : [diagnostics['launch-security']({ type })]),
  ];
}
