import type { Finding } from '../../diagnostics/index.ts';
import type { Plan, PlanDisk } from '../../facts/index.ts';
import { type Drive, targetIndex } from '../places.ts';
import { textOf } from '../values.ts';
import { diagnostics } from './diagnostics.ts';

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
