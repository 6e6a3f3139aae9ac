import { diagnostics as containerDiagnostics } from '../../containers/diagnostics.ts';
import type { Finding } from '../../diagnostics/index.ts';
import { diagnostics as diskDiagnostics } from '../../disks/diagnostics.ts';
import { inspectDisk } from '../../disks/inspect.ts';
import { diagnostics as rawDiagnostics } from '../../disks/raw/diagnostics.ts';
import { BLANK, type DiskEvidence, unreadDisk } from '../../facts/index.ts';
import { inImage } from '../../hints/gather.ts';
import { diagnostics } from '../diagnostics.ts';
import { asFile, lookInside, readSource, type SourceOptions, type SourceReading, unread } from '../reading.ts';
import { memberUri, type StoredFile } from './stock.ts';

/** Reads one disk of a bundle where it lies. What is wrong with it is a finding. */
export async function readStored(file: StoredFile, bundle: string, options: SourceOptions): Promise<SourceReading> {
  if (file.slice === null && file.wrapping.length === 0) return readSource(file.path, options);
  const uri = memberUri(bundle, file);
  const compressed = file.wrapping.some(({ kind }) => kind !== 'tar' && kind !== 'pieces');
  const inspection = await inspectDisk(asFile(file.bytes, { uri, path: file.path }), {
    ...options,
    backingFiles: 'refuse',
    headOnly: compressed,
    look: lookInside(options.id, uri),
  });
  const { disk, hints } = inspection;
  return {
    uri,
    inspection: {
      ...inspection,
      disk: disk === null ? null : { ...disk, ...sizesOf(disk, file), slice: file.slice, wrapping: file.wrapping },
      findings: inspection.findings.flatMap((finding) => placed(finding, disk, options.id, file)),
    },
    hints: hints === null ? [] : [inImage(hints.raw.bytes, uri, hints.raw.pointer, options.id)],
    notes: [],
    files: [`${file.path}!${file.name}`],
  };
}

/** How long an unpacked stream is, is seen at its end only; a raw disk is as long as its file. */
function sizesOf(disk: DiskEvidence, { size, stored }: StoredFile): Pick<DiskEvidence, 'virtualSize' | 'fileSize'> {
  if (size !== null) return { virtualSize: disk.virtualSize, fileSize: size };
  return { virtualSize: disk.virtualSize === disk.fileSize ? null : disk.virtualSize, fileSize: stored };
}

/** What a finding about a disk means for one that lies in an archive. */
function placed(finding: Finding, disk: DiskEvidence | null, id: string, { size }: StoredFile): readonly Finding[] {
  switch (finding.code) {
    case diskDiagnostics['backing-file'].code:
      return [diagnostics['backing-inside']({ disk: id }, finding.at)];
    case containerDiagnostics['beyond-head'].code:
      return disk === null
        ? [diagnostics['needs-unpacking']({ disk: id }, finding.at)]
        : [diagnostics['out-of-reach']({ disk: id, head: finding.args['head'] ?? 0 }, finding.at)];
    case rawDiagnostics['partial-sector'].code:
      // nobody knows yet how long the unpacked disk is
      return size === null ? [] : [finding];
    default:
      return [finding];
  }
}

/** A disk that a descriptor asks for and nobody has made. */
export function blankDisk(id: string, uri: string, capacity: number | null): SourceReading {
  return unread(uri, unreadDisk({ id, uri, format: BLANK, virtualSize: capacity, bootable: false }), []);
}
