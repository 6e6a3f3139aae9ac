import type { Evidence, FindingDocument, ReportDocument } from '../../facts/index.ts';
import { MOST_FINDINGS } from '../foremost.ts';
import type { Reporter } from '../reporter.ts';
import { type Standing, standing, tally } from '../standing.ts';
import { placeOf } from '../words.ts';
import { code, prose } from './prose.ts';
import { type Section, within } from './room.ts';
import { decisionTable, lossTable, ruleTable, sourceTable } from './tables.ts';

/** GitHub takes 65,536 characters in a comment; what remains is for a heading by whoever posts it. GitLab takes more. */
const LIMIT = 65_000;

/** GitHub and GitLab Markdown for a comment on a merge request: the verdict, what led to it, then everything else. */
export const markdown: Reporter = {
  render(report, evidence, { verbose }) {
    const of = (wanted: Standing) => report.findings.filter((finding) => standing(finding) === wanted);
    const sections: readonly [Section, ...Section[]] = [
      header(report, evidence),
      findingList('Errors', of('error')),
      findingList('Warnings', of('warning')),
      findingList('Waived', of('waived')),
      findingList('In audit mode: told, not counted', of('audit')),
      ...(verbose ? [findingList('Notes', of('info'))] : []),
      decisionTable(report.decisions, verbose),
      ...Object.entries(report.targets).map(([target, outcomes]) => lossTable(target, outcomes)),
      ruleTable(report),
      sourceTable(report, evidence),
    ];
    const [first, ...others] = sections;
    return within([first, ...others.filter(({ rows }) => rows.length > 0)], LIMIT);
  },
};

const WORDS = {
  allowed: 'allowed',
  denied: 'denied',
  unresolved: 'unresolved: what is required contradicts itself',
  unreadable: 'refused: it cannot be read, or is not safe',
} as const satisfies Record<ReportDocument['verdict'], string>;

function header({ verdict, findings }: ReportDocument, { machine }: Evidence): Section {
  const title = `## ${verdict === 'allowed' ? '✅' : '❌'} Import of ${code(machine.name)}: ${WORDS[verdict]}\n`;
  return { before: `${title}\n${tally(findings)}\n`, rows: [], after: '', nouns: ['', ''] };
}

function findingList(title: string, findings: readonly FindingDocument[]): Section {
  return {
    before: `\n### ${title}\n\n`,
    rows: findings.slice(0, MOST_FINDINGS).map(listItem),
    others: Math.max(0, findings.length - MOST_FINDINGS),
    after: '',
    nouns: ['finding', 'findings'],
  };
}

/** One list item on one line, so that no text stands where Markdown looks for the beginning of a block. */
function listItem(finding: FindingDocument): string {
  const { message, remedy, rule, waiver, audited, severity } = finding;
  const place = placeOf(finding);
  const head = [
    `**${code(finding.code)}**`,
    ...(rule === null ? [] : [`rule ${code(rule)}`]),
    ...(waiver !== null || audited ? [severity] : []),
    ...(place === undefined ? [] : [`at ${code(place)}`]),
  ];
  const lines = [head.join(' · '), prose(message), `→ ${prose(remedy)}`];
  if (waiver !== null) {
    const ticket = waiver.ticket === null ? '' : `, ${code(waiver.ticket)}`;
    lines.push(
      `Waived until ${code(waiver.expires)} by ${code(waiver.owner)}${ticket}: ${prose(waiver.reason)}`,
      `in ${code(`${waiver.uri}:${waiver.pointer}`)}`,
    );
  }
  return `- ${lines.join('<br>')}\n`;
}
