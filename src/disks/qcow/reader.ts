import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import type { DiskReader } from '../format.ts';
import { headerAt, storedName } from '../header.ts';
import { diagnostics } from './diagnostics.ts';
import { guestSource } from './guest.ts';
import { type Header, readHeader } from './header.ts';

const SECTOR = 512;

/** Complete reader of qcow images of version 1. */
export const reader: DiskReader = {
  async read(source) {
    const header = await readHeader(source);
    const name = await backingName(source, header);
    const seen = header.size - (header.size % SECTOR);
    return {
      format: 'qcow',
      virtualSize: seen,
      // The header has no place for the format of the file below.
      backing: name === null ? null : { name, format: null, pointer: 'header+0x8' },
      encrypted: header.encrypted,
      details: {
        version: 1,
        clusterSize: header.clusterSize,
        l2Entries: header.l2Entries,
        l1TableOffset: header.l1TableOffset,
        mtime: header.mtime,
        encryption: header.encrypted ? 'aes' : 'none',
        backingFile: name,
      },
      votes: [],
      findings: [
        diagnostics.deprecated({}, headerAt(source.uri, 4)),
        ...(header.encrypted ? [diagnostics['encrypted-aes']({}, headerAt(source.uri, 36))] : []),
        ...(seen === header.size
          ? []
          : [diagnostics['size-not-sectors']({ size: header.size, seen }, headerAt(source.uri, 24))]),
      ],
      hints: null,
      guest: (base) => {
        if (header.encrypted || (name !== null && base === null)) return null;
        return guestSource(source, header, seen, name === null ? null : base);
      },
    };
  },
};

async function backingName(source: ByteSource, header: Header): Promise<string | null> {
  if (header.backing === null) return null;
  const { offset, length } = header.backing;
  return storedName(await source.read(offset, length), (problem) => {
    throw new VmImportError(diagnostics['bad-name']({ problem }, headerAt(source.uri, offset)));
  });
}
