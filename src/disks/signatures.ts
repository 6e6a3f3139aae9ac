import type { ProbeInput } from './format.ts';

interface Signature {
  readonly name: string;
  readonly offset: number;
  /** Bytes, written as latin1 text. */
  readonly bytes: string;
}

/**
 * Files that are something else than a raw disk, but nothing a reader here understands. They are refused by name: a
 * container taken for a raw disk gives the guest a disk that holds no system. A format that gets a reader of its own
 * answers first, so its row may stay or go.
 */
const SIGNATURES: readonly Signature[] = [
  // a qcow2 of version 2 or 3 has been recognised before this list is asked
  { name: 'qcow image of an unknown version', offset: 0, bytes: 'QFI\xfb' },
  { name: 'QED image', offset: 0, bytes: 'QED\0' },
  { name: 'VMDK image', offset: 0, bytes: 'KDMV' },
  { name: 'VMDK image (COWD)', offset: 0, bytes: 'COWD' },
  { name: 'VMDK image (seSparse)', offset: 0, bytes: '\xbe\xba\xfe\xca\0\0\0\0' },
  { name: 'VMDK descriptor', offset: 0, bytes: '# Disk DescriptorFile' },
  { name: 'VHD image', offset: 0, bytes: 'conectix' },
  { name: 'VHDX image', offset: 0, bytes: 'vhdxfile' },
  { name: 'VDI image', offset: 64, bytes: '\x7f\x10\xda\xbe' },
  { name: 'Parallels image', offset: 0, bytes: 'WithoutFreeSpace' },
  { name: 'Parallels image', offset: 0, bytes: 'WithouFreSpacExt' },
  { name: 'bochs image', offset: 0, bytes: 'Bochs Virtual HD Image' },
  { name: 'cloop image', offset: 0, bytes: '#!/bin/sh\n#V2.0 Format' },
  { name: 'LUKS container', offset: 0, bytes: 'LUKS\xba\xbe' },
  { name: 'ISO 9660 image', offset: 32769, bytes: 'CD001' },
  { name: 'UDF image', offset: 32769, bytes: 'BEA01' },
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

/** What the file is, when it bears the signature of something that no reader understands. */
export function foreignSignature({ head }: ProbeInput): { readonly name: string; readonly offset: number } | undefined {
  return SIGNATURES.find(({ offset, bytes }) => head.toString('latin1', offset, offset + bytes.length) === bytes);
}
