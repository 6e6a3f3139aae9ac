import type { Finding, Provenance } from '../diagnostics/index.ts';
import { grouped } from '../facts/grouped.ts';
import { shown } from '../facts/text.ts';
import type { DigestAlgorithm } from '../sources/digest.ts';
import type { ManifestEntry, ManifestReading } from './manifest.ts';
import { diagnostics } from './manifest-diagnostics.ts';

/** Findings of one kind that are listed by name. */
const MAX_FINDINGS = 64;

/** Digests that were computed of the files of a bundle, by name of the file. */
export type ComputedDigests = ReadonlyMap<string, ReadonlyMap<DigestAlgorithm, string>>;

/** What has to be computed of each file so that all its lines can be checked; files without a line are left out. */
export function listedAlgorithms(
  { entries }: ManifestReading,
  files: readonly string[],
): ReadonlyMap<string, readonly DigestAlgorithm[]> {
  const byName = grouped(entries, ({ name }) => plainName(name));
  return new Map(
    files.flatMap((name) => {
      const listed = byName.get(plainName(name));
      return listed === undefined ? [] : [[name, [...new Set(listed.map(({ algorithm }) => algorithm))]] as const];
    }),
  );
}

/**
 * Compares a manifest with the files of its bundle. `files` are those that it should list: every file but itself and
 * the certificate. A wrong digest is an error; everything that is only untidy is a warning.
 */
export function checkManifest(
  manifest: ManifestReading,
  files: readonly string[],
  computed: ComputedDigests,
): readonly Finding[] {
  const at = (line: number | null): readonly Provenance[] => [
    { origin: 'descriptor', uri: manifest.uri, pointer: line === null ? null : String(line) },
  ];
  const byName = grouped(manifest.entries, ({ name }) => plainName(name));
  const wrong: Finding[] = [];
  const untidy: Finding[] = [];
  for (const name of files) {
    const entries = byName.get(plainName(name));
    if (entries === undefined) untidy.push(diagnostics['missing-entry']({ name: shown(name) }, at(null)));
    else wrong.push(...checkFile(name, entries, computed.get(name), at));
  }
  const present = new Set(files.map(plainName));
  for (const [name, [entry]] of byName) {
    if (entry === undefined || present.has(name)) continue;
    untidy.push(diagnostics['missing-file']({ name: shown(entry.name), line: entry.line }, at(entry.line)));
  }
  return [...wrong.slice(0, MAX_FINDINGS), ...untidy.slice(0, MAX_FINDINGS), ...disliked(manifest.entries, at)];
}

type Places = (line: number | null) => readonly Provenance[];

/** One finding for each algorithm that no line of the file has right. */
function checkFile(
  name: string,
  entries: readonly ManifestEntry[],
  digests: ReadonlyMap<DigestAlgorithm, string> | undefined,
  at: Places,
): readonly Finding[] {
  const algorithms = new Set(entries.map(({ algorithm }) => algorithm));
  return [...algorithms].flatMap((algorithm) => {
    const listed = entries.filter((entry) => entry.algorithm === algorithm);
    const [first] = listed;
    if (first === undefined) return [];
    const actual = digests?.get(algorithm);
    if (actual === undefined) {
      return [diagnostics['not-checked']({ name: shown(name), algorithm: algorithm.toUpperCase() }, at(first.line))];
    }
    if (listed.some(({ digest }) => digest === actual)) return [];
    const args = { name: shown(name), algorithm: algorithm.toUpperCase(), listed: first.digest, actual };
    return [diagnostics.corrupt(args, at(first.line))];
  });
}

/** What some product refuses although the digests are right; each said once, with the first line that has it. */
function disliked(entries: readonly ManifestEntry[], at: Places): readonly Finding[] {
  const first = (matches: (entry: ManifestEntry) => boolean) => entries.find(matches);
  const findings: Finding[] = [];
  const say = (entry: ManifestEntry | undefined, spelling: string, who: string) => {
    if (entry === undefined) return;
    findings.push(diagnostics['disliked-spelling']({ line: entry.line, spelling, who }, at(entry.line)));
  };
  say(
    first(({ spelling }) => spelling === 'coreutils'),
    'has no label and brackets (the output of sha256sum)',
    'ovftool, vSphere and VirtualBox do',
  );
  say(
    first(({ spelling }) => spelling === 'space-before-bracket' || spelling === 'bsd'),
    'has blanks beside the brackets',
    'vSphere (for SHA256) does',
  );
  say(
    first(({ label }) => label !== null && !/^(?:MD5|SHA1|SHA256|SHA512)$/.test(label)),
    'spells its label in another way than SHA1, SHA256 or SHA512',
    'ovftool and vSphere do',
  );
  say(
    first(({ algorithm }) => algorithm === 'sha512'),
    'uses SHA512',
    'older releases of vSphere and virt-v2v do',
  );
  const weak = first(({ algorithm }) => algorithm === 'md5');
  if (weak !== undefined) findings.push(diagnostics.weak({ line: weak.line }, at(weak.line)));
  return findings;
}

/** The signature beside a manifest: that it is there is all that is said of it. */
export function certificateFound(name: string, uri: string): Finding {
  const at: readonly Provenance[] = [{ origin: 'descriptor', uri, pointer: name }];
  return diagnostics['certificate-not-verified']({ name: shown(name) }, at);
}

/**
 * A manifest that every known reader takes: one line for each of `files`, in their order (the descriptor belongs
 * first), from digests that were computed. Null when one is missing, or a name cannot stand in a line.
 */
export function correctedManifest(
  files: readonly string[],
  computed: ComputedDigests,
  algorithm: DigestAlgorithm = 'sha256',
): string | null {
  const lines = files.map((name) => {
    const digest = computed.get(name)?.get(algorithm);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these cannot stand in a line
    if (digest === undefined || /[\u0000-\u001f\u007f]/.test(name)) return null;
    return `${algorithm.toUpperCase()}(${plainName(name)})= ${digest}\n`;
  });
  return lines.includes(null) ? null : lines.join('');
}

/** `find | xargs sha256sum` writes ./ in front of every name, and tar may store it so. */
function plainName(name: string): string {
  return name.replace(/^(?:\.\/)+/, '');
}
