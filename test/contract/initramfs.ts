import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Member {
  readonly name: string;
  readonly mode: number;
  readonly data: Buffer;
}

const DIRECTORY = 0o040755;
const PROGRAM = 0o100755;
const FILE = 0o100644;

/** A cpio archive of the kind the kernel unpacks ("newc", Documentation/driver-api/early-userspace/buffer-format). */
function cpio(members: readonly Member[]): Buffer {
  const pieces: Buffer[] = [];
  for (const [index, { name, mode, data }] of [
    ...members,
    { name: 'TRAILER!!!', mode: 0, data: Buffer.alloc(0) },
  ].entries()) {
    // inode, mode, uid, gid, links, time, size, device, device of a node, length of the name, checksum
    const fields = [index + 1, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
    const head = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`);
    for (const piece of [head, data]) pieces.push(piece, Buffer.alloc(-piece.length & 3));
  }
  return Buffer.concat(pieces);
}

/** Drivers of virtio disks, each after those it needs. */
const MODULES = [
  'virtio/virtio_ring',
  'virtio/virtio',
  'virtio/virtio_pci_legacy_dev',
  'virtio/virtio_pci_modern_dev',
  'virtio/virtio_pci',
  'block/virtio_blk',
] as const;

/**
 * Says on the serial port, whatever consoles the command line names, what it finds: its disks in the kernel's order with
 * their sizes in sectors, and what stands in the file `banner` of the root device, where the command line names one.
 */
const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec > /dev/ttyS0 2>&1
echo '[linux started]'
${MODULES.map((module) => `insmod /modules/${module.replace('/', '-')}.ko`).join('\n')}
for disk in /sys/block/vd*; do echo "[disk \${disk##*/} $(cat "$disk/size")]"; done
for word in $(cat /proc/cmdline); do
  case $word in root=*) mount -o ro "\${word#root=}" /disk && cat /disk/banner ;; esac
done
echo '[linux done]'
while :; do sleep 1000; done
`;

/** An initial file system around busybox, from packages that are unpacked in a directory. */
export function initramfs(packages: string, release: string): Buffer {
  const drivers = join(packages, 'lib/modules', release, 'kernel/drivers');
  const directory = (name: string): Member => ({ name, mode: DIRECTORY, data: Buffer.alloc(0) });
  return cpio([
    ...['bin', 'dev', 'disk', 'modules', 'proc', 'sys'].map(directory),
    { name: 'bin/busybox', mode: PROGRAM, data: readFileSync(join(packages, 'bin/busybox')) },
    ...MODULES.map((module) => ({
      name: `modules/${module.replace('/', '-')}.ko`,
      mode: FILE,
      data: readFileSync(join(drivers, `${module}.ko`)),
    })),
    { name: 'init', mode: PROGRAM, data: Buffer.from(INIT) },
  ]);
}
