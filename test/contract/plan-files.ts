import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Plan, PlanDisk } from '../../src/facts/index.ts';

const QEMU_IMG_FORMAT: { readonly [format: string]: string } = { vhd: 'vpc' };
const imgFormat = (format: string | null): string => QEMU_IMG_FORMAT[format ?? ''] ?? format ?? 'raw';

function createImage(path: string, format: string, below?: readonly [path: string, format: string]): void {
  const backing = below === undefined ? ['--', path, '4M'] : ['-b', below[0], '-F', below[1], '--', path];
  execFileSync('qemu-img', ['create', '-q', '-f', format, ...backing]);
}

/** The least that QEMU's loader accepts as a Linux kernel: boot protocol 2.12, one setup sector, initrd_addr_max. */
function bzImage(): Buffer {
  const image = Buffer.alloc(8192);
  image.writeUInt8(1, 0x1f1);
  image.writeUInt16LE(0xaa55, 0x1fe);
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(0x020c, 0x206);
  image.writeUInt8(1, 0x211);
  image.writeUInt32LE(0x7fffffff, 0x22c);
  return image;
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

/**
 * The plan with small real files in `directory` in place of those it names, and little memory. An overlay gets no name
 * of a backing file: what lies below it is the plan's to say.
 */
export function withFiles(plan: Plan, directory: string): Plan {
  mkdirSync(directory, { recursive: true });
  const place = (path: string): string => join(directory, basename(path));
  const disks = plan.disks.map((disk) => {
    const path = place(disk.path);
    const placed = disk.slice === null ? chainedDisk(disk, path, place) : archivedDisk(disk, path);
    if (disk.overlay === null) return placed;
    const overlay = { ...disk.overlay, path: place(disk.overlay.path) };
    createImage(overlay.path, overlay.format);
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
  const values = { ...plan.values, 'memory-mib': 256 };
  return { ...plan, values, disks, cdroms, kernel: boot(plan.kernel), initrd: boot(plan.initrd) };
}
