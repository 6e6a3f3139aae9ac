import type { z } from 'zod';
import { didYouMean } from '../../facts/did-you-mean.ts';
import { evidenceSchema } from '../../facts/evidence-schema.ts';
import { type DiskEvidence, type EvidenceDocument, UNSAID, unreadDisk } from '../../facts/index.ts';
import { pointerStep } from '../../facts/text.ts';
import { keysAt } from '../schema-keys.ts';

const GIB = 2 ** 30;
/** Entries of lists that the resolver weighs against each other: no machine has more. */
const LONGEST = { disks: 128, nics: 128, sources: 128 };

export interface EvidenceReading {
  /** null when there are problems. */
  readonly document: EvidenceDocument | null;
  readonly problems: readonly {
    readonly path: readonly PropertyKey[];
    /** Whether the member should not be there at all. */
    readonly unknown: boolean;
    readonly problem: string;
  }[];
}

/** Completes a part of an evidence document (contract, section 7) and checks it. What is left out is filled in. */
export function readEvidence(part: unknown): EvidenceReading {
  const long = Object.entries(LONGEST).flatMap(([list, limit]) => {
    const value: unknown = isMap(part) ? part[list] : undefined;
    if (!Array.isArray(value) || value.length <= limit) return [];
    return [{ path: [list], unknown: false, problem: `more than ${limit} entries` }];
  });
  if (long.length > 0) return { document: null, problems: long };
  const parsed = evidenceSchema.safeParse(isMap(part) ? complete(part) : part);
  if (parsed.success) return { document: parsed.data, problems: [] };
  return { document: null, problems: parsed.error.issues.flatMap(problemsOf) };
}

/** RFC 6901, for a place in a document. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${pointerStep(String(step))}`).join('') || 'the top';
}

function problemsOf(issue: z.core.$ZodIssue): EvidenceReading['problems'] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: issue.path, unknown: false, problem: lowered(issue.message) }];
  }
  const known = keysAt(evidenceSchema, issue.path);
  return issue.keys.map((key) => {
    const near = didYouMean(key, known);
    const hint = near === undefined ? `the members are ${known.join(', ')}` : `did you mean ${near}?`;
    return { path: [...issue.path, key], unknown: true, problem: `${key} is no member (${hint})` };
  });
}

function lowered(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

type Part = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function complete(part: Part): Part {
  const disks = entries(part['disks'], (disk, index) => ({ ...defaultDisk(disk, index), ...disk }));
  const sources = Array.isArray(disks) ? disks.map(sourceOf) : [];
  return {
    schema: 'vm-import/evidence@1',
    sources,
    osNames: [],
    extensions: {},
    ...part,
    disks,
    machine: { name: 'test', labels: {}, ...(isMap(part['machine']) ? part['machine'] : {}) },
    nics: entries(part['nics'], (nic, index) => ({
      id: `nic${index}`,
      model: null,
      mac: null,
      network: null,
      uri: null,
      pointer: null,
      ...nic,
    })),
    drivers: entries(part['drivers'], (claim) => ({ disk: null, boot: [], running: [], ...claim })),
    votes: entries(part['votes'], (vote) => ({ ...DEFAULT_VOTE, ...vote })),
    findings: entries(part['findings'], (finding) => ({ ...defaultFinding(finding), ...finding })),
  };
}

/** Each entry of a list completed; what is no list of maps is left for the schema to refuse. */
function entries(list: unknown, of: (entry: Part, index: number) => Part): unknown {
  if (list === undefined) return [];
  if (!Array.isArray(list)) return list;
  return list.map((entry: unknown, index) => (isMap(entry) ? of(entry, index) : entry));
}

function defaultDisk(disk: Part, index: number): DiskEvidence {
  const format = typeof disk['format'] === 'string' ? disk['format'] : 'qcow2';
  const uri = typeof disk['uri'] === 'string' ? disk['uri'] : `/images/disk${index}.${format}`;
  return unreadDisk({ id: `disk${index}`, uri, path: uri, format, virtualSize: 10 * GIB, fileSize: 2 * GIB });
}

function sourceOf(disk: unknown): Part {
  const { uri, format, fileSize } = isMap(disk) ? disk : {};
  // what is wrong with a disk is told of the disk
  const size = typeof fileSize === 'number' && Number.isSafeInteger(fileSize) && fileSize >= 0 ? fileSize : null;
  return { uri: String(uri), format: typeof format === 'string' ? format : null, size, bytesRead: 0, digest: null };
}

const DEFAULT_VOTE = { ...UNSAID, strength: 'required', origin: 'descriptor' };

function defaultFinding(finding: Part): Part {
  return {
    severity: 'error',
    exit: 3,
    message: finding['code'],
    remedy: '',
    args: {},
    rule: null,
    waived: false,
    waiver: null,
    audited: false,
    at: [],
  };
}
