import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { judge } from '../diagnostics/verdict.ts';
import { manifestOf } from '../pipeline/index.ts';
import { evidenceDocument } from '../report/document.ts';
import { evidenceText } from '../report/evidence-text.ts';
import { jsonText } from '../report/words.ts';
import type { Io } from './io.ts';
import type { SourceArguments } from './options.ts';
import { printFindings } from './output.ts';
import { inspectSources, judgesOf } from './stages.ts';
import { usageError } from './usage.ts';

export interface InspectArguments extends SourceArguments {
  readonly json?: boolean | undefined;
  readonly manifest?: boolean | undefined;
}

/** Evidence only, and all of it: printed whatever the exit status is. */
export async function inspectCommand(io: Io, args: InspectArguments): Promise<ExitStatus> {
  const [source = '', ...others] = args.sources;
  if (args.manifest === true) {
    if (others.length > 0) throw usageError('--manifest is for one bundle.', 'Name one SOURCE.');
    io.stdout.write(await manifestOf(source));
    return EXIT.ok;
  }
  const judges = await judgesOf(io, args);
  if (judges === undefined) return EXIT.usage;
  const evidence = await inspectSources(args, judges);
  printFindings(io, evidence.findings, args);
  const document = evidenceDocument(evidence);
  io.stdout.write(args.json === true ? jsonText(document) : evidenceText(document));
  return judge(evidence.findings, { strict: false }).exit;
}
