import type { Severity } from '../../diagnostics/index.ts';
import type { FindingDocument } from '../../facts/index.ts';
import { STANDINGS, type Standing, standing } from '../standing.ts';

/** Findings of one code and severity that come to the same. */
export interface FindingGroup {
  readonly standing: Standing;
  /** What they would be, were they not waived or only tried. */
  readonly severity: Severity;
  readonly code: string;
  /** Those that are shown. */
  readonly findings: readonly Numbered[];
  /** How many there are, shown or not. */
  readonly total: number;
}

export interface Numbered {
  /** Can be linked to; counts from 1 in the order of the report. */
  readonly id: string;
  readonly finding: FindingDocument;
}

export function numbered(findings: readonly FindingDocument[]): readonly Numbered[] {
  return findings.map((finding, index) => ({ id: `finding-${index + 1}`, finding }));
}

/** What stops the import first, then what deserves a look, what was waived, and the notes; otherwise as reported. */
export function groupFindings(findings: readonly Numbered[], shown: ReadonlySet<Numbered>): readonly FindingGroup[] {
  const groups = new Map<string, FindingGroup & { findings: Numbered[]; total: number }>();
  for (const entry of findings) {
    const { code, severity } = entry.finding;
    const kind = standing(entry.finding);
    const name = `${kind} ${severity} ${code}`;
    const group = groups.get(name) ?? { standing: kind, severity, code, findings: [], total: 0 };
    if (shown.has(entry)) group.findings.push(entry);
    group.total++;
    groups.set(name, group);
  }
  return [...groups.values()].toSorted((a, b) => STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing));
}
