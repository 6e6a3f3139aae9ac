import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiskEvidence, Wrapping } from '../../src/facts/index.ts';
import { copyOf, overlayOf } from '../../src/plan/placement.ts';
import { disk as diskOf, evidence as evidenceOf } from '../policy/evidence.ts';
import * as c from './cases.ts';

const SLICE = { offset: 10240, size: 196616 };
const storage = (more: object) => ({ disks: [{ id: 'disk0', bootable: null, ...more }] });
const placed = (votes: Parameters<typeof c.decideAll>[0], more: object) => {
  const resolution = c.decideAll(votes, storage(more));
  return { values: c.valuesOf(resolution), codes: resolution.findings.map(({ code }) => code) };
};

describe('where a disk is used from', () => {
  it.each<[string, object, string]>([
    ['a stand-alone qcow2 disk', {}, 'in-place'],
    ['a VMDK', { format: 'vmdk' }, 'copy'],
    ['a disk inside an archive', { slice: SLICE, wrapping: [{ kind: 'tar', members: ['d'] }] }, 'copy'],
    ['a compressed disk', { wrapping: [{ kind: 'gzip' }] }, 'copy'],
    ['a disk that is not there yet', { format: 'blank', path: null }, 'copy'],
  ])('%s by default', (_, more, placement) => {
    expect(placed([], more).values['disk-placement.disk0']).toBe(placement);
  });

  it.each<[string, object, string, boolean]>([
    ['a VMDK under an overlay', { format: 'vmdk' }, 'overlay', true],
    ['a VMDK in place', { format: 'vmdk' }, 'in-place', false],
    ['a VHDX under an overlay', { format: 'vhdx' }, 'overlay', false],
    ['a LUKS disk under an overlay', { format: 'luks' }, 'overlay', false],
    ['a disk inside an archive in place', { slice: SLICE }, 'in-place', true],
    ['a VHDX inside an archive in place', { slice: SLICE, format: 'vhdx' }, 'in-place', false],
    ['a compressed disk in place', { wrapping: [{ kind: 'gzip' }] }, 'in-place', false],
    ['a compressed disk under an overlay', { wrapping: [{ kind: 'gzip' }] }, 'overlay', false],
  ])('%s, when asked for', (_, more, placement, possible) => {
    const { values, codes } = placed([c.flag('disk-placement', placement)], more);
    expect(values['disk-placement.disk0'] ?? null).toBe(possible ? placement : null);
    expect(codes.includes('plan/unresolved')).toBe(!possible);
  });

  it('in place inside an archive is read-only, so a bus that has no read-only disks is left', () => {
    const wanted = [c.flag('disk-placement', 'in-place'), c.hints('disk-bus', 'recommended', ['sata', 'scsi'])];
    expect(placed(wanted, { slice: SLICE }).values['disk-bus.disk0']).toBe('scsi');
    const forced = placed([...wanted, c.flag('disk-bus', 'sata')], { slice: SLICE });
    expect(forced.codes).toContain('plan/unresolved');
  });
});

describe('the commands that make files', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'vm-import-placement-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const commandOf = (disk: DiskEvidence) =>
    copyOf(disk, { ...evidenceOf(), disks: [disk] }, { name: 'guest', diskDir: directory });

  it('take a slice in whole sectors', () => {
    const { command, alternatives } = commandOf(diskOf({ path: '/a/b.ova', format: 'vmdk', slice: SLICE }));
    expect(command).toEqual([
      'qemu-img',
      'convert',
      '-O',
      'qcow2',
      'json:{"driver":"vmdk","file":{"driver":"raw","offset":10240,"size":197120,"file":{"driver":"file","filename":"/a/b.ova"}}}',
      join(directory, 'guest.qcow2'),
    ]);
    expect(alternatives.map((words) => words.slice(0, 8))).toEqual([
      ['nbdkit', '-U', '-', '-r', '--filter=offset', 'file', '/a/b.ova', 'offset=10240'],
    ]);
  });

  it('make an empty disk of the size that was asked for', () => {
    const { command } = commandOf(diskOf({ path: null, format: 'blank', virtualSize: 1048576 }));
    expect(command).toEqual(['qemu-img', 'create', '-f', 'qcow2', join(directory, 'guest.qcow2'), '1048576']);
  });

  it('put an overlay on a chain without touching it', () => {
    const disk = diskOf({ path: '/a/b.vmdk', format: 'vmdk' });
    const { command } = overlayOf(disk, { ...evidenceOf(), disks: [disk] }, { name: 'guest', diskDir: '/vm' });
    expect(command.join(' ')).toBe('qemu-img create -f qcow2 -F vmdk -b /a/b.vmdk /vm/guest-overlay.qcow2');
  });

  it.each<[string, string, readonly Wrapping[]]>([
    ['a compressed archive', 'box.tar.gz', [{ kind: 'gzip' }, { kind: 'tar', members: ["it's a disk"] }]],
    [
      'an archive in an archive',
      'outer.tar',
      [{ kind: 'tar', members: ['box.tar.gz'] }, { kind: 'gzip' }, { kind: 'tar', members: ["it's a disk"] }],
    ],
    ['pieces in an archive', 'pieces.tar', [{ kind: 'tar', members: ['d.000000000', 'd.000000001'] }]],
    [
      'pieces in a compressed archive that stores them the other way round',
      'reversed.tar.gz',
      [{ kind: 'gzip' }, { kind: 'tar', members: ['d.000000000', 'd.000000001'] }],
    ],
  ])('unpack %s', (_, name, wrapping) => {
    const bytes = Buffer.from('the bytes of the disk, in two pieces');
    const run = (script: string) => execFileSync('sh', ['-ec', script], { cwd: directory });
    writeFileSync(join(directory, "it's a disk"), bytes);
    writeFileSync(join(directory, 'd.000000000'), bytes.subarray(0, 20));
    writeFileSync(join(directory, 'd.000000001'), bytes.subarray(20));
    run(
      `tar -czf box.tar.gz "it's a disk"; tar -cf outer.tar box.tar.gz; tar -cf pieces.tar d.000000000 d.000000001; tar -czf reversed.tar.gz d.000000001 d.000000000`,
    );
    const { command } = commandOf(diskOf({ path: join(directory, name), format: 'raw', wrapping }));
    // what qemu-img would be given
    const script = String(command[2])
      .replace(/; qemu-img convert .*/, '')
      .replace(/trap .* EXIT; /, '');
    execFileSync('bash', ['-c', script]);
    expect(readFileSync(join(directory, 'guest.qcow2.unpacked'))).toEqual(bytes);
  });
});
