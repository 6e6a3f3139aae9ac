import pc from 'picocolors';
import {
  type Decision,
  type DiskEvidence,
  type Evidence,
  type FindingDocument,
  keyPath,
  type ReportDocument,
  type TargetOutcome,
} from '../../facts/index.ts';
import { notableLosers, sourceOf, whyLost } from '../argue.ts';
import { leftOutWords, MOST_FINDINGS } from '../foremost.ts';
import { lostFirst, outcomeTally } from '../outcomes.ts';
import { size } from '../quantities.ts';
import type { Reporter } from '../reporter.ts';
import { standing, tally } from '../standing.ts';
import { placeOf, printable, waiverLine } from '../words.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** For people: what was understood, what was decided and why, what needs attention, in that order. */
export const text: Reporter = {
  render(report, evidence, { color, verbose }) {
    const colors = pc.createColors(color);
    const sections = [
      ['Understood', understood(report, evidence)],
      ['Decided', decided(report.decisions, verbose)],
      ...Object.entries(report.targets).map(
        ([target, outcomes]) => [`Kept and lost in ${target}`, outcomeLines(outcomes, verbose)] as const,
      ),
      ['Needs attention', attention(report.findings, colors, verbose)],
    ] as const;
    const shown = sections.filter(([, lines]) => lines.length > 0);
    const body = shown.map(([title, lines]) => `${colors.bold(title)}\n${lines.map((line) => `  ${line}\n`).join('')}`);
    return `${body.join('\n')}\n${verdictLine(report, colors)}\n`;
  },
};

function verdictLine({ verdict, findings }: ReportDocument, colors: Colors): string {
  const paint = verdict === 'allowed' ? colors.green : colors.red;
  return `Verdict: ${paint(verdict)} (${tally(findings)})`;
}

function understood(report: ReportDocument, evidence: Evidence): string[] {
  const lines = [`machine  ${printable(evidence.machine.name)}`];
  for (const [label, value] of Object.entries(evidence.machine.labels))
    lines.push(`${printable(label).padEnd(8)} ${printable(value)}`);
  for (const source of report.sources) {
    // a bundle, or what could not be read: its disks, if any, follow
    if (evidence.disks.every(({ uri }) => uri !== source.uri)) {
      lines.push(`source   ${printable(`${source.uri}: ${source.format ?? 'not understood'}`)}`);
    }
  }
  for (const disk of evidence.disks) {
    lines.push(`${disk.id.padEnd(8)} ${printable(disk.uri)}`, ...diskLines(disk));
    const digest = report.sources.find(({ uri }) => uri === disk.uri)?.digest ?? null;
    if (digest !== null) lines.push(`         ${printable(digest)}`);
  }
  for (const nic of evidence.nics) {
    const facts = [nic.model, nic.mac, nic.network === null ? 'not connected' : `on "${nic.network}"`];
    lines.push(`${nic.id.padEnd(8)} ${printable(facts.filter((fact) => fact !== null).join(', '))}`);
  }
  const spoken = new Map<string, number>();
  for (const vote of evidence.votes) {
    const source = `${vote.origin} in ${printable(vote.uri ?? '')}`;
    spoken.set(source, (spoken.get(source) ?? 0) + 1);
  }
  for (const [source, count] of spoken) lines.push(`votes    ${count} from ${source}`);
  return lines;
}

function diskLines(disk: DiskEvidence): string[] {
  const virtual = disk.virtualSize === null ? 'size unknown' : `${size(disk.virtualSize)} for the guest`;
  const facts = [disk.format, virtual, `${size(disk.fileSize)} file`];
  if (disk.encrypted) facts.push('encrypted');
  const layers = (disk.backing ?? []).map(
    (layer) => `         over ${printable(`${layer.path ?? layer.name} (${layer.format ?? 'format unknown'})`)}`,
  );
  return [`         ${printable(facts.join(', '))}`, ...layers];
}

function decided(decisions: readonly Decision[], verbose: boolean): string[] {
  const rows = decisions.map((decision) => ({
    path: keyPath(decision.key, decision.subject),
    value: decision.value === null ? 'undecided' : printable(String(decision.value)),
    decision,
  }));
  const width = (pick: (row: (typeof rows)[number]) => string) => Math.max(0, ...rows.map((row) => pick(row).length));
  const [pathWidth, valueWidth] = [
    width(({ path }) => path),
    Math.min(
      24,
      width(({ value }) => value),
    ),
  ];
  return rows.flatMap(({ path, value, decision }) => {
    const who = decision.winner === null ? '' : sourceOf(decision.winner);
    const line = `${path.padEnd(pathWidth)}  ${value.padEnd(valueWidth)}  ${who}`.trimEnd();
    const worthSaying = verbose ? decision.lost : notableLosers(decision);
    return [line, ...worthSaying.map((loser) => `${' '.repeat(pathWidth)}  not ${whyLost(loser)}`)];
  });
}

/** How much is kept, then what is not; with `--verbose` what is, too. */
function outcomeLines(outcomes: readonly TargetOutcome[], verbose: boolean): string[] {
  if (outcomes.length === 0) return [];
  const shown = lostFirst(outcomes).filter(({ outcome }) => verbose || outcome !== 'kept');
  return [
    outcomeTally(outcomes),
    ...shown.map(({ key, outcome, note }) => `${key}: ${outcome}${note === '' ? '' : `, ${printable(note)}`}`),
  ];
}

function attention(findings: readonly FindingDocument[], colors: Colors, verbose: boolean): string[] {
  const order = ['error', 'warning', 'info'];
  const paint = { error: colors.red, warning: colors.yellow, info: colors.dim, waived: colors.dim, audit: colors.dim };
  const told = findings
    .filter(({ severity }) => verbose || severity !== 'info')
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const left = told.length - MOST_FINDINGS;
  return [
    ...told.slice(0, MOST_FINDINGS).flatMap((finding) => {
      const { code, message, remedy, rule, waiver } = finding;
      const kind = standing(finding);
      const place = placeOf(finding);
      return [
        `${paint[kind](kind)} ${code}${rule === null ? '' : ` (rule ${printable(rule)})`}`,
        `    ${message}`,
        `    ${waiver === null ? remedy : waiverLine(waiver)}`,
        ...(place === undefined ? [] : [`    at ${place}`]),
      ];
    }),
    ...(left > 0 ? [leftOutWords(left)] : []),
  ];
}
