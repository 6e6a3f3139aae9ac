import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { printable } from '../diagnostics/words.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import { CIM_PRODUCERS, type NamedOs, nameOs, type OsName } from '../osinfo/index.ts';
import { jsonText } from '../report/words.ts';
import type { Io } from './io.ts';
import { knowledgeFor, type OsArguments } from './os.ts';
import { usageError } from './usage.ts';

export interface OsNameArguments extends OsArguments {
  readonly name: string;
}

/** Which system a name of another program means, how sure that is, and what it still says where it means none. */
export async function osNameCommand(io: Io, args: OsNameArguments): Promise<ExitStatus> {
  const name = parseOsName(args.name);
  const knowledge = await knowledgeFor(io, args);
  if (knowledge === undefined) return EXIT.usage;
  const named = nameOs(name, knowledge.shortIds());
  io.stdout.write(args.json === true ? jsonText({ name: args.name, ...named }) : text(args.name, named));
  return EXIT.ok;
}

function text(name: string, named: NamedOs): string {
  const { shortId, confidence, candidates, family, architecture, reason } = named;
  const rows: readonly (readonly [string, string | null])[] = [
    ['name', name],
    ['short-id', shortId ?? 'unknown'],
    ['confidence', confidence],
    ['missing', shortId === null ? named.missing : null],
    ['can be', candidates.length > 1 ? candidates.join(', ') : null],
    ['family', family ?? 'unknown'],
    ['architecture', architecture ?? 'unknown'],
    ['because', reason],
  ];
  return rows
    .flatMap(([title, value]) => (value === null ? [] : `${title.padEnd(12)}  ${printable(value)}\n`))
    .join('');
}

/** What stands behind `SCHEME:`, and how to read it; undefined for what is not written so. */
const SCHEMES: Readonly<
  Record<string, readonly [form: string, read: (words: readonly string[]) => OsName | undefined]>
> = {
  cim: ['cim:[PRODUCER:]CODE[:VERSION]', readCim],
  glance: [
    'glance:DISTRO[:VERSION]',
    ([distro = '', version = null, ...rest]) =>
      distro === '' || rest.length > 0 ? undefined : { scheme: 'glance', distro, version },
  ],
  'os-release': [
    'os-release:ID[:VERSION_ID[:VARIANT_ID]]',
    ([id = '', version = '', variantId = null, ...rest]) =>
      id === '' || rest.length > 0
        ? undefined
        : { scheme: 'os-release', id, versionId: version === '' ? null : version, variantId },
  ],
  ovirt: ['ovirt:NUMBER or ovirt:NAME', single((osType) => ({ scheme: 'ovirt', osType }))],
  virtualbox: ['virtualbox:OSTYPE', single((osType) => ({ scheme: 'virtualbox', osType }))],
  vmware: ['vmware:GUESTID', single((guestId) => ({ scheme: 'vmware', guestId }))],
  windows: ['windows:BUILD[:client|server]', readWindows],
};

/** `SCHEME:NAME`, as `os name` takes it. Throws a usage error. */
export function parseOsName(spelling: string): OsName {
  const [scheme = '', ...words] = spelling.split(':');
  if (words.length === 0 || !Object.hasOwn(SCHEMES, scheme)) {
    const schemes = Object.keys(SCHEMES);
    const near = didYouMean(scheme, schemes);
    throw usageError(
      words.length === 0 ? `${spelling} does not say whose name it is.` : `There are no names of ${scheme}.`,
      near === undefined || near === scheme
        ? `Write SCHEME:NAME, where SCHEME is ${schemes.slice(0, -1).join(', ')} or ${schemes.at(-1)}.`
        : `Did you mean ${near}?`,
    );
  }
  const [form = '', read] = SCHEMES[scheme] ?? [];
  const name = read?.(words);
  if (name === undefined) throw usageError(`${spelling} is not written as names of ${scheme} are.`, `Write ${form}.`);
  return name;
}

function single(make: (word: string) => OsName): (words: readonly string[]) => OsName | undefined {
  return ([word = '', ...rest]) => (word === '' || rest.length > 0 ? undefined : make(word));
}

function readCim(words: readonly string[]): OsName | undefined {
  const producer = CIM_PRODUCERS.find((known) => known === words[0]) ?? null;
  const [code = '', version = null, ...rest] = producer === null ? words : words.slice(1);
  if (!/^-?\d{1,9}$/.test(code) || rest.length > 0) return undefined;
  return { scheme: 'cim', id: Number(code), version, producer: producer };
}

/** A build alone, or a whole version as Windows prints it: 22631, 10.0.22631, 10.0.22631.3527. */
function readWindows(words: readonly string[]): OsName | undefined {
  const [version = '', product = null, ...rest] = words;
  const [, build] = /^(?:\d{1,2}\.\d{1,2}\.)?(\d{1,5})(?:\.\d{1,5})?$/.exec(version) ?? [];
  if (build === undefined || rest.length > 0) return undefined;
  if (product !== null && product !== 'client' && product !== 'server') return undefined;
  return { scheme: 'windows', build: Number(build), productType: product };
}
