import type { BigIntStats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';

/**
 * Who else uses a file. qemu takes byte-range locks (OFD locks at offsets 100 to 203, block/file-posix.c), other
 * programs flock or fcntl locks; all are listed in /proc/locks, and looking takes no lock itself. Programs that lock
 * nothing show in /proc/PID/fd, as far as this user may look. Programs on other hosts cannot be seen.
 */

/** Says who uses the file: `qemu-nbd (process 4711)`; null for nobody; undefined where the system does not tell. */
export async function holderOf(stats: BigIntStats): Promise<string | null | undefined> {
  const locks = await readFile('/proc/locks', 'utf8').catch(() => undefined);
  if (locks === undefined) return undefined;
  const lock = lockOn(locks, stats);
  const opener = await writerOf(stats);
  if (opener !== null) return opener;
  if (lock === null) return null;
  // An OFD lock belongs to an open file, not to a process, and is listed with process -1.
  return lock > 0 ? processName(String(lock)) : 'a program that holds a lock on it';
}

/** Process of the first lock on the file in the text of /proc/locks; null for none. */
export function lockOn(locks: string, { dev, ino }: { readonly dev: bigint; readonly ino: bigint }): number | null {
  for (const line of locks.split('\n')) {
    // `1: OFDLCK ADVISORY READ -1 08:01:1234 100 101`; a waiting lock has `->` after its number.
    const match = /^\d+: (?:-> )?\S+\s+\S+\s+\S+\s+(-?\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /.exec(line);
    if (match === null) continue;
    const [, pid, major, minor, inode] = match;
    if (BigInt(inode ?? -1) !== ino) continue;
    const device = deviceNumbers(dev);
    const same = parseInt(major ?? '', 16) === device.major && parseInt(minor ?? '', 16) === device.minor;
    // Btrfs and overlayfs show another anonymous device (major 0) here than stat does.
    const anonymous = parseInt(major ?? '', 16) === 0 && device.major === 0;
    if (same || anonymous) return Number(pid);
  }
  return null;
}

/** glibc's encoding of dev_t (gnu_dev_major, gnu_dev_minor). */
function deviceNumbers(dev: bigint): { readonly major: number; readonly minor: number } {
  return {
    major: Number(((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xffff_f000n)),
    minor: Number((dev & 0xffn) | ((dev >> 12n) & 0xffff_ff00n)),
  };
}

/** Another process that has the file open for writing. Processes of other users stay unseen unless we are root. */
async function writerOf({ dev, ino }: BigIntStats): Promise<string | null> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  for (const pid of processes) {
    for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const stats = await stat(`/proc/${pid}/fd/${descriptor}`, { bigint: true }).catch(() => undefined);
      if (stats?.ino !== ino || stats.dev !== dev) continue;
      if (await opensForWriting(pid, descriptor)) return processName(pid);
    }
  }
  return null;
}

async function opensForWriting(pid: string, descriptor: string): Promise<boolean> {
  const info = await readFile(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8').catch(() => '');
  const flags = /^flags:\s+([0-7]+)$/m.exec(info)?.[1];
  // The access mode is the lowest two bits: 1 is O_WRONLY, 2 is O_RDWR. Not readable means: assume the worst.
  return flags === undefined ? info === '' : (parseInt(flags, 8) & 3) !== 0;
}

async function processName(pid: string): Promise<string> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return name === '' ? `process ${pid}` : `${name.trim()} (process ${pid})`;
}
