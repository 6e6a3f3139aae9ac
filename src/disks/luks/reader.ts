import { readUpTo } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import type { DiskReader } from '../format.ts';
import { diagnostics } from './diagnostics.ts';
import { readLuks1 } from './luks1.ts';
import { versionOf } from './signature.ts';
import { luksAt } from './volume.ts';

/** Reader of LUKS headers. Keys are never asked for, so all that can be told is what stands in clear. */
export const reader: DiskReader = {
  async read(source) {
    const version = versionOf(await readUpTo(source, 0, 8));
    if (version !== 1 && version !== 2) {
      throw new VmImportError(diagnostics['unsupported-version']({ version }, luksAt(source.uri, 6)));
    }
    // Version 2 brings a parser of JSON metadata with it.
    const volume = version === 1 ? await readLuks1(source) : await (await import('./luks2.ts')).readLuks2(source);
    return {
      format: 'luks',
      virtualSize: volume.virtualSize,
      backing: null,
      encrypted: true,
      details: volume.details,
      votes: [],
      findings: [diagnostics.encrypted({ version }, luksAt(source.uri, 0)), ...volume.findings],
      hints: null,
      guest: () => null,
    };
  },
};
