import type { Finding } from '../../diagnostics/index.ts';
import { type Key, keyPath, type Plan, type PlanDisk } from '../../facts/index.ts';
import { losesCardOrder } from '../cards.ts';
import { fitsSockets } from '../findings.ts';
import { type Drive, targetIndex } from '../places.ts';
import { textOf } from '../values.ts';
import { diagnostics } from './diagnostics.ts';
import { driverType } from './formats.ts';
import { launchSecurityWord } from './machine.ts';
import { fitsAttribute, fitsElement } from './options.ts';

/** libvirt appends to the name in file names of 255 bytes at most. */
const MAX_NAME_BYTES = 200;

function isDomainName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.startsWith('-') || /[/ ]/.test(name)) return false;
  return fitsElement(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

function nameFindings(plan: Plan): readonly Finding[] {
  const { name } = plan;
  if (!isDomainName(name)) return [diagnostics.name({ name })];
  return fitsSockets(plan) ? [] : [diagnostics['wide-name']({ name })];
}

/** Architectures on which virt-install chooses a processor, or libvirt takes one that few guests can use. */
const CHOOSES_CPU: ReadonlySet<string> = new Set(['x86_64', 'i686', 'aarch64', 'armv7l']);

/** Keys without which virt-install would look at the host. */
function undecided(plan: Plan, drives: readonly Drive[]): readonly string[] {
  const needed: readonly (readonly [Key, string | null])[] = [
    ...(['virt-type', 'architecture', 'machine', 'memory-mib', 'vcpus', 'usb-controller'] as const).map(
      (key) => [key, null] as const,
    ),
    ...(CHOOSES_CPU.has(textOf(plan, 'architecture') ?? '') ? [['cpu-mode', null] as const] : []),
    ...plan.disks.map((disk) => ['disk-bus', disk.id] as const),
    ...(plan.cdroms.length > 0 ? [['cdrom-bus', null] as const] : []),
    ...(drives.some(({ bus }) => bus === 'scsi') ? [['scsi-model', null] as const] : []),
    ...plan.nics.flatMap(({ id }) => {
      const plugged = textOf(plan, 'network', id) !== 'none';
      return [['network', id] as const, ...(plugged ? [['nic-model', id] as const] : [])];
    }),
    ...((textOf(plan, 'graphics') ?? 'none') === 'none' ? [] : [['video-model', null] as const]),
    ...((textOf(plan, 'tpm') ?? 'none') === 'none' ? [] : [['tpm-model', null] as const]),
  ];
  return needed.map(([key, subject]) => keyPath(key, subject)).filter((path) => plan.values[path] === undefined);
}

/** Paths that are written into attributes, and those that are written into elements. */
function unfitPaths(plan: Plan): readonly string[] {
  const { loader, template } = plan.firmwareFiles ?? {};
  const attributes = [
    ...plan.disks.flatMap(({ path, copy, overlay, backing }) => {
      if (copy !== null) return [copy.path];
      return [path, ...(overlay === null ? [] : [overlay.path]), ...backing.map((layer) => layer.path ?? '')];
    }),
    ...plan.cdroms.map(({ path }) => path),
    ...(template === undefined || template === null ? [] : [template.path]),
  ];
  const elements = [plan.kernel, plan.initrd, loader?.path].filter((path) => typeof path === 'string');
  return [...attributes.filter((path) => !fitsAttribute(path)), ...elements.filter((path) => !fitsElement(path))];
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
  const unknown = formats.filter((format) => driverType(format) === undefined);
  return [...findings, ...unknown.map((format) => diagnostics['disk-format']({ disk: id, format }))];
}

function placeFindings(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  return drives.flatMap(({ bus, target, source }, index) => {
    const refuse = (reason: string): readonly Finding[] => [diagnostics.place({ device: source.id, bus, reason })];
    if (drives.findIndex((other) => other.target === target) < index) return refuse(`${target} is taken`);
    if (bus === 'ide' && targetIndex(target) > 3) return refuse('its four places are taken');
    if (bus === 'usb' && textOf(plan, 'usb-controller') === 'none') return refuse('usb-controller is none');
    return [];
  });
}

/** Everything that keeps a plan from becoming a command that makes the machine that was meant. */
export function findingsOf(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  const type = textOf(plan, 'launch-security') ?? 'none';
  const unsaid = type !== 'none' && launchSecurityWord(plan) === undefined;
  return [
    ...nameFindings(plan),
    ...undecided(plan, drives).map((key) => diagnostics.undecided({ key })),
    ...unfitPaths(plan).map((path) => diagnostics.path({ path })),
    ...plan.disks.flatMap((disk) => diskFindings(plan, disk)),
    ...placeFindings(plan, drives),
    ...(losesCardOrder(plan) ? [diagnostics['nic-order']({})] : []),
    ...(unsaid ? [diagnostics['launch-security']({ type })] : []),
  ];
}
