import { resolve } from 'node:path';
import type { Argv, Options } from 'yargs';
import { targets } from '../emitters/registry.generated.ts';
import type { Value } from '../facts/index.ts';
import { reporters } from '../report/registry.generated.ts';
import { usageError } from './usage.ts';

const READING = {
  format: { type: 'string', describe: 'format you claim the disks have; a file that is something else is refused' },
  hints: { type: 'string', describe: 'hint document given by hand' },
  vm: { type: 'string', describe: 'machine of a descriptor that holds several' },
  configuration: { type: 'string', describe: 'shape of the machine, where a descriptor offers several' },
  member: { type: 'string', describe: 'disk or descriptor inside a bundle' },
  'allow-backing': { type: 'boolean', describe: 'follow backing files below the directory of the image' },
  verify: {
    choices: ['none', 'listed', 'all'] as const,
    default: 'none' as const,
    describe: 'compare digests; reads whole disks',
  },
  policy: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'policy file, directory of them, or preset:NAME; later ones win (default preset:default)',
  },
  waivers: { type: 'string', array: true, nargs: 1, describe: 'file that says which findings do not count, and why' },
  now: { type: 'string', describe: 'time at which waivers have to be valid: 2027-01-31T12:00:00Z (default: now)' },
} as const satisfies Record<string, Options>;

const KNOWING = {
  'osinfo-db': {
    type: 'string',
    describe: 'OS database: a tree, a snapshot, embedded, installed or newest',
  },
} as const satisfies Record<string, Options>;

const COMPILING = {
  from: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'tree of osinfo-db; later ones take precedence (default: where libosinfo looks)',
  },
  output: { alias: 'o', type: 'string', describe: 'file, replaced whole (default: stdout)' },
  strict: { type: 'boolean', describe: 'warnings fail' },
} as const satisfies Record<string, Options>;

const DECIDING = {
  emit: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: `${targets.map(({ id }) => id).join(', ')}; repeatable (default libvirt-xml)`,
  },
  name: { type: 'string', describe: "the machine's name (default: that of the descriptor, or the stem of the file)" },
  os: { type: 'string', describe: 'operating system, a libosinfo short-id or id' },
  set: { type: 'string', array: true, nargs: 1, describe: 'force a value: firmware=uefi, disk-bus.disk1=sata' },
  host: {
    type: 'string',
    array: true,
    nargs: 1,
    describe:
      'what the host can do: a snapshot, output of virsh domcapabilities, firmware descriptors, or a libvirt URI',
  },
  network: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'libvirt network of the cards, or none; SOURCE-NET=NAME for the cards of one network',
  },
  'keep-mac': { type: 'boolean', describe: 'keep the MAC addresses that a descriptor names' },
  uuid: { type: 'string', describe: 'UUID of the domain (default: libvirt makes one)' },
  'disk-dir': { type: 'string', describe: 'where the copies of disks lie that are not used in place' },
  'disk-placement': {
    choices: ['in-place', 'overlay', 'copy'] as const,
    describe: 'use the disks where they are, under an overlay, or as copies',
  },
  cdrom: { type: 'string', array: true, nargs: 1, describe: 'ISO image in a CD-ROM drive' },
  kernel: { type: 'string', describe: 'kernel for direct boot' },
  initrd: { type: 'string', describe: 'initial ramdisk for direct boot' },
  ...KNOWING,
  strict: { type: 'boolean', describe: 'warnings deny' },
} as const satisfies Record<string, Options>;

const TALKING = {
  quiet: { type: 'boolean', describe: 'errors only on stderr' },
  verbose: { type: 'boolean', describe: 'notes on stderr too, and everything that lost' },
  'no-color': { type: 'boolean', describe: 'no colour, even on a terminal; NO_COLOR does the same' },
} as const satisfies Record<string, Options>;

const WRITING = {
  output: { alias: 'o', type: 'string', describe: 'file, or directory with several targets; replaced whole' },
  templates: { type: 'string', describe: 'directory of templates that take the place of the shipped ones' },
  'dry-run': { type: 'boolean', describe: 'print the policy report, emit nothing' },
  report: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: `${reporters.map(({ id }) => id).join(', ')}; FORMAT=FILE writes a file; repeatable`,
  },
} as const satisfies Record<string, Options>;

const DETECTING = {
  all: { type: 'boolean', describe: 'every medium that matches, best first; JSON always has them' },
} as const satisfies Record<string, Options>;

const TESTING = {
  coverage: { type: 'boolean', describe: 'a table of the rules, those not seen both to act and to keep silent first' },
  'min-coverage': { type: 'string', describe: 'percentage of the rules that have to be seen both ways' },
} as const satisfies Record<string, Options>;

const JSON_OUTPUT = { json: { type: 'boolean', describe: 'for programs' } } as const satisfies Record<string, Options>;

const MANIFEST = {
  manifest: { type: 'boolean', describe: 'print a manifest (.mf) with the right digests of a bundle instead' },
} as const satisfies Record<string, Options>;

const EVIDENCE = {
  evidence: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'what inspect --json printed, - for stdin: judge it as if the image were there',
  },
  'allow-backing': READING['allow-backing'],
  waivers: READING.waivers,
  now: READING.now,
} as const satisfies Record<string, Options>;

const LINTING = {
  report: { type: 'string', array: true, nargs: 1, describe: 'FORMAT=FILE writes the findings as a report' },
} as const satisfies Record<string, Options>;

/** All options of all commands by name. */
export const OPTIONS: { readonly [name: string]: Options } = {
  ...COMPILING,
  ...DETECTING,
  ...READING,
  ...DECIDING,
  ...TALKING,
  ...WRITING,
  ...JSON_OUTPUT,
  ...MANIFEST,
  ...EVIDENCE,
  ...TESTING,
  help: { type: 'boolean' },
  version: { type: 'boolean' },
};

/** Puts a group of options under a heading of the help text. */
function grouped<T, O extends Record<string, Options>>(yargs: Argv<T>, heading: string, options: O) {
  return yargs.options(options).group(Object.keys(options), heading);
}

/** Options of every command that reads sources. */
export const sourceOptions = <T>(yargs: Argv<T>) => grouped(talkOptions(yargs), 'Reading:', READING);
/** Options of every command that decides. */
export const decisionOptions = <T>(yargs: Argv<T>) => grouped(sourceOptions(yargs), 'Deciding:', DECIDING);
/** How much is said on stderr, and how. */
export const talkOptions = <T>(yargs: Argv<T>) => grouped(yargs, 'Output:', TALKING);
/** Where artefacts and reports go. */
export const writeOptions = <T>(yargs: Argv<T>) =>
  grouped(decisionOptions(yargs), 'Output:', { ...TALKING, ...WRITING });
export const manifestOption = <T>(yargs: Argv<T>) => grouped(yargs, 'Output:', MANIFEST);
export const jsonOption = <T>(yargs: Argv<T>) => grouped(yargs, 'Output:', JSON_OUTPUT);
/** Options of `policy check`: those of deciding, without those of reading images. */
export const checkOptions = <T>(yargs: Argv<T>) => {
  const { report } = WRITING;
  const judging = grouped(grouped(yargs, 'Judging:', EVIDENCE), 'Deciding:', DECIDING);
  return grouped(judging, 'Output:', { ...TALKING, report });
};
export const lintOptions = <T>(yargs: Argv<T>) =>
  grouped(
    grouped(jsonOption(talkOptions(yargs)), 'Reading:', { waivers: READING.waivers, now: READING.now }),
    'Output:',
    LINTING,
  );

/** Options of the commands that show what the OS knowledge base says. */
export const knowledgeOptions = <T>(yargs: Argv<T>) =>
  grouped(grouped(jsonOption(yargs), 'Reading:', { ...KNOWING, policy: READING.policy }), 'Output:', TALKING);
export const detectOptions = <T>(yargs: Argv<T>) => grouped(knowledgeOptions(yargs), 'Output:', DETECTING);
export const testOptions = <T>(yargs: Argv<T>) =>
  grouped(jsonOption(talkOptions(yargs)), 'Output:', {
    ...TESTING,
    quiet: { ...TALKING.quiet, describe: 'nothing while all pass' },
    verbose: { ...TALKING.verbose, describe: 'the cases that passed too' },
    report: { ...WRITING.report, describe: 'junit=FILE writes a report for CI systems' },
  });
export const compileOptions = <T>(yargs: Argv<T>) =>
  grouped(grouped(yargs, 'Reading:', { from: COMPILING.from }), 'Output:', {
    output: COMPILING.output,
    strict: COMPILING.strict,
    ...TALKING,
  });

export const policyCompileOptions = <T>(yargs: Argv<T>) =>
  grouped(yargs, 'Output:', { output: COMPILING.output, ...TALKING });

/** Options of `host snapshot`. */
export const snapshotOptions = <T>(yargs: Argv<T>) =>
  grouped(
    grouped(yargs, 'Reading:', {
      host: {
        ...DECIDING.host,
        describe:
          'libvirt URI to ask, or documents to join: virsh capabilities, virsh domcapabilities, firmware descriptors (default: the URI that libvirt has by default)',
      },
    }),
    'Output:',
    { output: COMPILING.output, ...TALKING },
  );

export interface TalkArguments {
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly noColor?: boolean | undefined;
}

export interface SourceArguments extends TalkArguments {
  readonly sources: readonly string[];
  readonly format?: string | undefined;
  readonly hints?: string | undefined;
  readonly vm?: string | undefined;
  readonly configuration?: string | undefined;
  readonly member?: string | undefined;
  readonly allowBacking?: boolean | undefined;
  readonly verify: 'none' | 'listed' | 'all';
  readonly policy?: readonly string[] | undefined;
  readonly waivers?: readonly string[] | undefined;
  readonly now?: string | undefined;
}

export interface DecisionArguments extends SourceArguments {
  readonly emit?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly os?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly host?: readonly string[] | undefined;
  readonly network?: readonly string[] | undefined;
  readonly keepMac?: boolean | undefined;
  readonly uuid?: string | undefined;
  readonly diskDir?: string | undefined;
  readonly diskPlacement?: 'in-place' | 'overlay' | 'copy' | undefined;
  readonly cdrom?: readonly string[] | undefined;
  readonly kernel?: string | undefined;
  readonly initrd?: string | undefined;
  readonly osinfoDb?: string | undefined;
  readonly strict?: boolean | undefined;
}

/** The flags that decide a value, in the order in which later ones win; `--set` is the most explicit. */
export function flagValues(
  args: Pick<DecisionArguments, 'os' | 'diskPlacement' | 'network' | 'set'>,
): (readonly [path: string, value: Value, flag: string])[] {
  const named: (readonly [string, Value, string])[] = [];
  if (args.os !== undefined) named.push(['os', args.os, '--os']);
  if (args.diskPlacement !== undefined) named.push(['disk-placement', args.diskPlacement, '--disk-placement']);
  for (const network of args.network ?? []) {
    if (!network.includes('=')) named.push(['network', network, '--network']);
  }
  for (const assignment of args.set ?? []) {
    const equals = assignment.indexOf('=');
    if (equals < 1) {
      throw usageError(`--set ${assignment} has no value.`, 'Write --set KEY=VALUE, for example --set firmware=uefi.');
    }
    const [path, value] = [assignment.slice(0, equals), assignment.slice(equals + 1)];
    // on the command line a path is one from here
    named.push([path, path === 'nvram' && value !== '' ? resolve(value) : value, '--set']);
  }
  return named;
}

/** Networks of the source hypervisor and what they become: `--network SOURCE-NET=NAME`. */
export function networkPairs(args: Pick<DecisionArguments, 'network'>): (readonly [source: string, network: string])[] {
  return (args.network ?? []).flatMap((text) => {
    // names of libvirt networks have no "=", those of other hypervisors may
    const equals = text.lastIndexOf('=');
    if (equals < 0) return [];
    const pair = [text.slice(0, equals), text.slice(equals + 1)] as const;
    if (pair.includes('')) throw usageError(`--network ${text} is half a pair.`, 'Write --network SOURCE-NET=NAME.');
    return [pair];
  });
}

/** Leaves out what was not given, for interfaces with exact optional properties. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
