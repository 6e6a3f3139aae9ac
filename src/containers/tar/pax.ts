import { nameOf } from '../names.ts';

/** Bytes of one extended header: a sparse map of version 0 is in there. */
export const MAX_PAX = 8 * 1024 * 1024;
/** Records of one extended header. */
const MAX_RECORDS = 600_000;

/** Keywords and values in the order in which they are stored, or what is wrong. */
export type PaxRecords = readonly (readonly [string, Buffer])[];

/** `LENGTH KEYWORD=VALUE\n`, where the length counts itself (POSIX.1-2017 pax, "pax Extended Header"). */
export function paxRecords(data: Buffer): PaxRecords | { readonly problem: string } {
  const records: (readonly [string, Buffer])[] = [];
  for (let at = 0; at < data.length; ) {
    const blank = data.indexOf(0x20, at);
    const digits = blank < 0 || blank - at > 10 ? '' : data.toString('latin1', at, blank);
    const end = at + Number(digits);
    const equals = data.indexOf(0x3d, blank);
    const sound = /^[1-9][0-9]*$/.test(digits) && end <= data.length && equals > blank + 1 && equals < end;
    if (!sound || data[end - 1] !== 0x0a)
      return { problem: `record ${records.length + 1} of the pax header is malformed` };
    if (records.length === MAX_RECORDS) return { problem: `the pax header has more than ${MAX_RECORDS} records` };
    records.push([data.toString('latin1', blank + 1, equals), data.subarray(equals + 1, end - 1)]);
    at = end;
  }
  return records;
}

/** What the records say of the entry that follows; undefined is "nothing". */
export interface PaxOverrides {
  readonly path?: string;
  readonly link?: string;
  readonly size?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly sparse?: PaxSparse;
}

export interface PaxSparse {
  /** 1.0 stores its map in front of the data, 0.0 and 0.1 in the header. */
  readonly mapInData: boolean;
  /** Bytes of the file with its holes. */
  readonly size: number;
  /** Offsets and lengths in turn. */
  readonly map: readonly number[];
  readonly name: string | null;
}

/** Only the last record of a keyword counts, but for the map of version 0.0. */
export function paxOverrides(records: PaxRecords): PaxOverrides | { readonly problem: string } {
  const last = new Map(records);
  const bad = ['size', 'uid', 'gid'].find((key) => last.has(key) && decimal(last.get(key)) === null);
  if (bad !== undefined) return { problem: `the ${bad} in the pax header is no number` };
  const sparse = paxSparse(records, last);
  if (sparse !== null && 'problem' in sparse) return sparse;
  const path = last.get('path');
  const link = last.get('linkpath');
  const numbers = Object.fromEntries(
    ['size', 'uid', 'gid'].flatMap((key) => {
      const value = decimal(last.get(key));
      return value === null ? [] : [[key, value]];
    }),
  );
  return {
    ...(path === undefined || path.length === 0 ? {} : { path: nameOf(path) }),
    ...(link === undefined ? {} : { link: nameOf(link) }),
    ...numbers,
    ...(sparse === null ? {} : { sparse }),
  };
}

function paxSparse(
  records: PaxRecords,
  last: ReadonlyMap<string, Buffer>,
): PaxSparse | null | { readonly problem: string } {
  const major = last.get('GNU.sparse.major')?.toString('latin1');
  const minor = last.get('GNU.sparse.minor')?.toString('latin1');
  const size = decimal(last.get('GNU.sparse.realsize') ?? last.get('GNU.sparse.size'));
  const marked = records.some(([key]) => key.startsWith('GNU.sparse.'));
  if (!marked) return null;
  if (size === null) return { problem: 'the sparse size in the pax header is no number' };
  const named = last.get('GNU.sparse.name');
  const name = named === undefined ? null : nameOf(named);
  if (major !== undefined || minor !== undefined) {
    if (major === '1' && minor === '0') return { mapInData: true, size, map: [], name };
    if (major !== '0') return { problem: `sparse version ${JSON.stringify(`${major}.${minor}`)} is not known` };
  }
  const map = last.has('GNU.sparse.map') ? commaList(last.get('GNU.sparse.map')) : repeated(records);
  const count = decimal(last.get('GNU.sparse.numblocks'));
  if (map === null || (count !== null && map.length !== count * 2)) {
    return { problem: 'the sparse map in the pax header is malformed' };
  }
  return { mapInData: false, size, map, name };
}

/** Version 0.1: all numbers in one record. */
function commaList(value: Buffer | undefined): readonly number[] | null {
  const map = (value ?? Buffer.alloc(0)).toString('latin1').split(',').map(Number);
  const text = value?.toString('latin1') ?? '';
  return /^[0-9]+(,[0-9]+)*$/.test(text) && map.every(Number.isSafeInteger) ? map : null;
}

/** Version 0.0: one record per number. */
function repeated(records: PaxRecords): readonly number[] | null {
  const map: number[] = [];
  for (const [key, value] of records) {
    const isOffset = key === 'GNU.sparse.offset';
    if (!isOffset && key !== 'GNU.sparse.numbytes') continue;
    const number = decimal(value);
    if (number === null || isOffset !== (map.length % 2 === 0)) return null;
    map.push(number);
  }
  return map;
}

/** A whole number in decimal digits up to 2^53 - 1. */
export function decimal(value: Buffer | undefined): number | null {
  const digits = value?.toString('latin1') ?? '';
  return /^[0-9]{1,16}$/.test(digits) && Number.isSafeInteger(Number(digits)) ? Number(digits) : null;
}
