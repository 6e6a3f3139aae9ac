import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { SECTOR, type SparseHeader } from './header.ts';

/** Where guest bytes are, from the offset asked for, for `run` bytes. */
export type Extent =
  | { readonly kind: 'zero'; readonly run: number }
  | { readonly kind: 'data'; readonly run: number; readonly offset: number }
  /** A packed grain: what of it is asked for starts `skip` bytes into it. */
  | { readonly kind: 'packed'; readonly run: number; readonly offset: number; readonly skip: number };

/** Grain table entry of a grain that reads as zeros (`VMDK4_GTE_ZEROED` in qemu), with header flag bit 2 only. */
const ZEROED = 1;

/** Directory and tables are read and kept in slices: a look at one partition needs a few entries. */
const SLICE = 4096;
const CACHED_SLICES = 64;

/** Looks guest offsets up in grain directory and grain tables. The caller keeps them below the virtual size. */
export function mapper(file: ByteSource, header: SparseHeader): (guestOffset: number) => Promise<Extent> {
  const grain = header.grainSectors * SECTOR;
  const covers = header.entriesPerTable * grain;
  const metadataEnd = header.descriptorOffset + header.descriptorSize;
  const slices = new Map<number, Buffer>();

  async function entryAt(offset: number, entry: string, guestOffset: number): Promise<number> {
    const start = offset - (offset % SLICE);
    const slice = slices.get(start) ?? (await readUpTo(file, start, SLICE));
    // A Map iterates in order of insertion: the first key is the one unused for longest.
    slices.delete(start);
    slices.set(start, slice);
    for (const oldest of slices.keys()) {
      if (slices.size <= CACHED_SLICES) break;
      slices.delete(oldest);
    }
    const at = offset - start;
    if (at + 4 > slice.length) throw bad(file, entry, guestOffset, 'it lies behind the end of the file');
    return slice.readUInt32LE(at);
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
