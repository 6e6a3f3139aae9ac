import { type ByteSource, readUpTo, withHead, withTail } from '../bytes/index.ts';
import { type Provenance, VmImportError } from '../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { type DiskFormat, PROBE_LENGTH, TAIL_LENGTH } from './format.ts';
import { formats } from './registry.generated.ts';
import { foreignSignature } from './signatures.ts';

const RAW = 'raw';

/** A file whose start and end are read once, for all who look at them. */
export function withEnds(file: ByteSource): ByteSource {
  return withTail(withHead(file, PROBE_LENGTH), TAIL_LENGTH);
}

/**
 * The format of a file by its signatures, raw where it bears none. Both ends are looked at, whatever is found at the
 * first: a program that goes by the end would see another disk. Throws VmImportError (exit 3) when signatures
 * contradict each other, or when the file is something that no reader understands. With `headOnly` the end is out of
 * reach.
 */
export async function detect(source: ByteSource, headOnly = false): Promise<DiskFormat> {
  const head = await readUpTo(source, 0, PROBE_LENGTH);
  const tail = headOnly ? Buffer.alloc(0) : await readUpTo(source, Math.max(0, source.size - TAIL_LENGTH), TAIL_LENGTH);
  const input = { head, size: source.size };
  const atEnd = formats.filter((format) => format.probeTail?.(tail, source.size) === true);
  const atStart = formats.filter((format) => format.probe(input) && (atEnd.length === 0 || format.alsoInside !== true));
  const matches = [...new Set([...atStart, ...atEnd])];
  const ids = matches.map(({ id }) => id);
  const streams = matches.some(({ startsWithStream }) => startsWithStream === true);
  const foreign = streams ? undefined : foreignSignature(input, ids);
  if (matches.length > 1 || (matches.length === 1 && foreign !== undefined)) {
    const names = [...ids, ...(foreign === undefined ? [] : [foreign.name])].join(', ');
    throw new VmImportError(diagnostics.polyglot({ formats: names }, at(source, 0)));
  }
  if (foreign !== undefined) {
    throw new VmImportError(diagnostics['unsupported-format']({ kind: foreign.name }, at(source, foreign.offset)));
  }
  const detected = matches[0] ?? formats.find((format) => format.id === RAW);
  if (detected === undefined) throw new Error('the registry has no raw format');
  return detected;
}

/** What the caller says and what is found must agree. */
export function checkClaim(source: ByteSource, detected: string, claimed: string | null): void {
  if (claimed === null || claimed === detected) return;
  throw new VmImportError(diagnostics['format-mismatch']({ claimed, detected }, at(source, 0)));
}

function at({ uri }: ByteSource, offset: number): readonly Provenance[] {
  return [{ origin: 'content', uri, pointer: `0x${offset.toString(16)}` }];
}
