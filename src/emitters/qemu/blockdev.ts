import { wholeSectors } from '../../facts/index.ts';
import { isReadOnly, type Layer, layersOf } from '../layers.ts';
import type { Drive } from '../places.ts';
import type { Option } from '../shell.ts';

/** Our format names and QEMU's block drivers that also write. */
const DRIVER: { readonly [format: string]: string } = {
  raw: 'raw',
  luks: 'luks',
  qcow: 'qcow',
  qcow2: 'qcow2',
  qed: 'qed',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vhd: 'vpc',
  vpc: 'vpc',
  vhdx: 'vhdx',
  parallels: 'parallels',
};

export function blockDriver(format: string | null): string | undefined {
  return format === null || !Object.hasOwn(DRIVER, format) ? undefined : DRIVER[format];
}

/** Drivers that follow a name in the header unless they are told what lies below. */
const HAS_BACKING: ReadonlySet<string> = new Set(['qcow', 'qcow2', 'qed', 'vmdk']);

type Node = Readonly<Record<string, unknown>>;

function storage({ path, slice, device }: Layer): Node {
  const file = { driver: device ? 'host_device' : 'file', filename: path };
  return slice === null ? file : { driver: 'raw', ...wholeSectors(slice), file };
}

/** A layer over those below it. Nothing is probed: every driver is named, and the chain ends where the plan's ends. */
function node(layer: Layer, below: readonly Layer[]): Node {
  const driver = blockDriver(layer.format) ?? '';
  const [next, ...rest] = below;
  const backing = next === undefined ? null : { 'read-only': true, ...node(next, rest) };
  // a raw slice is a node by itself
  if (driver === 'raw' && layer.slice !== null) return storage(layer);
  return { driver, ...(HAS_BACKING.has(driver) ? { backing } : {}), file: storage(layer) };
}

/** In JSON, where a file name needs no escaping of its own and cannot be taken for a URL. */
export function blockdevOption(drive: Drive): Option {
  const { top, below } = layersOf(drive);
  const named = { 'node-name': drive.source.id, 'read-only': isReadOnly(drive) };
  return ['-blockdev', JSON.stringify({ ...named, ...node(top, below) })];
}
