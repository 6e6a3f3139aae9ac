import { readUpTo } from '../bytes/index.ts';
import type { Finding } from '../diagnostics/index.ts';
import { type BootCode, grubCoreSector, identifyDiskCode } from './boot-code/index.ts';
import { conclude } from './conclude.ts';
import { diagnostics } from './diagnostics.ts';
import { type EspReading, readEsps } from './esp.ts';
import { rootArchitecture } from './gpt/types.ts';
import { type BiosPath, biosPath, type StartableVolume } from './paths.ts';
import { allZero } from './peek.ts';
import type { Contribution, Place } from './place.ts';
import type { Table } from './table.ts';
import { isPrepProgram, layerFinding, lookAtVolumes, type SeenVolume, unseenFindings } from './volumes.ts';
import type { Testimony } from './votes.ts';
import { windowsSigns } from './windows.ts';

/** FAT volumes that are looked into besides the first EFI system partition. */
const MAX_ESPS = 3;

/** Reads a disk that has a partition table: what is in the partitions, and which ways lead into it. */
export async function readBootDisk(place: Place, table: Table): Promise<Contribution> {
  const { source, meter, head, proofs } = place;
  const code = identifyDiskCode(head.subarray(0, 512));
  const grubCore = code.kind === 'grub' && (await hasGrubCore(place));
  const volumes = await lookAtVolumes(source, meter, table.rows);
  const bios = biosPath({
    code: code.kind,
    grubCore,
    active: table.activeMbr.map((partition) => startable(partition, volumes)),
    legacy: volumes.filter(({ partition: { table: kind, active } }) => kind === 'gpt' && active).map(asStartable),
    partitions: table.rows.map(({ partition }) => partition),
  });
  const esps = table.inForce ? await readFat(place, volumes) : NO_FAT;
  const inEsp = esps.own.some(({ loaders }) => loaders !== null)
    ? esps.own.flatMap(({ loaders }) => loaders ?? [])
    : null;
  const elsewhere = esps.other.flatMap(({ loaders }) => loaders ?? []);
  const windows = windowsSigns(volumes, bios, [...(inEsp ?? []), ...elsewhere], proofs);
  const concluded = conclude(place, {
    bios,
    biosPointer: bios.state === 'none' ? null : codeProof(place, code, bios),
    inEsp,
    elsewhere,
    root: rootOf(volumes, table, place),
    program: programOf(place, code, volumes),
    windows,
    barren: isBarren(code, table),
  });
  const layers = volumes.flatMap(({ partition: { filesystem, index, start } }) =>
    layerFinding(filesystem, `Partition ${index}`, start, proofs),
  );
  return {
    ...concluded,
    payload: 'disk',
    partitions: volumes.map(({ partition }) => partition),
    findings: [
      ...codeFindings(place, code, bios, table),
      ...esps.own.flatMap(({ findings }) => findings),
      ...esps.other.flatMap(({ findings }) => findings),
      ...(concluded.findings ?? []),
      ...layers,
      ...unseenFindings(volumes, meter, proofs),
    ],
    details: {
      ...concluded.details,
      table: table.kind,
      sectorSize: table.sectorSize,
      hybrid: table.hybrid,
      bootCode: code.kind,
      volumeBootCode: bios.through?.code ?? null,
    },
  };
}

/** GRUB's first stage loads one sector from a fixed place; without a core image there it prints an error and stops. */
async function hasGrubCore({ head, source }: Place): Promise<boolean> {
  const sector = grubCoreSector(head);
  if (sector === undefined || sector === 0 || sector > 2 ** 40) return false;
  const bytes = await readUpTo(source, sector * 512, 512);
  return bytes.length === 512 && !allZero(bytes);
}

function asStartable({ partition, code }: SeenVolume): StartableVolume {
  return { partition, code: code?.kind ?? 'none' };
}

/** An active entry of the MBR as seen in the table; a hybrid one by its place, since the GPT numbers differently. */
function startable(partition: SeenVolume['partition'], volumes: readonly SeenVolume[]): StartableVolume {
  const seen = volumes.find((volume) => volume.partition.start === partition.start);
  return seen === undefined ? { partition, code: 'none' } : asStartable(seen);
}

interface FatReadings {
  readonly own: readonly EspReading[];
  readonly other: readonly EspReading[];
}

const NO_FAT: FatReadings = { own: [], other: [] };

async function readFat(place: Place, volumes: readonly SeenVolume[]): Promise<FatReadings> {
  const esps = volumes.filter(({ partition }) => partition.role === 'esp');
  const fats = volumes.filter(
    ({ partition: { role, filesystem } }) =>
      role !== 'esp' && filesystem !== null && /^fat(12|16|32)$/.test(filesystem),
  );
  const chosen = [...esps.slice(0, MAX_ESPS), ...fats.slice(0, MAX_ESPS)];
  const readings = await readEsps(
    place,
    chosen.map(({ partition: { index, start, size } }) => ({ partition: index, start, size })),
  );
  const own = readings.slice(0, Math.min(esps.length, MAX_ESPS)).map((reading, position) => {
    const partition = esps[position]?.partition;
    if (reading.loaders !== null || partition === undefined) return reading;
    const unreadable = diagnostics['esp-unreadable']({ partition: partition.index }, place.proofs.at(partition.start));
    return { ...reading, findings: [...reading.findings, unreadable] };
  });
  return { own, other: readings.slice(own.length) };
}

function codeProof({ head, proofs }: Place, code: BootCode, bios: BiosPath): string {
  const through = bios.through === null ? '' : `, which starts partition ${bios.through.partition.index}`;
  const bytes = head.subarray(code.offset, code.offset + code.length);
  return proofs.add(code.offset, bytes, `boot code of the first sector: ${code.kind}${through}`);
}

/** The type of a root partition; where several architectures are named, none is. */
function rootOf(volumes: readonly SeenVolume[], table: Table, { proofs }: Place): Testimony['root'] {
  if (!table.inForce || table.kind !== 'gpt') return null;
  const roots = volumes.filter(({ partition }) => rootArchitecture(partition.typeId) !== null);
  const named = new Set(roots.map(({ partition }) => rootArchitecture(partition.typeId)));
  const [first] = roots;
  const value = first === undefined ? null : rootArchitecture(first.partition.typeId);
  if (first === undefined || value === null || named.size !== 1) return null;
  const what = `GPT entry: ${first.partition.typeName ?? 'root partition'}`;
  return { value, pointer: proofs.add(first.row.entryAt, first.row.entry, what) };
}

/** Boot programs of machines that have neither BIOS nor UEFI. */
function programOf({ head, proofs }: Place, code: BootCode, volumes: readonly SeenVolume[]): Testimony['program'] {
  if (code.kind === 'zipl') {
    return { value: ['s390x'], pointer: proofs.add(0, head.subarray(0, 8), 'zIPL boot record in the first sector') };
  }
  const prep = volumes.find(isPrepProgram);
  if (prep === undefined || prep.head === null) return null;
  const what = `ELF program in PReP partition ${prep.partition.index}`;
  // GRUB's program is 32-bit big-endian for both; the system behind it can be of either byte order
  return { value: ['ppc64le', 'ppc64'], pointer: proofs.add(prep.partition.start, prep.head.subarray(0, 20), what) };
}

function isBarren(code: BootCode, table: Table): boolean {
  const meant = table.rows.some(
    ({ partition: { role, active } }) =>
      active || role === 'esp' || role === 'bios-boot' || role === 'prep' || role === 'freebsd-boot',
  );
  return code.kind === 'none' && table.inForce && table.activeMbr.length === 0 && !meant;
}

function codeFindings(place: Place, code: BootCode, bios: BiosPath, table: Table): readonly Finding[] {
  if (bios.problem !== null) {
    const args = { code: code.kind, problem: bios.problem };
    return [diagnostics['boot-code-without-target'](args, place.proofs.at(code.offset))];
  }
  const unused = table.rows.find(({ partition }) => partition.role === 'bios-boot');
  if (code.kind !== 'none' || unused === undefined) return [];
  return [diagnostics['bios-boot-unused']({}, place.proofs.at(unused.entryAt))];
}
