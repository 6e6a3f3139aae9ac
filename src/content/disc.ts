import { identifyDiskCode } from './boot-code/index.ts';
import { conclude } from './conclude.ts';
import { type IsoEntry, readIso } from './el-torito/index.ts';
import { type EspReading, readEsps } from './esp.ts';
import type { BiosPath } from './paths.ts';
import type { Contribution, Place } from './place.ts';

const SECTOR = 2048;
/** Boot images for UEFI that are looked into; discs have one, or one per architecture. */
const MAX_IMAGES = 2;

/** Reads an ISO 9660 disc: which firmware its boot catalogue serves. */
export async function readDisc(place: Place): Promise<Contribution> {
  const { head, source, guest, proofs } = place;
  const iso = await readIso(source, head);
  const pointer =
    iso.catalogAt === null
      ? null
      : proofs.add(iso.catalogAt, iso.catalog.subarray(0, 64), `El Torito catalogue: ${platforms(iso.entries)}`);
  if (pointer === null) proofs.add(32768, head.subarray(32768, 32768 + 64), 'ISO 9660 primary volume descriptor');
  const hasBios = iso.entries.some(({ platform }) => platform === 'bios');
  const bios: BiosPath = { state: hasBios ? 'proven' : 'none', problem: null, through: null };
  const images = iso.entries.filter(({ platform, sector }) => platform === 'uefi' && sector * SECTOR < guest.size);
  const readings = await readEsps(
    place,
    // the catalogue's sector count is often 0 or 1: the FAT volume says itself how long it is
    images.slice(0, MAX_IMAGES).map(({ sector }) => ({
      partition: null,
      start: sector * SECTOR,
      size: guest.size - sector * SECTOR,
    })),
  );
  const concluded = conclude(place, {
    bios,
    biosPointer: hasBios ? pointer : null,
    inEsp: loadersOf(readings),
    elsewhere: [],
    root: null,
    program: null,
    windows: null,
    barren: iso.entries.length === 0,
  });
  const { volume, entries } = iso;
  return {
    ...concluded,
    payload: 'iso',
    findings: [...readings.flatMap(({ findings }) => findings), ...(concluded.findings ?? [])],
    details: { ...concluded.details, bootCode: identifyDiskCode(head.subarray(0, 512)).kind, iso: { volume, entries } },
  };
}

function loadersOf(readings: readonly EspReading[]): EspReading['loaders'] {
  if (!readings.some(({ loaders }) => loaders !== null)) return null;
  return readings.flatMap(({ loaders }) => loaders ?? []);
}

function platforms(entries: readonly IsoEntry[]): string {
  return entries.length === 0 ? 'no bootable entry' : entries.map(({ platform }) => platform).join(', ');
}
