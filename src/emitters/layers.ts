import type { Slice } from '../facts/index.ts';
import type { Drive } from './places.ts';

/** A file below a drive. Path and format are null where the layer above does not tell them. */
export interface Layer {
  readonly path: string | null;
  readonly format: string | null;
  readonly slice: Slice | null;
  /** Whether it is a block device. */
  readonly device: boolean;
}

/** What a drive is plugged in as. */
interface TopLayer extends Layer {
  readonly path: string;
  readonly format: string;
}

interface Layers {
  /** What the guest reads and writes. */
  readonly top: TopLayer;
  /** What lies below it, nearest first. */
  readonly below: readonly Layer[];
}

export function layersOf({ kind, source }: Drive): Layers {
  if (kind === 'cdrom') {
    const { path, slice } = source;
    return { top: { path, format: 'raw', slice, device: false }, below: [] };
  }
  const { copy, overlay, path, format, slice, device, backing } = source;
  const file = { slice: null, device: false };
  // a copy is flat
  if (copy !== null) return { top: { path: copy.path, format: copy.format, ...file }, below: [] };
  const top = { path, format, slice, device };
  const below = backing.map((layer) => ({ path: layer.path, format: layer.format, ...file }));
  if (overlay === null) return { top, below };
  return { top: { path: overlay.path, format: overlay.format, ...file }, below: [top, ...below] };
}

/** What lies in an archive is only read: a write would go into the archive. */
export function isReadOnly(drive: Drive): boolean {
  return drive.kind === 'cdrom' || layersOf(drive).top.slice !== null;
}
