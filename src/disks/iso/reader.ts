import { readUpTo } from '../../bytes/index.ts';
import type { Finding } from '../../diagnostics/index.ts';
import type { DiskReader } from '../format.ts';
import { readBootCatalog } from './boot-catalog.ts';
import { discAt, readDescriptors } from './descriptors.ts';
import { diagnostics } from './diagnostics.ts';
import { SECTOR } from './signature.ts';
import { readUdfNames } from './udf.ts';

/** Reader of CD and DVD images. What the guest sees is the file itself. */
export const reader: DiskReader = {
  async read(source) {
    const { primary, joliet, udf, bootCatalog, findings } = await readDescriptors(source);
    const boot = bootCatalog === null ? null : await readBootCatalog(source, bootCatalog);
    const names = udf ? await readUdfNames(source) : null;
    const hybrid = partitionTables(await readUpTo(source, 0, 2 * SECTOR + 2));
    const sizes: Finding[] = [];
    if (primary !== null && primary.volumeSize > source.size) {
      const args = { volume: primary.volumeSize, size: source.size };
      sizes.push(diagnostics['volume-cut'](args, discAt(source.uri, 16 * SECTOR + 80)));
    }
    if (source.size % SECTOR !== 0) {
      sizes.push(diagnostics['partial-sector']({ size: source.size, rest: source.size % SECTOR }));
    }
    return {
      format: 'iso',
      virtualSize: source.size,
      backing: null,
      encrypted: false,
      details: {
        volumeId: primary?.volumeId ?? names?.logicalVolumeId ?? names?.volumeId ?? '',
        systemId: primary?.systemId ?? '',
        volumeSetId: primary?.volumeSetId ?? '',
        publisher: primary?.publisher ?? '',
        preparer: primary?.preparer ?? '',
        application: primary?.application ?? '',
        blockSize: primary?.blockSize ?? SECTOR,
        volumeSize: primary?.volumeSize ?? null,
        iso9660: primary !== null,
        joliet,
        udf,
        udfVolumeId: names?.logicalVolumeId ?? names?.volumeId ?? null,
        elTorito: boot === null ? null : boot.entries.map((entry) => ({ ...entry })),
        hybrid,
      },
      votes: [],
      findings: [...findings, ...(boot?.findings ?? []), ...sizes],
      hints: null,
      guest: () => source,
    };
  },
};

/** Partition tables in the system area, which let the same file start from a USB stick. */
function partitionTables(head: Buffer): readonly string[] {
  const tables: string[] = [];
  // A boot signature alone is on many plain discs too: a table has an entry with a type.
  const entries = [446, 462, 478, 494].some((at) => head.readUInt8(at + 4) !== 0);
  if (head.readUInt16BE(510) === 0x55aa && entries) tables.push('mbr');
  if (head.toString('latin1', 512, 520) === 'EFI PART') tables.push('gpt');
  // Apple's map counts in blocks of 512 or 2048 bytes.
  if ([512, SECTOR].some((at) => head.toString('latin1', at, at + 4) === 'PM\0\0')) tables.push('apm');
  return tables;
}
