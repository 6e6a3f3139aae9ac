import { resolve as resolvePath } from 'node:path';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import type { Evidence } from '../facts/index.ts';
import { byHand, checkLink, type FoundHints, gatherHints } from '../hints/gather.ts';
import { MAX_HINT_BYTES } from '../hints/index.ts';
import * as planning from '../plan/index.ts';
import type { Policy } from '../policy/index.ts';
import { sha256 } from '../sources/digest.ts';
import { openFile } from '../sources/file.ts';
import { readConfig } from '../sources/text.ts';
import { MAX_SOURCES } from './limits.ts';
import { loadPolicy } from './policies.ts';
import { readSource, type SourceReading } from './reading.ts';

export interface InspectOptions {
  readonly policy?: Policy;
  /** What the caller claims the format of every source is. */
  readonly format?: string;
  /** A hint document given by hand. */
  readonly hints?: string;
  /** Follow backing files below the directory of the image, whatever the policy says. */
  readonly allowBacking?: boolean;
  /** `listed`: digests that hint documents name; `all`: every source. Reads whole disks. Default `none`. */
  readonly verify?: 'none' | 'listed' | 'all';
  readonly name?: string;
}

/**
 * Reads the headers of the sources, which are the disks of one machine in that order, and the hints that come with
 * them. What is wrong with an input is a finding of the evidence; a wrong request throws VmImportError (exit 2).
 */
export async function inspect(sources: readonly string[], options: InspectOptions = {}): Promise<Evidence> {
  const policy = options.policy ?? (await loadPolicy());
  const { trustHints, backingFiles } = policy.settings;
  if (sources.length === 0 || sources.length > MAX_SOURCES) {
    throw new VmImportError(planning.diagnostics['bad-sources']({ count: sources.length, limit: MAX_SOURCES }));
  }
  const name = planning.checkName(options.name ?? planning.nameFromUri(sources[0] ?? ''));
  const handDisk = sources.length === 1 ? 'disk0' : null;
  const hand = options.hints === undefined ? [] : [await hintsByHand(options.hints, handDisk)];
  const readings: SourceReading[] = [];
  for (const [index, path] of sources.entries()) {
    readings.push(
      await readSource(path, {
        id: `disk${index}`,
        claimed: options.format ?? null,
        backingFiles: options.allowBacking === true ? 'below-source' : backingFiles,
      }),
    );
  }
  const hints = gatherHints([...hand, ...readings.flatMap((reading) => reading.hints)], trustHints);
  const linked = new Set(hints.links.map((link) => link.disk));
  const digests = new Map<string, string>();
  for (const [index, { uri, inspection }] of readings.entries()) {
    const wanted = options.verify === 'all' || (options.verify === 'listed' && linked.has(`disk${index}`));
    if (wanted && inspection.disk !== null) digests.set(`disk${index}`, await digestOf(uri));
  }
  const links = hints.links.flatMap((link) => checkLink(link, digests.get(link.disk) ?? null) ?? []);
  return {
    machine: { name, labels: hints.labels },
    sources: readings.map(({ uri, inspection }, index) => {
      const digest = digests.get(`disk${index}`) ?? null;
      return { uri, bytesRead: inspection.bytesRead + (digest === null ? 0 : inspection.size), digest };
    }),
    disks: readings.flatMap(({ inspection }) => inspection.disk ?? []),
    nics: [],
    drivers: hints.drivers,
    extensions: hints.extensions,
    votes: [...readings.flatMap(({ inspection }) => inspection.votes), ...hints.votes],
    findings: [
      ...readings.flatMap(({ inspection, notes }) => [...inspection.findings, ...notes]),
      ...sharedFiles(readings),
      ...hints.findings,
      ...links,
    ],
  };
}

async function digestOf(path: string): Promise<string> {
  const file = await openFile(path);
  return sha256(file).finally(() => file.close());
}

/** Two disks of one machine that write to one file destroy it; so does an overlay beside its own base. */
function sharedFiles(readings: readonly SourceReading[]): Finding[] {
  const seen = new Map<string, number>();
  return readings.flatMap(({ files, uri }, index) => {
    const other = files.map((file) => seen.get(file)).find((found) => found !== undefined);
    for (const file of files) seen.set(file, index);
    if (other === undefined) return [];
    const args = { disk: `disk${index}`, other: `disk${other}` };
    return [planning.diagnostics['shared-file'](args, [{ origin: 'content', uri, pointer: null }])];
  });
}

async function hintsByHand(path: string, disk: string | null): Promise<FoundHints> {
  return byHand(await readConfig(path, MAX_HINT_BYTES), resolvePath(path), disk);
}
