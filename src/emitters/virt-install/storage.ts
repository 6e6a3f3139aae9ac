import { type Plan, type Slice, wholeSectors } from '../../facts/index.ts';
import { cardSlot, pluggedCards } from '../cards.ts';
import { driverType } from '../formats.ts';
import { isReadOnly, type Layer, layersOf } from '../layers.ts';
import { controllerCount, type Drive, libvirtAddressOf } from '../places.ts';
import type { Option } from '../shell.ts';
import { textOf } from '../values.ts';
import { type Addition, additions, type Suboptions, word } from './options.ts';

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
    [`${element}/@type`, layer.device ? 'block' : 'file'],
    [`${element}/format/@type`, driverType(layer.format) ?? ''],
    [`${element}/source/@${layer.device ? 'dev' : 'file'}`, layer.path ?? ''],
    ...sliceAdditions(`${element}/source`, layer.slice),
    ...backingAdditions(below, element),
  ];
}

/** libvirt would give an archive to the user that QEMU runs as, and never give it back. */
const KEEP_OWNER: Suboptions = { 'source.seclabel0.model': 'dac', 'source.seclabel0.relabel': 'no' };

function addressSuboptions(plan: Plan, drive: Drive): Suboptions {
  const address = libvirtAddressOf(plan, drive);
  if (address === undefined) return {};
  const { controller, bus, target, unit } = address;
  return {
    'address.type': 'drive',
    'address.controller': String(controller),
    'address.bus': String(bus),
    'address.target': String(target),
    'address.unit': String(unit),
  };
}

function driveOption(plan: Plan, drive: Drive): Option {
  const { top, below } = layersOf(drive);
  const { path, format, slice, device } = top;
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
      readonly: isReadOnly(drive) ? 'yes' : undefined,
      'boot.order': drive.source.bootOrder?.toString(),
      ...addressSuboptions(plan, drive),
      ...additions([
        ...sliceAdditions('./source', slice),
        ...(drive.kind === 'cdrom' ? [] : backingAdditions(below, '.')),
      ]),
    }),
  ];
}

export function driveOptions(plan: Plan, drives: readonly Drive[]): readonly Option[] {
  return drives.length === 0 ? [['--disk', 'none']] : drives.map((drive) => driveOption(plan, drive));
}

/** Every SCSI controller that is needed: libvirt makes each that is missing an lsilogic. */
export function scsiControllers(plan: Plan, drives: readonly Drive[]): readonly Option[] {
  const model = textOf(plan, 'scsi-model');
  return Array.from({ length: controllerCount(plan, drives, 'scsi') }, (_, index) => [
    '--controller',
    word({ type: 'scsi', index: String(index), model }),
  ]);
}

function cardAddress(plan: Plan, position: number): Suboptions {
  const slot = cardSlot(plan, position);
  if (slot === undefined) return {};
  return {
    'address.type': 'pci',
    'address.domain': '0x0000',
    'address.bus': '0x00',
    'address.slot': slot,
    'address.function': '0x0',
  };
}

export function networkOptions(plan: Plan): readonly Option[] {
  const cards = pluggedCards(plan);
  if (cards.length === 0) return [['--network', 'none']];
  return cards.map((nic, position) => [
    '--network',
    word({
      type: 'network',
      source: textOf(plan, 'network', nic.id),
      'mac.address': textOf(plan, 'nic-mac', nic.id),
      'model.type': textOf(plan, 'nic-model', nic.id),
      'boot.order': nic.bootOrder?.toString(),
      ...cardAddress(plan, position),
    }),
  ]);
}
