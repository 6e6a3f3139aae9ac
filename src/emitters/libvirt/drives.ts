import type { Finding } from '../../diagnostics/index.ts';
import type { Plan, PlanCdrom, PlanDisk } from '../../facts/index.ts';
import { textOf } from '../values.ts';
import { diagnostics } from './diagnostics.ts';

/** A disk or CD-ROM drive with its place: the target name decides the address on bus ide, sata and scsi. */
export type Drive = { readonly bus: string; readonly target: string } & (
  | { readonly kind: 'disk'; readonly source: PlanDisk }
  | { readonly kind: 'cdrom'; readonly source: PlanCdrom }
);

const PREFIX: { readonly [bus: string]: string } = { virtio: 'vd', ide: 'hd', sata: 'sd', scsi: 'sd', usb: 'sd' };

/** `a` to `z`, then `aa`: the numbering of libvirt's virIndexToDiskName. */
function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

/** The inverse for a whole target name: `sdc` is 2. */
export function targetIndex(target: string): number {
  let index = 0;
  for (const letter of target.slice(2)) index = index * 26 + letter.charCodeAt(0) - 96;
  return index - 1;
}

/** Places every drive: names asked for come first, the others take what is free, in order. */
export function placeDrives(plan: Plan): readonly Drive[] {
  const taken = new Set<string>();
  for (const disk of plan.disks) {
    const target = textOf(plan, 'disk-target', disk.id);
    if (target !== undefined) taken.add(target);
  }
  const free = (bus: string): string => {
    for (let index = 0; ; index += 1) {
      const target = (PREFIX[bus] ?? 'sd') + letters(index);
      if (!taken.has(target)) {
        taken.add(target);
        return target;
      }
    }
  };
  const cdromBus = textOf(plan, 'cdrom-bus') ?? '';
  return [
    ...plan.disks.map((source): Drive => {
      const bus = textOf(plan, 'disk-bus', source.id) ?? '';
      return { kind: 'disk', source, bus, target: textOf(plan, 'disk-target', source.id) ?? free(bus) };
    }),
    ...plan.cdroms.map((source): Drive => ({ kind: 'cdrom', source, bus: cdromBus, target: free(cdromBus) })),
  ];
}

/** Our format names and the driver types libvirt's QEMU driver accepts for them. It knows no vhdx (libvirt 9.0). */
const DRIVER_TYPE: { readonly [format: string]: string } = {
  raw: 'raw',
  // libvirt decrypts by the <encryption> element, not by the driver type
  luks: 'raw',
  qcow: 'qcow',
  qcow2: 'qcow2',
  qed: 'qed',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vhd: 'vpc',
  vpc: 'vpc',
};

export function driverType(format: string | null): string | undefined {
  return format === null || !Object.hasOwn(DRIVER_TYPE, format) ? undefined : DRIVER_TYPE[format];
}

/** What is no disk is not attached as one; a bare file system has nothing that a firmware could start. */
function payloadFindings(plan: Plan, disk: PlanDisk): Finding[] {
  const { id, payload, path } = disk;
  if (payload === 'kernel' || payload === 'ramdisk') {
    const option = payload === 'kernel' ? '--kernel' : '--initrd';
    return [diagnostics['not-a-disk']({ disk: id, payload, option, path })];
  }
  const starts = payload === 'filesystem' && disk.bootable === false && disk.bootOrder === 1 && plan.kernel === null;
  return starts ? [diagnostics['filesystem-needs-kernel']({ disk: id })] : [];
}

/** What keeps the drives from being written. */
export function driveFindings(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const { kind, bus, target, source } of drives) {
    if (seen.has(target)) findings.push(diagnostics['target-taken']({ target }));
    seen.add(target);
    if (bus === 'ide' && targetIndex(target) > 3) findings.push(diagnostics['ide-full']({ target }));
    if (bus === 'usb' && textOf(plan, 'usb-controller') === 'none') {
      findings.push(diagnostics['usb-missing']({ device: source.id }));
    }
    if (kind !== 'disk') continue;
    findings.push(...payloadFindings(plan, source));
    if (source.encrypted) findings.push(diagnostics.encrypted({ disk: source.id }));
    if (source.copy !== null) continue;
    if (driverType(source.format) === undefined) {
      findings.push(diagnostics['disk-format']({ disk: source.id, format: source.format }));
    }
    for (const layer of source.backing) {
      if (layer.path === null || layer.format === null) {
        findings.push(diagnostics['backing-incomplete']({ disk: source.id, name: layer.name }));
      } else if (driverType(layer.format) === undefined) {
        findings.push(diagnostics['disk-format']({ disk: source.id, format: layer.format }));
      }
    }
  }
  return findings;
}
