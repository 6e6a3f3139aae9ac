import type { Finding, Provenance } from '../diagnostics/index.ts';
import { shown } from '../facts/text.ts';
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from '../sources/digest.ts';
import { diagnostics } from './manifest-diagnostics.ts';

/** Bytes of a manifest that are read; one line per file is needed. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_ENTRIES = 100_000;

/** How a line is spelled: `SHA1(a)= 00`, `SHA1 (a)= 00`, `SHA1 (a) = 00`, `00  a`. */
const SPELLINGS = ['ovf', 'space-before-bracket', 'bsd', 'coreutils'] as const;
export type Spelling = (typeof SPELLINGS)[number];

export interface ManifestEntry {
  /** As the line spells it. Not trusted: it is compared with names, never opened. */
  readonly name: string;
  readonly algorithm: DigestAlgorithm;
  /** Lower-case hexadecimal, of the length of the algorithm. */
  readonly digest: string;
  /** The label as it is written; null where the line has none. */
  readonly label: string | null;
  readonly spelling: Spelling;
  /** Number of the line, from 1. */
  readonly line: number;
}

export interface ManifestReading {
  readonly uri: string;
  readonly entries: readonly ManifestEntry[];
  readonly findings: readonly Finding[];
}

const HEX_DIGITS: Readonly<Record<DigestAlgorithm, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };

/** A file name may hold brackets, so it ends at the last one that a digest follows. */
const TAGGED = /^([A-Za-z][A-Za-z0-9/-]{1,15})( *)\((.+)\)( *)= *([0-9A-Fa-f]+)$/;
const COREUTILS = /^(\\?)([0-9A-Fa-f]{32,128}) [ *](.+)$/;

/**
 * Reads the manifest of an OVF package (DSP0243, section 5.1) in every spelling that was seen: that of ovftool, that
 * of VirtualBox, and what `sha256sum` and `openssl dgst` print. Never throws; a line that cannot be read is a finding.
 */
export function parseManifest(bytes: Buffer, uri: string): ManifestReading {
  const findings: Finding[] = [];
  const at = (line: number): readonly Provenance[] => [{ origin: 'descriptor', uri, pointer: String(line) }];
  if (bytes.length > MAX_MANIFEST_BYTES) {
    const args = { size: bytes.length, limit: MAX_MANIFEST_BYTES };
    return { uri, entries: [], findings: [diagnostics['too-large'](args, at(1))] };
  }
  const entries: ManifestEntry[] = [];
  const unreadable: number[] = [];
  const seen = new Map<string, ManifestEntry>();
  let number = 0;
  for (const whole of decode(bytes).split(/\r\n|\n|\r/)) {
    number++;
    // some tools blank a line out in place, with spaces or NUL, and pad the file
    const text = stripped(whole);
    if (text === '') continue;
    const read = parseLine(text, number);
    if (read === undefined || entries.length === MAX_ENTRIES) unreadable.push(number);
    else if ('problem' in read) {
      const args = { line: number, name: shown(read.name), problem: read.problem };
      findings.push(diagnostics['unusable-line'](args, at(number)));
    } else {
      const key = `${read.algorithm} ${read.name}`;
      const earlier = seen.get(key);
      if (earlier?.digest === read.digest) continue;
      if (earlier === undefined) seen.set(key, read);
      else {
        const args = { name: shown(read.name), first: earlier.line, second: number };
        findings.push(diagnostics.contradiction(args, at(number)));
      }
      entries.push(read);
    }
  }
  const [first] = unreadable;
  if (first !== undefined) {
    findings.push(diagnostics['unreadable-line']({ line: first, count: unreadable.length }, at(first)));
  }
  if (entries.length === 0) findings.push(diagnostics.empty({}, at(1)));
  return { uri, entries, findings: findings.slice(0, MAX_FINDINGS) };
}

/** Without blanks and NULs at both ends; a regular expression would look at a long run of blanks again and again. */
function stripped(line: string): string {
  const isPadding = (at: number) => line[at] === '\0' || line[at]?.trim() === '';
  let start = 0;
  let end = line.length;
  while (start < end && isPadding(start)) start++;
  while (end > start && isPadding(end - 1)) end--;
  return line.slice(start, end);
}

/** A manifest with more mistakes is no manifest. */
const MAX_FINDINGS = 64;

type LineReading = ManifestEntry | { readonly name: string; readonly problem: string } | undefined;

function parseLine(text: string, line: number): LineReading {
  const [, label, before, tagged, after, hex] = TAGGED.exec(text) ?? [];
  if (label !== undefined && tagged !== undefined && hex !== undefined) {
    const algorithm = algorithmOf(label);
    if (algorithm === undefined) return { name: tagged, problem: `${label} is no digest that is known here` };
    const wanted = HEX_DIGITS[algorithm];
    if (hex.length !== wanted) {
      return { name: tagged, problem: `a ${label} digest has ${wanted} hexadecimal digits, not ${hex.length}` };
    }
    const spelling = after !== '' ? 'bsd' : before !== '' ? 'space-before-bracket' : 'ovf';
    return { name: tagged, algorithm, digest: hex.toLowerCase(), label, spelling, line };
  }
  const [, escaped, digest, listed] = COREUTILS.exec(text) ?? [];
  if (digest === undefined || listed === undefined) return undefined;
  const algorithm = DIGEST_ALGORITHMS.find((each) => HEX_DIGITS[each] === digest.length);
  const name =
    escaped === '' ? listed : listed.replace(/\\([\\nr])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
  if (algorithm === undefined) return { name, problem: `no digest that is known here has ${digest.length} digits` };
  return { name, algorithm, digest: digest.toLowerCase(), label: null, spelling: 'coreutils', line };
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r' };

/** `SHA1`, `SHA-1`, `sha256`, `SHA2-256` (OpenSSL 3), `SHA512`, ... */
function algorithmOf(label: string): DigestAlgorithm | undefined {
  const plain = label.toLowerCase().replace(/^sha2?-/, 'sha');
  return DIGEST_ALGORITHMS.find((algorithm) => algorithm === plain);
}

/** Names are UTF-8 where they are that; a name in another encoding still compares byte by byte. */
function decode(bytes: Buffer): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(wide ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
