import { VmImportError } from '../../diagnostics/index.ts';
import type { DescribedFile } from '../../facts/index.ts';
import type { XmlElement } from '../xml.ts';
import { diagnostics } from './diagnostics.ts';
import { attribute, sections } from './names.ts';
import type { Report } from './report.ts';
import { lookUp } from './tables.ts';
import { parseCount } from './units.ts';

/** The files of the package, found by id or, as oVirt's old exports need, by href. */
export interface Files {
  readonly all: readonly DescribedFile[];
  readonly byId: ReadonlyMap<string, DescribedFile>;
  readonly byHref: ReadonlyMap<string, DescribedFile>;
  /** Elements by id, for what only one dialect says of a file. */
  readonly elements: ReadonlyMap<string, XmlElement>;
}

/** Spellings of DSP0243 (`gzip`, `identity`) and of producers. A name ending says nothing: the bytes will. */
const COMPRESSIONS: Readonly<Record<string, DescribedFile['compression']>> = {
  gzip: 'gzip',
  gz: 'gzip',
  bzip2: 'bzip2',
  bz2: 'bzip2',
  xz: 'xz',
  zstd: 'zstd',
  zst: 'zstd',
};

/** A package of more files than this is none that anybody deploys. */
const MAX_FILES = 10_000;

export function readFiles(root: XmlElement, report: Report): Files {
  const byId = new Map<string, DescribedFile>();
  const byHref = new Map<string, DescribedFile>();
  const elements = new Map<string, XmlElement>();
  const all = sections(root, 'References').flatMap((references) => sections(references, 'File'));
  if (all.length > MAX_FILES) {
    const what = `more than ${MAX_FILES} files`;
    throw new VmImportError(diagnostics['too-much']({ what }, report.at(root)));
  }
  for (const element of all) {
    const href = attribute(element, 'href')?.trim() ?? '';
    if (href === '') continue;
    const file = readFile(element, href, report);
    const id = attribute(element, 'id')?.trim() ?? '';
    const twin = byId.get(id);
    if (twin === undefined) {
      byId.set(id, file);
      elements.set(id, element);
    } else if (twin.href !== file.href) {
      report.add(diagnostics['duplicate-id']({ kind: 'files', id }, report.at(element)));
    }
    if (!byHref.has(href)) byHref.set(href, file);
  }
  return { all: [...byHref.values()], byId, byHref, elements };
}

function readFile(element: XmlElement, href: string, report: Report): DescribedFile {
  const compression = attribute(element, 'compression')?.trim().toLowerCase() ?? '';
  const chunkSize = parseCount(attribute(element, 'chunkSize'));
  const decoded = decodeHref(href);
  return {
    href: decoded,
    ...(decoded === href ? {} : { spelling: href }),
    compression: lookUp(COMPRESSIONS, compression) ?? null,
    chunkSize: chunkSize === 0 ? null : chunkSize,
    size: parseCount(attribute(element, 'size')),
    pointer: report.pointer(element),
  };
}

/**
 * A href is a URI reference, which many producers forget: a per cent sign that starts no escape, or escapes that are no
 * UTF-8, stay as they are. A URL is left alone.
 */
function decodeHref(href: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(href)) return href;
  return href.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
