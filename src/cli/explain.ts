import { EXIT, type ExitStatus, isObjection, VmImportError } from '../diagnostics/index.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import { describeValues, keySpec, parseKeyPath } from '../facts/index.ts';
import { unknownKey } from '../plan/index.ts';
import { argueDecision, proofOf } from '../report/argue.ts';
import { decisionOn } from './get.ts';
import type { Io } from './io.ts';
import type { DecisionArguments } from './options.ts';
import { printFindings } from './output.ts';
import { planSources } from './stages.ts';
import { usageError } from './usage.ts';

export interface ExplainArguments extends DecisionArguments {
  readonly topic: string;
}

/** `explain KEY SOURCE...` argues a decision; `explain CODE` says what a finding means and what to do about it. */
export async function explainCommand(io: Io, args: ExplainArguments): Promise<ExitStatus> {
  if (args.topic.includes('/')) {
    io.stdout.write(await explainCode(args.topic));
    return EXIT.ok;
  }
  const parsed = parseKeyPath(args.topic);
  if (parsed === undefined) throw new VmImportError(unknownKey(args.topic));
  if (args.sources.length === 0) {
    io.stdout.write(`${args.topic}: ${keySpec(parsed.key).about}\nIt takes: ${describeValues(parsed.key)}.\n`);
    return EXIT.ok;
  }
  const planned = await planSources(io, args);
  if (planned === undefined) return EXIT.usage;
  printFindings(io, planned.findings, args);
  const decision = decisionOn(planned, args.topic);
  if (decision !== undefined) io.stdout.write(argueDecision(decision) + proofOf(decision, planned.evidence));
  else if (planned.decisions.length > 0) io.stdout.write(`${args.topic} is undecided: nobody voted on it\n`);
  return planned.judgement.exit;
}

async function explainCode(code: string): Promise<string> {
  const { catalogue } = await import('./catalogue.generated.ts');
  const entry = catalogue.get(code);
  if (entry === undefined) {
    const meant = didYouMean(code, [...catalogue.keys()]);
    throw usageError(
      `There is no finding ${code}.`,
      meant === undefined ? 'A finding is named in brackets at the end of its line.' : `Did you mean ${meant}?`,
    );
  }
  const { severity, exit, safety, message, remedy, explain } = entry.spec;
  const outcome = severity === 'error' ? `leads to exit ${exit}` : 'does not stop an import unless --strict is given';
  const byName = safety === true ? '; it concerns safety and can only be waived by name' : '';
  const waiver = isObjection(entry.spec) ? byName : '; it cannot be waived';
  return [
    `${code} (${severity}): ${outcome}${waiver}`,
    '',
    `  ${message}`,
    '',
    explain,
    '',
    `What to do: ${remedy}`,
    '',
  ].join('\n');
}
