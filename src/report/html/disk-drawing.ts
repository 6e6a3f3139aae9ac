import type { DiskEvidence, Partition } from '../../facts/index.ts';
import { counted, size } from '../quantities.ts';
import { type DiskScale, endOf } from './disk-scale.ts';
import { html, type Markup } from './markup.ts';

const LANE = 46;
const PIN = 10;
const BRACKET = 8;
const MOST_PINS = 64;
/** More would not be seen. */
export const MOST_DRAWN = 128;
/** Percent of the width from which a partition has room for its number, and for words. */
const ROOM = { number: 3, words: 13 } as const;

/** Colour family of a partition; the table beside the drawing says in words what it is. */
export function family({ role, filesystem }: Partition): string {
  if (filesystem?.startsWith('luks') === true || filesystem === 'bitlocker') return 'crypt';
  if (role === null) return 'other';
  if (role === 'extended') return 'outer';
  if (['esp', 'bios-boot', 'prep', 'xbootldr', 'freebsd-boot', 'msr'].includes(role)) return 'boot';
  if (role === 'linux-swap') return 'swap';
  if (role === 'linux-luks') return 'crypt';
  if (role === 'linux-lvm' || role === 'linux-raid') return 'pool';
  if (role === 'windows-recovery') return 'rescue';
  return 'data';
}

/** The disk from its first byte to its last, with its partitions and a pin at every proof. */
export function diskDrawing(disk: DiskEvidence, scale: DiskScale): Markup {
  const height = Math.max(1, scale.lanes.length) * LANE;
  const top = disk.proofs.length === 0 ? 0 : PIN;
  const bottom = top + height;
  const total = bottom + (scale.extended.length === 0 ? 0 : BRACKET);
  const { length } = disk.partitions;
  const holds = length === 0 ? 'no partitions' : `${counted(length, 'partition')}; a table lists them`;
  const label = `${disk.id}, ${size(scale.size)}, ${holds}`;
  const drawn = new Set(disk.partitions.toSorted((a, b) => b.size - a.size).slice(0, MOST_DRAWN));
  const seen = (parts: readonly Partition[]) => parts.filter((part) => drawn.has(part));
  const pattern = `hatch-${disk.id}`;
  return html`<svg class="drawing" role="img" aria-label="${label}" width="100%" height="${total}">
<defs><pattern id="${pattern}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern></defs>
<rect class="ground" y="${top}" width="100%" height="${height}"/><rect y="${top}" width="100%" height="${height}" fill="url(#${pattern})"/>
${disk.partitions.length === 0 ? whole(disk, top) : null}${scale.lanes.map((lane, index) =>
  seen(lane).map((part) => segment(part, scale, top + index * LANE)),
)}${seen(scale.extended).map((part) => bracket(part, scale, bottom))}${disk.proofs
  .slice(0, MOST_PINS)
  .map(({ offset, what }) => pin(what, scale.at(offset)))}</svg>`;
}

const percent = (value: number) => `${Number(value.toFixed(3))}%`;

function segment(part: Partition, scale: DiskScale, y: number): Markup {
  const left = scale.at(part.start);
  const width = scale.at(endOf(part)) - left;
  const words = width >= ROOM.words;
  return html`<svg class="part ${family(part)}" x="${percent(left)}" y="${y}" width="${percent(width)}" height="${LANE}"><title>${title(part)}</title>
<rect width="100%" height="100%"/>${width >= ROOM.number ? html`<text x="8" y="${words ? 19 : 27}" class="n">${part.index}</text>` : null}${
    words
      ? html`<text x="26" y="19" class="w">${part.filesystem ?? part.typeName ?? part.typeId}</text><text x="8" y="36" class="s w">${size(part.size)}</text>`
      : null
  }</svg>`;
}

function title(part: Partition): string {
  const words = [part.typeName ?? part.typeId, part.filesystem, size(part.size)].filter((word) => word !== null);
  return `${part.index}: ${words.join(', ')}`;
}

/** A disk without a partition table: what it holds as a whole. */
function whole({ content, encrypted }: DiskEvidence, y: number): Markup {
  const filesystem = content?.filesystem ?? null;
  const words = encrypted ? 'encrypted' : (filesystem ?? 'no partitions');
  const look = encrypted ? 'crypt' : filesystem === null ? 'none' : 'data';
  return html`<svg class="part ${look}" y="${y}" width="100%" height="${LANE}"><rect width="100%" height="100%"/><text x="10" y="27">${words}</text></svg>`;
}

function bracket(part: Partition, scale: DiskScale, y: number): Markup {
  const left = scale.at(part.start);
  const width = scale.at(endOf(part)) - left;
  return html`<svg x="${percent(left)}" y="${y}" width="${percent(width)}" height="${BRACKET}"><title>${title(part)}</title><rect class="bracket" y="3" width="100%" height="3"/></svg>`;
}

function pin(what: string, at: number): Markup {
  return html`<svg class="pin" x="${percent(at)}" overflow="visible" width="1" height="${PIN}"><title>${what}</title><path d="M-5 0H5L0 8Z"/></svg>`;
}
