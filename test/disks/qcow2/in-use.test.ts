import { describe, expect, it } from 'vitest';
import { lockOn } from '../../../src/disks/qcow2/in-use.ts';

/** 08:01, inode 1234, in the encoding of stat. */
const FILE = { dev: 0x801n, ino: 1234n };

describe('a lock in /proc/locks', () => {
  it.each([
    ['of qemu', '1: OFDLCK ADVISORY  READ -1 08:01:1234 100 101\n', -1],
    ['by flock', '7: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF\n', 4711],
    ['by fcntl', '7: POSIX  ADVISORY  WRITE 4711 08:01:1234 0 EOF\n', 4711],
    ['that waits', '7: -> POSIX  ADVISORY  WRITE 12 08:01:1234 0 EOF\n', 12],
    ['behind others', '1: POSIX  ADVISORY  READ 5 08:01:12 0 0\n2: OFDLCK ADVISORY  READ -1 08:01:1234 201 201\n', -1],
    ['on another inode', '1: OFDLCK ADVISORY  READ -1 08:01:12345 100 101\n', null],
    ['on another device', '1: OFDLCK ADVISORY  READ -1 08:02:1234 100 101\n', null],
    ['in a line that is not understood', 'OFDLCK 08:01:1234\n', null],
    ['in no line at all', '', null],
  ])('%s', (_title, text, expected) => expect(lockOn(text, FILE)).toBe(expected));

  it('counts on any anonymous device, whose numbers differ between stat and the list (btrfs, overlayfs)', () => {
    const line = '1: OFDLCK ADVISORY  READ -1 00:2a:1234 100 101\n';
    expect(lockOn(line, { dev: 0x2dn, ino: 1234n })).toBe(-1);
    expect(lockOn(line, FILE)).toBeNull();
  });

  it('knows device numbers above 255', () => {
    // gnu_dev_makedev(259, 70000)
    const dev = (0x103n << 8n) | (70000n & 0xffn) | ((70000n & ~0xffn) << 12n);
    expect(lockOn('1: POSIX  ADVISORY  READ 5 103:11170:1234 0 0\n', { dev, ino: 1234n })).toBe(5);
  });
});
