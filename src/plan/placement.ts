import { dirname, join } from 'node:path';
import {
  type DiskEvidence,
  type Evidence,
  keyPath,
  type PlanFile,
  type Slice,
  type Value,
  type Wrapping,
  wholeSectors,
} from '../facts/index.ts';
import type { Constraint } from './constraint.ts';

/** How the bytes of a disk lie in its file. */
export interface Storage {
  readonly id: string;
  readonly format: string;
  readonly slice: Slice | null;
  readonly wrapping: readonly Wrapping[];
  /** null: there is no file yet. */
  readonly path: string | null;
}

/** Formats a stand-alone disk is used in where it lies. An encrypted one cannot be converted without its key. */
const WRITABLE: readonly string[] = ['raw', 'qcow2', 'luks'];
/** Formats that are read in place, without being written to: the layer on top takes the writes. */
const READABLE: readonly string[] = ['raw', 'qcow2', 'qcow', 'qed', 'vmdk', 'vdi', 'vpc'];

/** Placements that are possible, and why the others are not. */
function placements(disk: Storage): { readonly possible: readonly string[]; readonly reason: string } {
  if (disk.path === null) return { possible: ['copy'], reason: 'the disk does not exist yet' };
  const readable = READABLE.includes(disk.format);
  const overlay = readable ? ['overlay'] : [];
  if (disk.slice !== null) {
    // what the guest writes would go into the archive, so it may only read
    const inPlace = readable ? ['in-place'] : [];
    return { possible: ['copy', ...inPlace, ...overlay], reason: `QEMU cannot read a ${disk.format} disk in place` };
  }
  if (disk.wrapping.length > 0) return { possible: ['copy'], reason: 'the disk has to be unpacked before it is used' };
  const inPlace = WRITABLE.includes(disk.format) ? ['in-place'] : [];
  return {
    possible: ['copy', ...inPlace, ...overlay],
    reason:
      inPlace.length > 0
        ? 'an encrypted disk has no overlay without its key'
        : `a ${disk.format} disk has to be converted before it is used`,
  };
}

/** A stand-alone disk in a format of QEMU's own is used where it is, everything else is copied (contract, section 3). */
export function defaultPlacement(disk: Storage): 'in-place' | 'copy' {
  const standAlone = disk.path !== null && disk.slice === null && disk.wrapping.length === 0;
  return standAlone && WRITABLE.includes(disk.format) ? 'in-place' : 'copy';
}

/** Where a disk can be used from, given how its bytes lie. */
export function placementConstraints(disk: Storage): readonly Constraint[] {
  const slot = keyPath('disk-placement', disk.id);
  const { possible, reason } = placements(disk);
  const fits: Constraint = {
    id: 'placement-of-format',
    why: 'incompatible',
    slots: [slot],
    reason,
    holds: (placement) => placement === undefined || possible.includes(String(placement)),
  };
  if (disk.slice === null) return [fits];
  const readOnly: Constraint = {
    id: 'slice-bus',
    why: 'incompatible',
    slots: [slot, keyPath('disk-bus', disk.id)],
    reason: 'a disk inside an archive is read-only, and IDE and SATA have no read-only disks: put an overlay on it',
    holds: (placement?: Value, bus?: Value) => placement !== 'in-place' || (bus !== 'ide' && bus !== 'sata'),
  };
  return [fits, readOnly];
}

/** Where files are put that have to be made first. */
export interface Workplace {
  readonly name: string;
  /** null: beside the source. */
  readonly diskDir: string | null;
}

const pathOf = (disk: Pick<DiskEvidence, 'path' | 'uri'>): string => disk.path ?? disk.uri;

/** A disk that is a part of a file, as QEMU's block layer spells it. Without the format on top QEMU would not skip the offset. */
function inside(path: string, slice: Slice, format: string): string {
  const file = { driver: 'raw', ...wholeSectors(slice), file: { driver: 'file', filename: path } };
  return `json:${JSON.stringify({ driver: format, file })}`;
}

/** The flat qcow2 copy that is used instead of a disk, under a name that no source has. */
export function copyOf(disk: DiskEvidence, evidence: Evidence, work: Workplace): PlanFile {
  const path = freePath(disk, evidence, work, ['', '-copy']);
  const [command = [], ...alternatives] = commands(disk, path);
  return { path, format: 'qcow2', command, alternatives };
}

function commands(disk: DiskEvidence, path: string): readonly (readonly string[])[] {
  const from = pathOf(disk);
  if (disk.path === null) return [['qemu-img', 'create', '-f', 'qcow2', path, String(disk.virtualSize ?? 0)]];
  if (disk.slice !== null) {
    const { offset, size } = wholeSectors(disk.slice);
    const run = `qemu-img convert -f ${disk.format} -O qcow2 "$uri" ${quote(path)}`;
    return [
      ['qemu-img', 'convert', '-O', 'qcow2', inside(from, disk.slice, disk.format), path],
      ['nbdkit', '-U', '-', '-r', '--filter=offset', 'file', from, `offset=${offset}`, `range=${size}`, '--run', run],
    ];
  }
  if (disk.wrapping.length > 0) return [unpackAndConvert(disk, path)];
  return [['qemu-img', 'convert', '-f', disk.format, '-O', 'qcow2', from, path]];
}

/** Words that mean nothing but themselves to a shell. */
const PLAIN = /^[\w@%+:,./-]+$/;
const quote = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
const line = (words: readonly string[]): string => words.map(quote).join(' ');

/** Programs that write what is inside to their output. */
function unpacker({ wrapping, ...disk }: DiskEvidence): string {
  const file = pathOf(disk);
  const several = wrapping.findIndex((step) => step.kind === 'tar' && step.members.length > 1);
  const step = wrapping[several];
  if (step?.kind !== 'tar') return pipeline(wrapping, file);
  // tar writes members in the order of the archive, whatever order they are asked for in
  const pieces = step.members.map((member) =>
    pipeline([...wrapping.slice(0, several), { kind: 'tar', members: [member] }], file),
  );
  const rest = wrapping.slice(several + 1);
  return [`{ ${pieces.join('; ')}; }`, ...(rest.length === 0 ? [] : [pipeline(rest, null)])].join(' | ');
}

/** Each program reads the one before; the first one reads the file. */
function pipeline(steps: readonly Wrapping[], file: string | null): string {
  return steps
    .map((step, index) => {
      const command = unpack(step, index === 0 ? file : null);
      // an archive that its writer never closed (umoci) lacks the padding of its last member, which tar wants to see
      return steps[index + 1]?.kind === 'tar' ? `{ ${command}; head -c 10240 /dev/zero; }` : command;
    })
    .join(' | ');
}

/** One step; `file` null reads what comes from the step before. */
function unpack(step: Wrapping, file: string | null): string {
  switch (step.kind) {
    case 'pieces':
      return line(['cat', '--', ...step.paths]);
    case 'tar': {
      // GNU tar takes escapes out of names otherwise
      const literal = step.members.some((member) => member.includes('\\')) ? ['--no-unquote'] : [];
      const tar = line(['tar', ...literal, '-xOf', file ?? '-', '--', ...step.members]);
      // tar stops at the end of the archive, and what goes on writing to a closed pipe fails
      return file === null ? `{ ${tar}; cat > /dev/null; }` : tar;
    }
    default:
      return line([step.kind, '-dc', ...(file === null ? [] : ['--', file])]);
  }
}

/** qemu-img reads no stream, so the unpacked disk lies beside the copy for a while. */
function unpackAndConvert(disk: DiskEvidence, path: string): readonly string[] {
  const unpacked = `${path}.unpacked`;
  const script = [
    'set -eu -o pipefail',
    `trap ${quote(`rm -f -- ${quote(unpacked)}`)} EXIT`,
    `${unpacker(disk)} > ${quote(unpacked)}`,
    `qemu-img convert -f ${disk.format} -O qcow2 ${quote(unpacked)} ${quote(path)}`,
  ].join('; ');
  return ['bash', '-c', script];
}

/** The qcow2 file on top of a disk that takes what the guest writes; the disk itself stays as it is. */
export function overlayOf(disk: DiskEvidence, evidence: Evidence, work: Workplace): PlanFile {
  const path = freePath(disk, evidence, work, ['-overlay', '-overlay-new']);
  const from = pathOf(disk);
  const base = disk.slice === null ? from : inside(from, disk.slice, disk.format);
  return {
    path,
    format: 'qcow2',
    command: ['qemu-img', 'create', '-f', 'qcow2', '-F', disk.format, '-b', base, path],
    alternatives: [],
  };
}

/** The disk if it is a SOURCE, else the bundle it belongs to: a store of blobs is no place for other files. */
function besideWhat(disk: DiskEvidence, evidence: Evidence): string {
  const [bundle] = evidence.sources;
  const alone = evidence.sources.some(({ uri }) => uri === disk.path);
  return alone || bundle === undefined ? pathOf(disk) : bundle.uri;
}

function freePath(disk: DiskEvidence, evidence: Evidence, work: Workplace, endings: readonly string[]): string {
  const sources = new Set(evidence.disks.map(pathOf));
  const stem = disk.id === evidence.disks[0]?.id ? work.name : `${work.name}-${disk.id}`;
  const directory = work.diskDir ?? dirname(besideWhat(disk, evidence));
  const free = endings.map((ending) => join(directory, `${stem}${ending}.qcow2`));
  return free.find((name) => !sources.has(name)) ?? join(directory, `${stem}-${disk.id}.qcow2`);
}
