import { EXIT, type ExitStatus, type Finding } from '../diagnostics/index.ts';
import { judge } from '../diagnostics/verdict.ts';
import { type HintReading, hintJsonSchema, hintsToJson, MAX_HINT_BYTES, readHints } from '../hints/index.ts';
import { contradictions, findHints, writeHints } from '../pipeline/index.ts';
import { counted } from '../report/quantities.ts';
import { readConfig } from '../sources/text.ts';
import type { Io } from './io.ts';
import type { TalkArguments } from './options.ts';
import { printFindings } from './output.ts';

export interface HintsArguments extends TalkArguments {
  readonly image: string;
  readonly strict?: boolean | undefined;
}

interface Found {
  readonly reading: HintReading | null;
  readonly uri: string;
  readonly findings: readonly Finding[];
}

/** The document an image carries; else its side-car; a file of JSON is a document itself. */
async function read(image: string, asDocument = false): Promise<Found> {
  const found = await findHints(image, asDocument);
  const [first] = found.documents;
  if (first === undefined) return { reading: null, uri: image, findings: found.findings };
  const reading = readHints(first.bytes, first.carrier);
  const wrong = [...reading.findings, ...contradictions(reading.votes)];
  return { reading, uri: first.carrier.uri, findings: [...found.findings, ...wrong] };
}

/** Prints the normalised document; nothing, and a note, when there is none. */
export async function hintsGetCommand(io: Io, args: HintsArguments): Promise<ExitStatus> {
  const { reading, findings } = await read(args.image);
  printFindings(io, findings, args);
  if (reading?.document != null) io.stdout.write(hintsToJson(reading.document));
  else if (findings.length === 0 && args.quiet !== true) io.stderr.write('vm-import: no hint document\n');
  return judge(findings, { strict: false }).exit;
}

/** Says of every member that is not understood or refused why; the exit status is the verdict. */
export async function hintsValidateCommand(io: Io, args: HintsArguments): Promise<ExitStatus> {
  const { reading, uri, findings } = await read(args.image, true);
  printFindings(io, findings, args);
  const { exit } = judge(findings, { strict: args.strict === true });
  if (args.quiet !== true && exit === EXIT.ok) {
    const count = reading?.votes.length ?? 0;
    io.stdout.write(reading === null ? 'no hint document\n' : `${uri}: valid, ${counted(count, 'vote')}\n`);
  }
  return exit;
}

export interface HintsSetArguments extends HintsArguments {
  readonly file: string;
}

/** Writes a document into an image. It is normalised first, and refused when any of it would be refused on reading. */
export async function hintsSetCommand(io: Io, args: HintsSetArguments): Promise<ExitStatus> {
  const bytes = await readConfig(args.file, MAX_HINT_BYTES);
  const carrier = { kind: 'by-hand', uri: args.file, pointer: null, disk: null, maxBytes: MAX_HINT_BYTES } as const;
  const { document, findings, votes } = readHints(bytes, carrier);
  const all = [...findings, ...contradictions(votes)];
  printFindings(io, all, args);
  const { exit } = judge(all, { strict: true });
  if (document === null || exit !== EXIT.ok) {
    io.stderr.write('vm-import: nothing was written: a published document must raise no warning\n');
    return exit;
  }
  // what ties a document to its disk makes no sense inside that disk
  const { image: _, ...inside } = document;
  await writeHints(args.image, Buffer.from(hintsToJson({ ...inside, image: { uuid: null, sha256: null } })));
  return EXIT.ok;
}

/** Takes the document out of an image again. */
export async function hintsUnsetCommand(_io: Io, args: HintsArguments): Promise<ExitStatus> {
  await writeHints(args.image, null);
  return EXIT.ok;
}

/** The published JSON Schema of hint documents. */
export async function hintsSchemaCommand(io: Io): Promise<ExitStatus> {
  io.stdout.write(`${JSON.stringify(await hintJsonSchema(), null, 2)}\n`);
  return EXIT.ok;
}
