import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import type { DiskReader } from '../format.ts';
import { headerAt, storedName } from '../header.ts';
import { mappedSource } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import { FEATURE, type Header, readHeader } from './header.ts';
import { mapper } from './mapping.ts';

/** Complete reader of QED images. */
export const reader: DiskReader = {
  async read(source) {
    const header = await readHeader(source);
    const name = await backingName(source, header);
    const raw = (header.features & FEATURE.backingIsRaw) !== 0n;
    const needCheck = (header.features & FEATURE.needCheck) !== 0n;
    return {
      format: 'qed',
      virtualSize: header.size,
      backing: name === null ? null : { name, format: raw ? 'raw' : null, pointer: 'header+0x38' },
      encrypted: false,
      details: {
        clusterSize: header.clusterSize,
        tableSize: header.tableSize,
        headerSize: header.headerSize,
        l1TableOffset: header.l1TableOffset,
        features: [
          ...((header.features & FEATURE.backingFile) === 0n ? [] : ['backing-file']),
          ...(needCheck ? ['need-check'] : []),
          ...(raw ? ['backing-file-is-raw'] : []),
        ],
        compatFeatures: `0x${header.compatFeatures.toString(16)}`,
        autoclearFeatures: `0x${header.autoclearFeatures.toString(16)}`,
        backingFile: name,
      },
      votes: [],
      findings: [
        diagnostics.deprecated({}, headerAt(source.uri, 0)),
        ...(needCheck ? [diagnostics['need-check']({}, headerAt(source.uri, 16))] : []),
      ],
      hints: null,
      guest: (base) => {
        if (name !== null && base === null) return null;
        return mappedSource(source, {
          size: header.size,
          base: name === null ? null : base,
          locate: mapper(source, header),
        });
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
