import type { DescribedFile } from '../../facts/index.ts';
import type { XmlElement } from '../xml.ts';
import { diagnostics } from './diagnostics.ts';
import type { Files } from './files.ts';
import { anyAttribute, attribute, isFalse, isTrue, sections } from './names.ts';
import type { Report } from './report.ts';

/** One entry of the DiskSection, whether a machine uses it or not. */
export interface DiskEntry {
  readonly id: string;
  readonly element: XmlElement;
  /** fileRef; null: a blank disk. */
  readonly fileRef: string | null;
  readonly file: DescribedFile | null;
  readonly format: string | null;
  /** A disc image that somebody listed among the disks. */
  readonly disc: boolean;
  readonly parent: string | null;
  readonly bootable: boolean | null;
  readonly readOnly: boolean;
  /** oVirt: the bus, the LUN it is, the snapshot it belongs to. */
  readonly ovirtBus: string | null;
  readonly lun: boolean;
  readonly snapshot: string | null;
}

export type DiskEntries = ReadonlyMap<string, DiskEntry>;

export function readDiskSection(root: XmlElement, files: Files, report: Report): DiskEntries {
  const entries = new Map<string, DiskEntry>();
  for (const element of sections(root, 'DiskSection').flatMap((section) => sections(section, 'Disk'))) {
    const entry = readEntry(element, files);
    const twin = entries.get(entry.id);
    if (twin === undefined) entries.set(entry.id, entry);
    else if (twin.fileRef !== entry.fileRef || capacityText(twin) !== capacityText(entry)) {
      report.add(diagnostics['duplicate-id']({ kind: 'disks', id: entry.id }, report.at(element)));
    }
  }
  return entries;
}

const capacityText = ({ element }: DiskEntry) => attribute(element, 'capacity');

function readEntry(element: XmlElement, files: Files): DiskEntry {
  const text = (name: string) => {
    const value = attribute(element, name)?.trim() ?? '';
    return value === '' ? null : value;
  };
  const fileRef = text('fileRef');
  const file = fileRef === null ? null : (files.byId.get(fileRef) ?? files.byHref.get(fileRef) ?? null);
  const format = text('format');
  const boot = text('boot') ?? anyAttribute(element, 'isBootable');
  return {
    id: text('diskId') ?? '',
    element,
    fileRef,
    file,
    format: claimedFormat(format, text('volume-format')),
    disc: format !== null && /ecma-?119|iso-?9660/i.test(format),
    parent: text('parentRef'),
    bootable: boot === null ? null : isTrue(boot) || (isFalse(boot) ? false : null),
    readOnly: isTrue(text('read-only')),
    ovirtBus: text('disk-interface'),
    lun: text('lun_id') !== null || isLun(files, fileRef),
    snapshot: text('vm_snapshot_id'),
  };
}

function isLun(files: Files, fileRef: string | null): boolean {
  const element = fileRef === null ? undefined : files.elements.get(fileRef);
  return element !== undefined && attribute(element, 'disk_storage_type') === 'LUN';
}

/**
 * The disk format a URI stands for, by the ids of our readers. oVirt's own word comes first: it writes the URI of VMDK
 * for raw disks.
 */
function claimedFormat(uri: string | null, volume: string | null): string | null {
  if (volume !== null) return /^cow$/i.test(volume) ? 'qcow2' : /^raw$/i.test(volume) ? 'raw' : null;
  const text = uri?.toLowerCase() ?? '';
  if (/dd979539|vhdx/.test(text)) return 'vhdx';
  if (/vhdspec|linkid=137171|bb676673|vhd/.test(text)) return 'vpc';
  if (/vmdk|streamoptimized|monolithicsparse|monolithicflat/.test(text)) return 'vmdk';
  if (/qcow-image-format|qcow2/.test(text)) return 'qcow2';
  if (/wiki\/byte$|raw_hard_disk/.test(text)) return 'raw';
  return /\bvdi\b|vboxdisk/.test(text) ? 'vdi' : null;
}
