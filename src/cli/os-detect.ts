import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { judge } from '../diagnostics/verdict.ts';
import type { MediaMatch } from '../osinfo/media/index.ts';
import { openKnowledge } from '../pipeline/index.ts';
import { detectOs, type OsDetection } from '../pipeline/media.ts';
import { jsonText, printable } from '../report/words.ts';
import type { Io } from './io.ts';
import type { OsArguments } from './os.ts';
import { printFindings } from './output.ts';
import { policyOf } from './stages.ts';

export interface OsDetectArguments extends OsArguments {
  readonly iso: string;
  readonly all?: boolean | undefined;
}

/**
 * The system that a disc is a medium of. A disc that nobody knows is an answer, not a failure: nothing on stdout, a
 * warning, exit 0.
 */
export async function osDetectCommand(io: Io, args: OsDetectArguments): Promise<ExitStatus> {
  const policy = await policyOf(io, args.policy);
  if (policy === undefined) return EXIT.usage;
  const knowledge = await openKnowledge(policy, args.osinfoDb);
  printFindings(io, knowledge.findings, args);
  const detection = await detectOs(args.iso, knowledge);
  printFindings(io, detection.findings, args);
  if (args.json === true) io.stdout.write(jsonText(document(detection)));
  else for (const match of args.all === true ? detection.matches : detection.matches.slice(0, 1)) print(io, match);
  return judge(detection.findings, { strict: false }).exit;
}

/** Short-id, architecture, what it is for, name: one line a match. */
function print(io: Io, { medium, profile, languages }: MediaMatch): void {
  // the name of a variant names the system too: Fedora Server 41
  const variants = profile.variants.filter(({ id }) => medium.variants.includes(id)).map(({ name }) => name);
  const name = variants.length === 0 ? profile.name : variants.join(', ');
  const cells = [profile.shortIds[0] ?? profile.id, medium.architecture, purposeOf(medium).join('+'), name];
  io.stdout.write(`${[...cells, ...languages.filter(isLocale)].map(printable).join('  ')}\n`);
}

/** libosinfo takes whatever its pattern finds for a language: the X of X64, in Windows Server 2022. */
function isLocale(language: string): boolean {
  return /^[a-z]{2,3}(?:_[A-Z]{2})?$/.test(language);
}

function purposeOf({ installer, live }: MediaMatch['medium']): readonly string[] {
  const purposes = [installer ? 'installer' : [], live ? 'live' : []].flat();
  return purposes.length === 0 ? ['medium'] : purposes;
}

function document({ uri, database, disc, matches }: OsDetection): object {
  return {
    uri,
    database,
    disc,
    matches: matches.map(({ medium, profile, criteria, languages, fallback }) => {
      const { architecture, installer, live, kernel, initrd, variants } = medium;
      const { id, shortIds, name } = profile;
      const what = { id, shortId: shortIds[0] ?? id, name, architecture, installer, live, kernel, initrd, variants };
      return { ...what, languages, criteria, fallback };
    }),
  };
}
