import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { type EspVolume, type FoundLoader, readLoaders } from './loaders.ts';
import { type Budget, metered } from './meter.ts';
import type { Place } from './place.ts';

/** What finding the boot loaders of a disk may cost, over all its volumes. */
const LOADERS: Budget = { reads: 400, bytes: 1024 * 1024 };

export interface EspReading {
  /** null: the volume is no FAT file system that can be read. */
  readonly loaders: readonly FoundLoader[] | null;
  readonly findings: readonly Finding[];
}

/** Reads the loaders of several volumes under one budget; a volume that fails does not hide the others. */
export async function readEsps(place: Place, volumes: readonly EspVolume[]): Promise<readonly EspReading[]> {
  const source = metered(place.guest, LOADERS);
  const readings: EspReading[] = [];
  for (const volume of volumes) {
    try {
      readings.push(await readLoaders(source, volume, place.proofs));
    } catch (error) {
      if (!(error instanceof VmImportError)) throw error;
      readings.push({ loaders: [], findings: [error.finding] });
    }
  }
  return readings;
}
