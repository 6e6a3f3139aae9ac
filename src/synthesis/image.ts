import type { ByteSource } from '../bytes/index.ts';
import { sparseSource } from '../bytes/sparse.ts';
import { type GuestSpec, guestDisk } from './guest.ts';
import { LUKS_LENGTH, luks1Header } from './luks.ts';
import { type Qcow2Spec, qcow2File } from './qcow2.ts';

export const IMAGE_FORMATS = ['raw', 'qcow2'] as const;

/** A disk image in a few words. */
export interface ImageSpec extends GuestSpec, Qcow2Spec {
  /** `raw` has room for none of the fields of Qcow2Spec but `encrypted`, which makes it a LUKS volume. */
  readonly format: (typeof IMAGE_FORMATS)[number];
  /** Bytes of the file, at least: what lies behind the structures is zero. */
  readonly fileSize: number;
}

/** Builds the image in memory. It costs a few hundred kilobytes, however large the disk is. */
export function synthesise(uri: string, spec: ImageSpec): ByteSource {
  const guest = spec.encrypted === true ? [] : guestDisk(spec);
  if (spec.format === 'qcow2') {
    const { size, extents } = qcow2File(spec, guest);
    return sparseSource(uri, Math.max(size, spec.fileSize), extents);
  }
  if (spec.encrypted !== true) return sparseSource(uri, spec.size, guest);
  return sparseSource(uri, LUKS_LENGTH + spec.size, [{ offset: 0, bytes: luks1Header() }]);
}
