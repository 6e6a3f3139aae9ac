import type { Finding } from '../../diagnostics/index.ts';
import type { Subject } from './scope.ts';

/** Findings that every waiver treats alike: a hostile document can raise thousands of them. */
export interface Group {
  /** What a waiver has to name. */
  readonly name: string;
  /** The sources they concern, by their places in the list. */
  readonly sources: readonly number[];
  readonly objection: boolean;
  readonly exit: Finding['exit'];
  /** Whether one of them is more than a note. */
  readonly serious: boolean;
}

/** Findings of a rule go by its id, all others by their code. */
export function nameOf(rule: string | null, code: string | null): string {
  return rule === null ? `${code}` : `rule ${rule}`;
}

/**
 * The group of each finding. A finding concerns the sources that it names among its places, and all sources of the
 * machine where it names none.
 */
export function grouped(findings: readonly Finding[], { sources }: Subject): readonly Group[] {
  const all = sources.map((_, index) => index);
  const indexes = new Map(sources.map(({ uri }, index) => [uri, index]));
  const groups = new Map<string, Group>();
  return findings.map((finding) => {
    const { code, rule, safety, objection, exit, severity } = finding;
    // what concerns safety goes by its code only
    const name = nameOf(safety ? null : rule, code);
    const named = finding.at.flatMap(({ uri }) => indexes.get(uri ?? '') ?? []);
    const serious = severity !== 'info';
    const key = [name, objection, exit, serious, ...named].join(' ');
    const group = groups.get(key) ?? { name, sources: named.length > 0 ? named : all, objection, exit, serious };
    groups.set(key, group);
    return group;
  });
}
