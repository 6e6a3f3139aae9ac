import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Evidence, FindingDocument, ReportDocument } from '../../facts/index.ts';

/** Arguments that are words, or that change with every image that breaks the same rule. */
const WORDS = new Set(['message', 'remedy']);

/**
 * One fingerprint for each finding, in their order: the same wherever and whenever the same thing is found again.
 * In it: the machine's name, the rule, the code, the names of the files without their directories, the place in a
 * document without lines and offsets, the arguments without numbers, and that a rule which is enforced is tried out in
 * other words. Not in it: the words, sizes, where a policy lies. What is alike in all of this is counted: `...:1`, `...:2`.
 */
export function fingerprints(report: ReportDocument, evidence: Evidence): readonly string[] {
  const shorten = shortener(report, evidence);
  const enforced = new Set(report.checks.flatMap(({ rule, audited }) => (audited ? [] : [rule])));
  const seen = new Map<string, number>();
  return report.findings.map((finding) => {
    const { rule, code, audited } = finding;
    // what is enforced and what is tried out under one id are not each other's past
    const twin = audited && rule !== null && enforced.has(rule) ? ['audit'] : [];
    const material = JSON.stringify([evidence.machine.name, rule, code, ...twin, ...traits(finding, shorten)]);
    const hash = createHash('sha256').update(material).digest('hex').slice(0, 32);
    const ordinal = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, ordinal);
    return `${hash}:${ordinal}`;
  });
}

type Shorten = (text: string) => string;

function traits({ args, at }: FindingDocument, shorten: Shorten): readonly string[] {
  const places = at
    .filter(({ origin, uri }) => origin !== 'policy' && uri !== null)
    .map(({ uri, pointer }) => `${shorten(uri ?? '')} ${logicalPart(pointer ?? '')}`);
  const words = Object.entries(args)
    .filter(([name, value]) => !WORDS.has(name) && typeof value !== 'number')
    .map(([name, value]) => `${name}=${withoutNumbers(shorten(String(value)))}`);
  return [...places, ...words.toSorted()];
}

/** `/Envelope/Item[2]:34:7` without its line, `12:5` and `header+0x48` as nothing but what they are. */
function logicalPart(pointer: string): string {
  return pointer.replace(/(^|[:@])\d+(:\d+)?$/, '').replace(/0x[0-9a-f]+/, '');
}

/** Sizes, offsets and digests change; `disk0`, `debian12` and `part-2.vmdk` are names. */
function withoutNumbers(text: string): string {
  return text.replace(
    /(?<![\w./-])(?:0x[0-9a-f]+|[0-9a-f]{32,}|\d+(?:\.\d+)?)(?![\w/-]|\.\w)(?: (?:bytes|[KMGTPE]iB)\b)?/g,
    '#',
  );
}

/** Takes directories out of a text: those of the files that are known, and what else looks like one. */
function shortener(report: ReportDocument, evidence: Evidence): Shorten {
  const paths = [
    ...report.sources.map(({ uri }) => uri),
    ...evidence.disks.map(({ path }) => path ?? ''),
    // members of a bundle lie where it lies, and there can be very many
    ...report.findings.flatMap(({ at }) => at.map(({ uri }) => uri ?? '')).filter((uri) => !uri.includes('!')),
  ];
  const directories = [...new Set(paths.map((path) => posix.dirname(path)))]
    .filter((directory) => directory.includes('/') && directory !== '/')
    // of two that fit the longer one, whatever the order of the sources
    .toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return (text) => {
    const named = directories.reduce((left, directory) => left.replaceAll(`${directory}/`, ''), text);
    return named.replace(/(?<![\w.])\/(?:[^\s/]+\/)+/g, '');
  };
}
