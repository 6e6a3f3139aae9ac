import { VmImportError } from '../../diagnostics/index.ts';
import type { DiskReader } from '../format.ts';
import { diagnostics } from './diagnostics.ts';
import { isTrailer, TRAILER_LENGTH } from './signature.ts';

/** Offsets in the trailer, all u64, big endian. */
const AT = { dataForkLength: 0x20, xmlOffset: 0xd8, xmlLength: 0xe0, sectorCount: 0x1ec } as const;

/** Names an Apple disk image and its size, and refuses it. */
export const reader: DiskReader = {
  async read(source) {
    const start = Math.max(0, source.size - TRAILER_LENGTH);
    const at = [{ origin: 'content', uri: source.uri, pointer: `0x${start.toString(16)}` }] as const;
    const trailer = await source.read(start, source.size - start);
    if (trailer.length < TRAILER_LENGTH || !isTrailer(trailer)) {
      const problem = 'the last sector does not start with koly, version 4 and its length';
      throw new VmImportError(diagnostics['bad-trailer']({ problem }, at));
    }
    const field = (offset: number) => {
      const value = Number(trailer.readBigUInt64BE(offset));
      return Number.isSafeInteger(value) ? value : null;
    };
    const size = (field(AT.sectorCount) ?? Number.NaN) * 512;
    return {
      format: 'dmg',
      virtualSize: Number.isSafeInteger(size) ? size : null,
      backing: null,
      encrypted: false,
      details: {
        dataForkLength: field(AT.dataForkLength),
        xmlOffset: field(AT.xmlOffset),
        xmlLength: field(AT.xmlLength),
      },
      votes: [],
      findings: [diagnostics.unsupported({}, at)],
      hints: null,
      guest: () => null,
    };
  },
};
