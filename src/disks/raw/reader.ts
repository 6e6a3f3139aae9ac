import { VmImportError } from '../../diagnostics/index.ts';
import type { DiskReader } from '../format.ts';
import { diagnostics } from './diagnostics.ts';

const SECTOR = 512;

/** A raw disk has no header: all there is to say comes from its size. What is inside is the content room's work. */
export const reader: DiskReader = {
  async read(source) {
    const at = [{ origin: 'content', uri: source.uri, pointer: null }] as const;
    if (source.size === 0) throw new VmImportError(diagnostics.empty({}, at));
    const rest = source.size % SECTOR;
    return {
      format: 'raw',
      virtualSize: source.size,
      backing: null,
      encrypted: false,
      details: {},
      votes: [],
      findings: rest === 0 ? [] : [diagnostics['partial-sector']({ size: source.size, rest }, at)],
      hints: null,
      guest: () => source,
    };
  },
};
