import type { Footer } from './footer.ts';

/** A VHD states its size up to three times, and readers do not agree on which one counts. All are bytes. */
export interface Sizes {
  readonly original: number;
  /** What Hyper-V, Azure and XenServer use. */
  readonly current: number;
  /** Cylinders x heads x sectors: what Virtual PC uses. */
  readonly geometry: number;
  /** What qemu up to 9.2 shows the guest, and what qemu shows from 10.0 on. */
  readonly oldQemu: number;
  readonly newQemu: number;
  /** What vm-import takes, whole sectors. */
  readonly chosen: number;
  readonly rule: 'current-size' | 'geometry';
}

const SECTOR = 512;
/** Geometry that says "too large for a geometry": 65535 x 16 x 255 sectors, about 127 GiB. */
const MAX_GEOMETRY = 65535 * 16 * 255 * SECTOR;
/** Creators whose current size qemu up to 9.2 believes (block/vpc.c, vpc_open); all others get the geometry. */
const OLD_QEMU_CURRENT: ReadonlySet<string> = new Set(['win ', 'qem2', 'd2v ', 'tap\0', 'CTXS']);
/** Creators whose geometry counts still: Virtual PC, and qemu without force_size. */
const GEOMETRY: ReadonlySet<string> = new Set(['vpc ', 'qemu']);

export function sizesOf(footer: Footer): Sizes {
  const { cylinders, heads, sectors } = footer.geometry;
  const geometry = cylinders * heads * sectors * SECTOR;
  const whole = footer.currentSize - (footer.currentSize % SECTOR);
  const creator = footer.creatorApplication;
  const maximal = geometry === MAX_GEOMETRY;
  const byGeometry = GEOMETRY.has(creator) && !maximal;
  const newQemu = byGeometry ? geometry : whole;
  return {
    original: footer.originalSize,
    current: footer.currentSize,
    geometry,
    oldQemu: OLD_QEMU_CURRENT.has(creator) || maximal ? whole : geometry,
    newQemu,
    chosen: newQemu,
    rule: byGeometry ? 'geometry' : 'current-size',
  };
}
