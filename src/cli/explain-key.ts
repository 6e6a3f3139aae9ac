import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { type Decision, describeValues, type Key, keyPath, keySpec, SETTLED_FIRST } from '../facts/index.ts';
import type { Planned } from '../pipeline/index.ts';
import { plan } from '../pipeline/index.ts';
import { proofOf } from '../report/argue.ts';
import { argueDecision } from '../report/argue-decision.ts';
import { jsonText } from '../report/words.ts';
import type { ExplainArguments } from './explain.ts';
import { decisionsOn } from './get.ts';
import type { Io } from './io.ts';
import { printFindings } from './output.ts';
import { type Prepared, prepare } from './stages.ts';
import { trialsOf } from './trials.ts';

/** `explain KEY`: what the key is; with sources, how it was decided for them. */
export async function explainKey(io: Io, args: ExplainArguments, key: Key): Promise<ExitStatus> {
  if (args.sources.length === 0) {
    const { about, scope } = keySpec(key);
    const device = scope === 'machine' ? '' : `\nOne device is written ${key}.${scope}0; ${key} alone means all.`;
    io.stdout.write(`${key}: ${about}\nIt takes: ${describeValues(key)}.${device}\n`);
    return EXIT.ok;
  }
  const prepared = await prepare(io, args);
  if (prepared === undefined) return EXIT.usage;
  const planned = await plan(prepared.evidence, prepared.options);
  printFindings(io, planned.findings, args);
  // what cannot be read is not decided either
  if (planned.decisions.length === 0) return planned.judgement.exit;
  const decisions = decisionsOn(planned, args.topic);
  if (args.json === true) {
    const document = args.topic === key && keySpec(key).scope !== 'machine' ? decisions : decisions[0];
    io.stdout.write(jsonText(document));
  } else {
    const texts = await Promise.all(decisions.map((decision) => textOf(decision, planned, prepared)));
    io.stdout.write(texts.join('\n'));
  }
  return planned.judgement.exit;
}

async function textOf(decision: Decision, planned: Planned, prepared: Prepared): Promise<string> {
  const { key, subject, value, winner, lost } = decision;
  if (value === null && winner === null && lost.length === 0) {
    return `${keyPath(key, subject)} is undecided: ${whyOpen(planned)}\n`;
  }
  const trials = await trialsOf(decision, planned, prepared);
  return argueDecision(decision, { checks: planned.checks, trials }) + proofOf(decision, planned.evidence);
}

/** Why there is no decision on a key at all. */
function whyOpen({ decisions }: Planned): string {
  const first: readonly Key[] = SETTLED_FIRST;
  const open = decisions.filter(({ key, value, lost }) => first.includes(key) && value === null && lost.length > 0);
  if (open.length === 0) return 'nobody votes on it, or the machine has nothing that it applies to';
  return `${open.map(({ key }) => key).join(' and ')} must be settled first`;
}
