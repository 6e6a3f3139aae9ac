import type { ContentDetails, DiskEvidence, Evidence, Partition, Proof, ReportDocument } from '../../facts/index.ts';
import { hexView } from '../argue.ts';
import { shown } from '../evidence-text.ts';
import { leftOutWords } from '../foremost.ts';
import { counted, size } from '../quantities.ts';
import { diskDrawing, family, MOST_DRAWN } from './disk-drawing.ts';
import { type DiskScale, diskScale, type Gap } from './disk-scale.ts';
import { type Child, html, type Markup } from './markup.ts';
import { type Chapter, chip, code, facts, more } from './parts.ts';
import { type Row, table } from './table.ts';

/** A gap up to here is what tables and alignment need. */
const SLACK = 2 * 1024 * 1024;
/** A table of partitions has 128 entries unless somebody made it larger, and as many gaps between them. */
const MOST_ROWS = 256;

export function disksChapter(report: ReportDocument, evidence: Evidence): Chapter | null {
  const { disks } = evidence;
  if (disks.length === 0) return null;
  return {
    id: 'disks',
    title: 'Disks',
    total: disks.length,
    lead: 'Drawn from the first byte the guest sees to the last. A triangle marks bytes that prove something.',
    body: html`${disks.map((disk) => diskCard(disk, report))}`,
  };
}

function diskCard(disk: DiskEvidence, report: ReportDocument): Markup {
  const scale = diskScale(disk.virtualSize, disk.partitions);
  const pieces = scale === null ? disk.partitions : inOrder(disk, scale);
  const left = pieces.length - MOST_ROWS;
  const rows = pieces.slice(0, MOST_ROWS).map((piece) => pieceRow(piece, scale?.size ?? null));
  return html`
<article class="card" data-item id="${disk.id}" aria-labelledby="${disk.id}-title">
<h3 id="${disk.id}-title">${disk.id} <span class="path">${code(disk.uri)}</span></h3>
${summary(disk)}
${scale === null ? null : html`<figure>${diskDrawing(disk, scale)}<figcaption class="ruler"><span>0</span>${note(disk, scale)}<span>${size(scale.size)}</span></figcaption></figure>`}
${disk.partitions.length === 0 ? null : table(`Partitions of ${disk.id}`, ['No.', 'Type', 'Holds', 'Label', 'Starts at', 'Size'], rows, false)}${left > 0 ? html`<p class="aside">${leftOutWords(left, 'row')}.</p>` : null}
${facts(diskFacts(disk, report))}
${disk.proofs.length === 0 ? null : html`<h4>Proof</h4>${disk.proofs.map((proof, index) => proofView(disk, proof, index))}`}
${fields(disk)}
</article>`;
}

function summary(disk: DiskEvidence): Markup {
  const words = [
    disk.format,
    disk.payload === 'unknown' ? 'contents unknown' : disk.payload,
    disk.virtualSize === null ? 'size unknown' : `${size(disk.virtualSize)} for the guest`,
    `${size(disk.fileSize)} ${disk.device ? 'device' : 'file'}`,
  ];
  const bootable =
    disk.bootable === null ? null : disk.bootable ? chip('good', 'bootable') : chip('quiet', 'not bootable');
  return html`<p class="summary">${words.join(' · ')} ${bootable} ${disk.encrypted ? chip('warning', 'encrypted') : null}</p>`;
}

function note({ partitions }: DiskEvidence, { widened, left, size: bytes }: DiskScale): Markup | null {
  const small = Math.max(0, partitions.length - MOST_DRAWN);
  const words = [
    ...(widened ? ['parts too small to see are drawn wider than they are'] : []),
    ...(small > 0 ? [`the ${counted(small, 'smallest partition')} not drawn`] : []),
    ...(left > 0 ? [`${counted(left, 'partition')} that overlap others not drawn`] : []),
  ];
  return words.length === 0 || bytes === 0 ? null : html`<span class="note">${words.join('; ')}</span>`;
}

/** Partitions and what lies between them, in the order of the disk. */
function inOrder(disk: DiskEvidence, scale: DiskScale): readonly (Partition | Gap)[] {
  return [...disk.partitions, ...scale.gaps].toSorted((a, b) => a.start - b.start);
}

function pieceRow(piece: Partition | Gap, end: number | null): Row {
  return 'typeId' in piece ? partitionRow(piece, end) : gapRow(piece);
}

function gapRow(gap: Gap): Row {
  const cells = ['–', gap.size <= SLACK ? 'slack' : 'unallocated', '', '', place(gap.start), size(gap.size)];
  return { id: null, look: 'gap', cells };
}

function partitionRow(part: Partition, end: number | null): Row {
  const beyond = end !== null && part.start + part.size > end;
  return {
    id: null,
    look: '',
    cells: [
      html`<span class="swatch ${family(part)}"></span>${part.index}`,
      html`${part.typeName ?? code(part.typeId)}${part.active ? html` ${chip('quiet', 'active')}` : null}`,
      part.filesystem ?? '',
      part.name ?? '',
      place(part.start),
      html`${size(part.size)}${beyond ? html` ${chip('error', 'beyond the end')}` : null}`,
    ],
  };
}

const place = (byte: number) => (byte === 0 ? '0' : size(byte));

function diskFacts(disk: DiskEvidence, report: ReportDocument): (readonly [string, Child])[] {
  const digest = report.sources.find(({ uri }) => uri === disk.uri)?.digest ?? null;
  const over = (disk.backing ?? []).map(
    ({ path, name, format }) => html`<li>${code(path ?? name)} (${format ?? 'format unknown'})</li>`,
  );
  const { slice } = disk;
  return [
    ['Digest', digest === null ? null : code(digest)],
    ['Over', over.length === 0 ? null : html`<ol>${over}</ol>`],
    [
      'Lies in',
      slice === null ? null : html`${code(disk.path ?? disk.uri)} at byte ${slice.offset}, ${size(slice.size)}`,
    ],
    ['Wrapped in', disk.wrapping.map(({ kind }) => kind).join(', ')],
    ...contentFacts(disk.content),
  ];
}

function contentFacts(content: ContentDetails | null): (readonly [string, Child])[] {
  if (content === null) return [['Content', 'could not be read']];
  const { table: kind, sectorSize, bootCode, volumeBootCode, loaders, filesystem, kernel, ramdisk, iso } = content;
  const sectors = sectorSize === null ? '' : `, sectors of ${sectorSize} bytes`;
  return [
    ['Partition table', kind === null ? 'none' : `${kind}${content.hybrid ? ' with a hybrid MBR' : ''}${sectors}`],
    ['Boot code', bootCode === 'none' ? null : bootCode],
    ['Boot code of the volume', volumeBootCode === 'none' ? null : volumeBootCode],
    ['EFI programs', loaders === null || loaders.length === 0 ? null : html`<ul>${loaders.map(loaderItem)}</ul>`],
    ['File system', filesystem],
    ['Kernel', kernel === null ? null : [kernel.kind, kernel.version].filter((word) => word !== null).join(' ')],
    ['RAM disk', ramdisk],
    ['Volume', iso?.volume ?? null],
  ];
}

function loaderItem(loader: NonNullable<ContentDetails['loaders']>[number]): Markup {
  const words = [
    loader.architecture ?? 'no EFI program',
    loader.signed ? 'signed' : 'not signed',
    ...(loader.uki ? ['unified kernel image'] : []),
    ...(loader.fallback ? ['found without a boot entry'] : []),
  ];
  return html`<li>${code(loader.path)} ${words.join(', ')}</li>`;
}

/** Where the proof of a vote stands on the page. */
export const proofId = (disk: DiskEvidence, index: number): string => `proof-${disk.id}-${index + 1}`;

function proofView(disk: DiskEvidence, proof: Proof, index: number): Markup {
  const id = proofId(disk, index);
  return html`<details id="${id}"><summary>${proof.what} ${code(proof.pointer)}</summary>
<div class="more"><pre tabindex="0" role="region" aria-label="Bytes of ${disk.id} at ${proof.pointer}">${hexView(proof).map((line) => html`${line}\n`)}</pre></div></details>`;
}

/** Fields of the format, in its own terms. */
function fields({ format, details }: DiskEvidence): Markup | null {
  const pairs = Object.entries(details);
  if (pairs.length === 0) return null;
  return more(
    `${counted(pairs.length, 'field')} of the ${format} header`,
    facts(pairs.map(([name, value]) => [name, code(shown(value))])),
    true,
  );
}
