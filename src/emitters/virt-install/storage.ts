import { type BackingLayer, type Plan, type Slice, wholeSectors } from '../../facts/index.ts';
import { type Drive, targetIndex } from '../places.ts';
import { textOf } from '../values.ts';
import { driverType } from './formats.ts';
import { type Addition, additions, type Option, type Suboptions, word } from './options.ts';

type Layer = Pick<BackingLayer, 'format' | 'path'> & { readonly slice: Slice | null };

function sliceAdditions(source: string, slice: Slice | null): readonly Addition[] {
  if (slice === null) return [];
  const { offset, size } = wholeSectors(slice);
  const element = `${source}/slices/slice`;
  return [
    [`${element}/@type`, 'storage'],
    [`${element}/@offset`, String(offset)],
    [`${element}/@size`, String(size)],
  ];
}

/** The chain below a disk down to an empty element, without which libvirt probes for more of it. */
function backingAdditions([layer, ...below]: readonly Layer[], above: string): readonly Addition[] {
  const element = `${above}/backingStore`;
  if (layer === undefined) return [[element, null]];
  return [
    [`${element}/@type`, 'file'],
    [`${element}/format/@type`, driverType(layer.format) ?? ''],
    [`${element}/source/@file`, layer.path ?? ''],
    ...sliceAdditions(`${element}/source`, layer.slice),
    ...backingAdditions(below, element),
  ];
}

/** libvirt would give an archive to the user that QEMU runs as, and never give it back. */
const KEEP_OWNER: Suboptions = { 'source.seclabel0.model': 'dac', 'source.seclabel0.relabel': 'no' };

interface Source {
  readonly path: string;
  readonly format: string;
  readonly slice: Slice | null;
  readonly device: boolean;
  readonly below: readonly Layer[] | null;
}

function sourceOf(drive: Drive): Source {
  if (drive.kind === 'cdrom') return { ...drive.source, format: 'raw', device: false, below: null };
  const { copy, overlay, path, format, slice, device, backing } = drive.source;
  const layers = backing.map((layer): Layer => ({ ...layer, slice: null }));
  // a copy is flat
  if (copy !== null) return { ...copy, slice: null, device: false, below: [] };
  if (overlay !== null) return { ...overlay, slice: null, device: false, below: [{ path, format, slice }, ...layers] };
  return { path, format, slice, device, below: layers };
}

function driveOption(drive: Drive): Option {
  const { path, format, slice, device, below } = sourceOf(drive);
  return [
    '--disk',
    word({
      type: device ? 'block' : 'file',
      device: drive.kind,
      'driver.name': 'qemu',
      'driver.type': driverType(format),
      [device ? 'source.dev' : 'source.file']: path,
      ...(slice === null ? {} : KEEP_OWNER),
      'target.dev': drive.target,
      'target.bus': drive.bus,
      // what lies in an archive is only read: a write would go into the archive
      readonly: drive.kind === 'cdrom' || slice !== null ? 'yes' : undefined,
      'boot.order': drive.source.bootOrder?.toString(),
      ...additions([...sliceAdditions('./source', slice), ...(below === null ? [] : backingAdditions(below, '.'))]),
    }),
  ];
}

export function driveOptions(drives: readonly Drive[]): readonly Option[] {
  return drives.length === 0 ? [['--disk', 'none']] : drives.map(driveOption);
}

/** libvirt puts drive N of bus scsi on controller N / 7, and makes each that is missing an lsilogic. */
const UNITS_PER_SCSI_CONTROLLER = 7;

export function scsiControllers(plan: Plan, drives: readonly Drive[]): readonly Option[] {
  const used = drives
    .filter(({ bus }) => bus === 'scsi')
    .map(({ target }) => Math.floor(targetIndex(target) / UNITS_PER_SCSI_CONTROLLER));
  const model = textOf(plan, 'scsi-model');
  return Array.from({ length: Math.max(-1, ...used) + 1 }, (_, index) => [
    '--controller',
    word({ type: 'scsi', index: String(index), model }),
  ]);
}

export function networkOptions(plan: Plan): readonly Option[] {
  const cards = plan.nics.filter((nic) => textOf(plan, 'network', nic.id) !== 'none');
  if (cards.length === 0) return [['--network', 'none']];
  return cards.map((nic) => [
    '--network',
    word({
      type: 'network',
      source: textOf(plan, 'network', nic.id),
      'mac.address': textOf(plan, 'nic-mac', nic.id),
      'model.type': textOf(plan, 'nic-model', nic.id),
      'boot.order': nic.bootOrder?.toString(),
    }),
  ]);
}
