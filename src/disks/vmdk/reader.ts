import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type { Json } from '../../facts/index.ts';
import type { DiskImage, DiskReader, ReadContext } from '../format.ts';
import { headerAt } from '../header.ts';
import { type Descriptor, descriptorAt, type ExtentLine, MAX_DESCRIPTOR, parseDescriptor } from './descriptor.ts';
import { diagnostics as descriptorDiagnostics } from './descriptor-diagnostics.ts';
import { diagnostics } from './diagnostics.ts';
import { readRedoLog } from './esx.ts';
import { guestSource } from './guest.ts';
import { adapterVotes, hardwareDetails } from './hardware.ts';
import { readHeader, SECTOR, type SparseHeader } from './header.ts';
import { createTypeOf, judgeEmbedded, judgeFile } from './judge.ts';
import { kindOf } from './signature.ts';

/** qemu looks for words of the descriptor in these 20 sectors, whatever the header says (DESC_SIZE in block/vmdk.c). */
const QEMU_SEARCHES = 20 * SECTOR;
/** Extents that are listed in the details; the rest are counted. */
const LISTED = 256;

/** Complete reader of self-contained VMDK files; all others are named and refused. */
export const reader: DiskReader = {
  async read(source, context) {
    const kind = kindOf(await readUpTo(source, 0, SECTOR));
    switch (kind) {
      case 'sparse':
        return readSparse(source, context);
      case 'cowd':
      case 'sesparse':
        return readRedoLog(source, kind);
      case 'descriptor':
      case null:
        // No signature in the first sector: a descriptor with long comments, or no VMDK. The grammar decides.
        return readDescriptorFile(source);
    }
  },
};

async function readSparse(source: ByteSource, context: ReadContext): Promise<DiskImage> {
  const header = await readHeader(source);
  const descriptor = await readEmbedded(source, header);
  const state = header.uncleanShutdown ? [diagnostics['unclean-shutdown']({}, headerAt(source.uri, 72))] : [];
  const findings: readonly Finding[] = [
    ...state,
    ...(descriptor === null
      ? [descriptorDiagnostics['no-descriptor']({}, headerAt(source.uri, 28))]
      : judgeEmbedded(descriptor, header.descriptorOffset, header.capacitySectors, source.uri)),
  ];
  const sound = findings.every(({ severity }) => severity !== 'error');
  return {
    format: 'vmdk',
    virtualSize: header.capacitySectors * SECTOR,
    backing: null,
    encrypted: false,
    details: {
      kind: 'sparse',
      version: header.version,
      compressed: header.compressed,
      zeroGrains: header.zeroGrains,
      footer: header.footer,
      grainSize: header.grainSectors * SECTOR,
      grainDirectoryOffset: header.directoryOffset,
      descriptorOffset: descriptor === null ? null : header.descriptorOffset,
      ...(descriptor === null ? {} : descriptorDetails(descriptor)),
    },
    votes: descriptor === null ? [] : adapterVotes(descriptor, context.disk, source.uri),
    findings,
    hints: null,
    guest: () => (sound ? guestSource(source, header) : null),
  };
}

/** The descriptor inside a sparse file; null where the file is one extent of a split disk. */
async function readEmbedded(source: ByteSource, header: SparseHeader): Promise<Descriptor | null> {
  const { descriptorOffset: offset, descriptorSize: size } = header;
  if (offset === 0 || size === 0) return null;
  if (offset !== SECTOR) {
    throw new VmImportError(descriptorDiagnostics['misplaced-descriptor']({ offset }, headerAt(source.uri, 28)));
  }
  if (size > MAX_DESCRIPTOR) refuseSize(size, headerAt(source.uri, 36));
  // Past the end of the file is an error; past the end of the descriptor, in qemu's window, only a look.
  const bytes = await source.read(offset, size);
  // qemu-img fills the descriptor of an extent of a split disk with zeros.
  if (bytes.every((byte) => byte === 0)) return null;
  const descriptor = parseDescriptor(bytes, offset, source.uri);
  const beyond = await parentBeyond(source, bytes, offset);
  return beyond === null ? descriptor : { ...descriptor, parentHint: descriptor.parentHint ?? beyond };
}

/** A parent reference behind a descriptor without a terminator, where qemu goes on reading. */
async function parentBeyond(source: ByteSource, bytes: Buffer, offset: number): Promise<number | null> {
  if (bytes.length >= QEMU_SEARCHES || bytes.includes(0)) return null;
  const window = await readUpTo(source, offset, QEMU_SEARCHES);
  const at = window.toString('latin1').toLowerCase().indexOf('parentfilenamehint');
  return at < 0 ? null : offset + at;
}

async function readDescriptorFile(source: ByteSource): Promise<DiskImage> {
  if (source.size > MAX_DESCRIPTOR) refuseSize(source.size, descriptorAt(source.uri, 0));
  const descriptor = parseDescriptor(await source.read(0, source.size), 0, source.uri);
  const sectors = descriptor.extents.reduce((sum, extent) => sum + extent.sectors, 0);
  const size = sectors * SECTOR;
  return {
    format: 'vmdk',
    virtualSize: Number.isSafeInteger(size) && descriptor.extents.length > 0 ? size : null,
    backing: null,
    encrypted: false,
    details: { kind: 'descriptor', ...descriptorDetails(descriptor) },
    votes: [],
    findings: judgeFile(descriptor, source.uri),
    hints: null,
    guest: () => null,
  };
}

function refuseSize(size: number, at: ReturnType<typeof headerAt>): never {
  throw new VmImportError(descriptorDiagnostics['descriptor-too-large']({ size, limit: MAX_DESCRIPTOR }, at));
}

function descriptorDetails(descriptor: Descriptor): { readonly [name: string]: Json } {
  return {
    createType: createTypeOf(descriptor),
    ...hardwareDetails(descriptor),
    extentCount: descriptor.extents.length,
    extents: descriptor.extents.slice(0, LISTED).map(describeExtent),
  };
}

function describeExtent({ access, sectors, type, name }: ExtentLine): Json {
  return { access, sectors, type, name };
}
