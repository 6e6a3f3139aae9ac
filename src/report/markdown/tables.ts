import {
  type Decision,
  type Evidence,
  type FindingDocument,
  keyPath,
  type ReportDocument,
  type RuleCheck,
  type TargetOutcome,
} from '../../facts/index.ts';
import { notableLosers, reasonOfLoss, sourceOf } from '../argue.ts';
import { lostFirst } from '../outcomes.ts';
import { counted, size } from '../quantities.ts';
import { raisedBy } from '../raiser.ts';
import { byWeight, standing } from '../standing.ts';
import { code, prose } from './prose.ts';
import type { Section } from './room.ts';

/** A table that is shut until somebody asks for it. The empty lines let Markdown begin and end inside HTML. */
function folded(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  nouns: Section['nouns'],
) {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return {
    before: `\n<details><summary>${title}</summary>\n\n${line(columns)}${line(columns.map(() => '---'))}`,
    rows: rows.map(line),
    after: '\n</details>\n',
    nouns,
  } satisfies Section;
}

export function decisionTable(decisions: readonly Decision[], verbose: boolean): Section {
  const rows = decisions.map((decision) => {
    const losers = verbose ? decision.lost : notableLosers(decision);
    const why = decision.winner === null ? 'nobody' : prose(sourceOf(decision.winner));
    return [
      code(keyPath(decision.key, decision.subject)),
      decision.value === null ? '**undecided**' : code(String(decision.value)),
      [why, ...losers.map((loser) => `not ${code(String(loser.value))}: ${prose(reasonOfLoss(loser))}`)].join('<br>'),
    ];
  });
  return folded(counted(decisions.length, 'decision'), ['key', 'value', 'because of'], rows, ['decision', 'decisions']);
}

export function lossTable(target: string, outcomes: readonly TargetOutcome[]): Section {
  const lost = outcomes.filter(({ outcome }) => outcome !== 'kept');
  const rows = lostFirst(outcomes).map(({ key, outcome, note }) => [code(key), outcome, prose(note)]);
  // names of targets are ours: letters and hyphens
  return folded(`${lost.length} of ${outcomes.length} lost in ${target}`, ['key', 'outcome', 'note'], rows, [
    'key',
    'keys',
  ]);
}

/** What stopped or could not be asked first, then in the order of the policy. */
const ORDER = [
  'failed',
  'error',
  'skipped',
  'passed',
  'applied',
  'not-applied',
] as const satisfies readonly RuleCheck['outcome'][];

export function ruleTable({ checks, findings }: ReportDocument): Section {
  const raised = raisedBy(checks, findings);
  const rows = checks
    .toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome))
    .map((check) => [
      code(check.rule),
      outcomeOf(check, raised.get(check) ?? []),
      prose(check.title ?? ''),
      code(`${check.uri}:${check.pointer}`),
    ]);
  return folded(counted(checks.length, 'policy rule'), ['rule', 'outcome', 'title', 'stands in'], rows, [
    'rule',
    'rules',
  ]);
}

/** `failed: waived`: what a rule found may not count. */
function outcomeOf({ outcome, audited }: RuleCheck, findings: readonly FindingDocument[]): string {
  const [worst] = byWeight(findings).map(standing);
  if (outcome === 'failed' && worst !== undefined) return `failed: ${worst}`;
  return `${outcome.replace('-', ' ')}${audited ? ', in audit mode' : ''}`;
}

export function sourceTable({ sources }: ReportDocument, { disks }: Evidence): Section {
  const rows = [
    ...sources.map(({ uri, format, size: bytes, digest }) => [
      code(uri),
      format === null ? 'not understood' : code(format),
      bytes === null ? '' : size(bytes),
      digest === null ? '' : code(digest),
    ]),
    ...disks.map(({ id, uri, format, virtualSize }) => [
      `${code(id)} in ${code(uri)}`,
      code(format),
      virtualSize === null ? 'unknown' : `${size(virtualSize)} for the guest`,
      '',
    ]),
  ];
  return folded(counted(sources.length, 'source'), ['source or disk', 'format', 'size', 'digest'], rows, [
    'source or disk',
    'sources and disks',
  ]);
}
