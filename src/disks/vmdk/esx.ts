import { type ByteSource, readUpTo, toNumber } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import type { DiskImage } from '../format.ts';
import { headerAt } from '../header.ts';
import { diagnostics } from './diagnostics.ts';
import { SECTOR } from './header.ts';

/** Where the two redo log formats of ESX have what is worth knowing: qemu block/vmdk.c, VMDK3Header and SESparse. */
const FORMATS = {
  cowd: { name: 'vmfsSparse (COWD)', version: 4, capacity: 12, wide: false, needed: 64 },
  sesparse: { name: 'seSparse', version: 8, capacity: 16, wide: true, needed: SECTOR },
} as const;

/** Identity and size of a redo log, and the finding that it is no disk. */
export async function readRedoLog(file: ByteSource, kind: keyof typeof FORMATS): Promise<DiskImage> {
  const { name, version, capacity, wide, needed } = FORMATS[kind];
  const head = await readUpTo(file, 0, needed);
  if (head.length < needed) {
    throw new VmImportError(diagnostics['truncated-header']({ needed, size: head.length }, headerAt(file.uri, 0)));
  }
  const field = (offset: number) => (wide ? head.readBigUInt64LE(offset) : BigInt(head.readUInt32LE(offset)));
  const pointer = `header+0x${capacity.toString(16)}`;
  return {
    format: 'vmdk',
    virtualSize: toNumber(field(capacity) * BigInt(SECTOR), 'capacity', file.uri, pointer),
    backing: null,
    encrypted: false,
    details: { kind, version: `0x${field(version).toString(16)}` },
    votes: [],
    findings: [diagnostics['redo-log']({ kind: name }, headerAt(file.uri, 0))],
    hints: null,
    guest: () => null,
  };
}
