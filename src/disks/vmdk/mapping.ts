import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { type Extent, tableReader } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import { SECTOR, type SparseHeader } from './header.ts';

/** A packed grain: what of it is asked for starts `skip` bytes into it. */
export interface PackedGrain {
  readonly kind: 'packed';
  readonly run: number;
  readonly offset: number;
  readonly skip: number;
}

/** Grain table entry of a grain that reads as zeros (`VMDK4_GTE_ZEROED` in qemu), with header flag bit 2 only. */
const ZEROED = 1;

/** Looks guest offsets up in grain directory and grain tables. The caller keeps them below the virtual size. */
export function mapper(file: ByteSource, header: SparseHeader): (guestOffset: number) => Promise<Extent | PackedGrain> {
  const grain = header.grainSectors * SECTOR;
  const covers = header.entriesPerTable * grain;
  const metadataEnd = header.descriptorOffset + header.descriptorSize;
  const table = tableReader(file);

  async function entryAt(offset: number, entry: string, guestOffset: number): Promise<number> {
    const bytes = await table(offset, 4);
    if (bytes.length < 4) throw bad(file, entry, guestOffset, 'it lies behind the end of the file');
    return bytes.readUInt32LE(0);
  }

  function placeOf(sector: number, entry: string, guestOffset: number): number {
    const offset = sector * SECTOR;
    if (offset >= file.size) throw bad(file, entry, guestOffset, `sector ${sector} lies behind the end of the file`);
    if (offset < Math.max(SECTOR, metadataEnd)) {
      throw bad(file, entry, guestOffset, `sector ${sector} belongs to the header or the descriptor`);
    }
    return offset;
  }

  return async (guestOffset) => {
    const directoryIndex = Math.floor(guestOffset / covers);
    const table = await entryAt(header.directoryOffset + directoryIndex * 4, 'grain directory entry', guestOffset);
    if (table === 0) return { kind: 'zero', run: covers - (guestOffset % covers) };

    const tableOffset = placeOf(table, 'grain directory entry', guestOffset);
    const tableIndex = Math.floor((guestOffset % covers) / grain);
    const entry = await entryAt(tableOffset + tableIndex * 4, 'grain table entry', guestOffset);
    const skip = guestOffset % grain;
    const run = grain - skip;
    if (entry === 0 || (entry === ZEROED && header.zeroGrains)) return { kind: 'zero', run };
    const offset = placeOf(entry, 'grain table entry', guestOffset);
    return header.compressed ? { kind: 'packed', run, offset, skip } : { kind: 'data', run, offset: offset + skip };
  };
}

function bad(file: ByteSource, entry: string, guestOffset: number, problem: string): VmImportError {
  return new VmImportError(
    diagnostics['bad-grain']({ entry, offset: guestOffset, problem }, [
      { origin: 'content', uri: file.uri, pointer: `guest+0x${guestOffset.toString(16)}` },
    ]),
  );
}
