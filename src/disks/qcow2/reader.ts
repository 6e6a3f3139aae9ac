import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type { Json } from '../../facts/index.ts';
import type { BackingReference, DiskReader } from '../format.ts';
import { headerAt } from '../header.ts';
import { diagnostics } from './diagnostics.ts';
import {
  type Extension,
  type ExtensionArea,
  featureKey,
  type KnownExtensions,
  listExtensions,
  readKnownExtensions,
  typeName,
} from './extensions.ts';
import { featureNames, has, INCOMPATIBLE, unknownBits } from './features.ts';
import { guestSource } from './guest.ts';
import { checkTables, type Header, parseHeader } from './header.ts';
import { readHints } from './hints.ts';
import { decodeName, protocolOf } from './names.ts';
import { readSnapshots, type Snapshot } from './snapshots.ts';

/** STORAGE_PROBE_MAX_SIZE: what libvirt (src/storage_file/storage_source.c) reads of an image. */
const LIBVIRT_READS = 0x8200;
const SECTOR = 512;

/** Everything the header says, before it is judged. Shared with the writer of hints. */
export interface Qcow2Header {
  readonly header: Header;
  readonly area: ExtensionArea;
  readonly known: KnownExtensions;
  readonly backing: BackingReference | null;
}

/** Reads header, extensions and backing file name, and refuses what qemu would refuse to open. */
export async function readHeader(source: ByteSource): Promise<Qcow2Header> {
  const header = parseHeader(await readUpTo(source, 0, 112), source.uri);
  const area = await listExtensions(source, header);
  const known = await readKnownExtensions(source, header, area);
  refuseUnknownFeatures(header, known, source.uri);
  checkTables(header, source.size, source.uri);
  const name = await readBackingName(source, header);
  const backing = name === null ? null : { name, format: known.backingFormat, pointer: 'header+0x8' };
  return { header, area, known, backing };
}

/** Complete reader of qcow2 headers, versions 2 and 3 (qemu docs/interop/qcow2.txt). */
export const reader: DiskReader = {
  async read(source) {
    const image = await readHeader(source);
    const { header, area, backing } = image;
    const snapshots = await readSnapshots(source, header);
    const hints = await readHints(source, area);
    const seen = header.size - (header.size % SECTOR);
    const elsewhere = has(header, INCOMPATIBLE.dataFile);
    return {
      format: 'qcow2',
      virtualSize: seen,
      backing,
      encrypted: header.cryptMethod !== 'none',
      details: detailsOf(image, snapshots),
      votes: [],
      findings: [
        ...judgeState(header, source.uri),
        ...judgeNames(image, source.uri),
        ...judgeSnapshots(header, snapshots, source.uri),
        ...(seen === header.size
          ? []
          : [diagnostics['size-not-sectors']({ size: header.size, seen }, headerAt(source.uri, 24))]),
        ...hints.findings,
      ],
      hints: hints.document,
      guest: (base) => {
        if (header.cryptMethod !== 'none' || elsewhere) return null;
        if (backing !== null && base === null) return null;
        return guestSource(source, header, seen, backing === null ? null : base);
      },
    };
  },
};

async function readBackingName(source: ByteSource, header: Header): Promise<string | null> {
  // An offset without a length is no backing file to qemu and libvirt, though it still ends the extension area.
  if (header.backingFileOffset === 0 || header.backingFileSize === 0) return null;
  const bytes = await source.read(header.backingFileOffset, header.backingFileSize);
  return decodeName(bytes, 'backing file', source.uri, header.backingFileOffset);
}

function refuseUnknownFeatures(header: Header, known: KnownExtensions, uri: string): void {
  const unknown = unknownBits('incompatible', header.incompatibleFeatures);
  if (unknown.length === 0) return;
  const features = unknown
    .map((bit) => {
      const name = known.featureNames.get(featureKey('incompatible', bit));
      return name === undefined || name === '' ? `bit ${bit}` : `bit ${bit} (${name})`;
    })
    .join(', ');
  throw new VmImportError(diagnostics['unknown-feature']({ features }, headerAt(uri, 72)));
}

function judgeState(header: Header, uri: string): readonly Finding[] {
  const findings: Finding[] = [];
  if (has(header, INCOMPATIBLE.corrupt)) findings.push(diagnostics.corrupt({}, headerAt(uri, 72)));
  if (has(header, INCOMPATIBLE.dirty)) findings.push(diagnostics.dirty({}, headerAt(uri, 72)));
  if (header.cryptMethod === 'aes') findings.push(diagnostics['encrypted-aes']({}, headerAt(uri, 32)));
  if (header.cryptMethod === 'luks') findings.push(diagnostics['encrypted-luks']({}, headerAt(uri, 32)));
  return findings;
}

/** Names of other files, which are an image's way to reach out of itself. */
function judgeNames({ header, known, backing }: Qcow2Header, uri: string): readonly Finding[] {
  const findings: Finding[] = [];
  if (has(header, INCOMPATIBLE.dataFile)) {
    const name = known.dataFile ?? '(not named in the header)';
    const kind = protocolOf(known.dataFile ?? '');
    const at = headerAt(uri, 72);
    findings.push(
      kind === null
        ? diagnostics['external-data-file']({ name }, at)
        : diagnostics['external-data-file-protocol']({ name, kind }, at),
    );
  }
  if (backing !== null) {
    const kind = protocolOf(backing.name);
    if (kind !== null) {
      findings.push(diagnostics['backing-protocol']({ name: backing.name, kind }, headerAt(uri, 8)));
    }
    const end = header.backingFileOffset + header.backingFileSize;
    if (end > LIBVIRT_READS) {
      const args = { end, limit: LIBVIRT_READS };
      findings.push(diagnostics['backing-name-beyond-libvirt'](args, headerAt(uri, 8)));
    }
  }
  return findings;
}

function judgeSnapshots(header: Header, snapshots: readonly Snapshot[], uri: string): readonly Finding[] {
  if (header.snapshotCount === 0) return [];
  const at = headerAt(uri, 60);
  return [
    diagnostics['internal-snapshots']({ count: header.snapshotCount }, at),
    ...snapshots
      .filter((snapshot) => snapshot.vmStateSize !== 0)
      .map(({ name, vmStateSize }) => diagnostics['saved-vm-state']({ name, bytes: vmStateSize }, at)),
  ];
}

function detailsOf(
  { header, area, known, backing }: Qcow2Header,
  snapshots: readonly Snapshot[],
): { readonly [name: string]: Json } {
  return {
    version: header.version,
    clusterSize: header.clusterSize,
    headerLength: header.headerLength,
    compressionType: header.compressionType,
    refcountBits: header.refcountBits,
    l1Size: header.l1Size,
    l1TableOffset: header.l1TableOffset,
    refcountTableOffset: header.refcountTableOffset,
    features: {
      incompatible: featureNames('incompatible', header.incompatibleFeatures),
      compatible: featureNames('compatible', header.compatibleFeatures),
      autoclear: featureNames('autoclear', header.autoclearFeatures),
    },
    encryption: header.cryptMethod,
    encryptionHeader: known.encryptionHeader,
    backingFile: backing?.name ?? null,
    backingFormat: known.backingFormat,
    dataFile: has(header, INCOMPATIBLE.dataFile) ? known.dataFile : null,
    bitmaps: known.bitmaps,
    snapshotCount: header.snapshotCount,
    snapshots: snapshots.map(({ id, name, vmStateSize }) => ({ id, name, vmStateSize })),
    extensions: area.list.map(describeExtension),
  };
}

function describeExtension({ type, name, offset, length }: Extension): Json {
  return { type: typeName(type), name, offset, length };
}
