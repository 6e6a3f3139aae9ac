import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Plan, PlanDisk, PlanFirmware } from '../../src/facts/index.ts';
import { bzImage } from './bz-image.ts';

const QEMU_IMG_FORMAT: { readonly [format: string]: string } = { vhd: 'vpc' };
const imgFormat = (format: string | null): string => QEMU_IMG_FORMAT[format ?? ''] ?? format ?? 'raw';

function createImage(path: string, format: string, below?: readonly [path: string, format: string]): void {
  const backing = below === undefined ? ['--', path, '4M'] : ['-b', below[0], '-F', below[1], '--', path];
  execFileSync('qemu-img', ['create', '-q', '-f', format, ...backing]);
}

/** A disk inside a file, at the offset of the plan. */
function archivedDisk(disk: PlanDisk, path: string): PlanDisk {
  const loose = `${path}.disk`;
  createImage(loose, imgFormat(disk.format));
  const bytes = readFileSync(loose);
  const offset = disk.slice?.offset ?? 0;
  writeFileSync(path, Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(1024)]));
  return { ...disk, path, slice: { offset, size: bytes.length } };
}

function chainedDisk(disk: PlanDisk, path: string, place: (path: string) => string): PlanDisk {
  const backing = disk.backing.map((layer) => ({ ...layer, path: place(layer.path ?? '') }));
  const chain = [{ path, format: disk.format }, ...backing];
  for (const [index, layer] of [...chain.entries()].reverse()) {
    const below = chain[index + 1];
    createImage(layer.path, imgFormat(layer.format), below && [below.path, imgFormat(below.format)]);
  }
  return { ...disk, path, backing };
}

/** Firmware as Debian has it, with variables of the plan's own. */
function realFirmware(firmware: PlanFirmware, place: (path: string) => string): PlanFirmware {
  const { template } = firmware;
  if (template === null) return firmware;
  copyFileSync('/usr/share/OVMF/OVMF_VARS_4M.ms.fd', place(template.path));
  return { ...firmware, template: { ...template, path: place(template.path) } };
}

/**
 * The plan with small real files in `directory` in place of those it names, with little memory and without what QEMU
 * has under KVM only. An overlay names as its backing file what `baseOf` says of its disk, or none: then what lies below
 * it is the plan's to say.
 */
export function withFiles(plan: Plan, directory: string, baseOf?: (disk: PlanDisk) => string): Plan {
  mkdirSync(directory, { recursive: true });
  const place = (path: string): string => join(directory, basename(path));
  const disks = plan.disks.map((disk) => {
    const path = place(disk.path);
    const placed = disk.slice === null ? chainedDisk(disk, path, place) : archivedDisk(disk, path);
    if (disk.overlay === null) return placed;
    const overlay = { ...disk.overlay, path: place(disk.overlay.path) };
    createImage(overlay.path, overlay.format, baseOf && [baseOf(placed), imgFormat(placed.format)]);
    return { ...placed, overlay };
  });
  const cdroms = plan.cdroms.map((cdrom) => {
    createImage(place(cdrom.path), 'raw');
    return { ...cdrom, path: place(cdrom.path) };
  });
  const boot = (path: string | null): string | null => {
    if (path === null) return null;
    writeFileSync(place(path), bzImage());
    return place(path);
  };
  return {
    ...plan,
    // the variable store and the state of a TPM are created with the guest's memory: keep that small
    values: { ...plan.values, 'memory-mib': 256 },
    disks,
    cdroms,
    firmwareFiles: plan.firmwareFiles === null ? null : realFirmware(plan.firmwareFiles, place),
    // without KVM QEMU refuses those beyond the three that are always written
    enlightenments: null,
    kernel: boot(plan.kernel),
    initrd: boot(plan.initrd),
  };
}
