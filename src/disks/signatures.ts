import type { ProbeInput } from './format.ts';

interface Signature {
  readonly name: string;
  readonly offset: number;
  /** Bytes, written as latin1 text. */
  readonly bytes: string;
  /** Formats whose files bear the signature too; for them it is not foreign. */
  readonly of?: readonly string[];
}

export interface ForeignSignature {
  readonly name: string;
  readonly offset: number;
}

/**
 * Files that are something else than a raw disk, but nothing a reader here understands. They are refused by name: a
 * container taken for a raw disk gives the guest a disk that holds no system.
 */
const SIGNATURES: readonly Signature[] = [
  { name: 'qcow image of an unknown version', offset: 0, bytes: 'QFI\xfb', of: ['qcow', 'qcow2'] },
  { name: 'UDF image', offset: 32769, bytes: 'BEA01', of: ['iso'] },
  { name: 'tar archive', offset: 257, bytes: 'ustar' },
  { name: 'gzip file', offset: 0, bytes: '\x1f\x8b' },
  { name: 'xz file', offset: 0, bytes: '\xfd7zXZ\0' },
  { name: 'zstd file', offset: 0, bytes: '\x28\xb5\x2f\xfd' },
  { name: 'bzip2 file', offset: 0, bytes: 'BZh' },
  { name: 'lz4 file', offset: 0, bytes: '\x04\x22\x4d\x18' },
  { name: 'zip archive', offset: 0, bytes: 'PK\x03\x04' },
  { name: '7z archive', offset: 0, bytes: '7z\xbc\xaf\x27\x1c' },
  { name: 'Proxmox VMA archive', offset: 0, bytes: 'VMA\0' },
  { name: 'WIM archive', offset: 0, bytes: 'MSWIM\0\0\0' },
  { name: 'XML document', offset: 0, bytes: '<?xml' },
];

/** What the file is besides the formats that were recognised; undefined when it bears no other signature. */
export function foreignSignature({ head }: ProbeInput, recognised: readonly string[]): ForeignSignature | undefined {
  return SIGNATURES.find(
    ({ offset, bytes, of = [] }) =>
      head.toString('latin1', offset, offset + bytes.length) === bytes && !of.some((id) => recognised.includes(id)),
  );
}
