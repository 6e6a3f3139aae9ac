import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import type { OsDevice, OsProfile, OsResources } from '../facts/index.ts';
import type { Knowledge } from '../osinfo/index.ts';
import { openKnowledge } from '../pipeline/index.ts';
import { jsonText, printable } from '../report/words.ts';
import type { Io } from './io.ts';
import type { TalkArguments } from './options.ts';
import { printFindings } from './output.ts';
import { policyOf } from './stages.ts';
import { usageError } from './usage.ts';

export interface OsArguments extends TalkArguments {
  readonly json?: boolean | undefined;
  readonly osinfoDb?: string | undefined;
  readonly policy?: readonly string[] | undefined;
}

/** Every system the knowledge base has: short-id, name, id. */
export async function osListCommand(io: Io, args: OsArguments): Promise<ExitStatus> {
  const knowledge = await knowledgeFor(io, args);
  if (knowledge === undefined) return EXIT.usage;
  const systems = knowledge.list();
  if (args.json === true) {
    const { label: database, version } = knowledge;
    io.stdout.write(jsonText({ database, version, systems: systems.map(row) }));
    return EXIT.ok;
  }
  const rows = systems.map(({ shortIds, name, id }) => [shortIds[0] ?? '-', name, id].map(printable));
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((cells) => cells[column]?.length ?? 0)));
  for (const [shortId = '', name = '', id = ''] of rows) {
    io.stdout.write(`${shortId.padEnd(widths[0] ?? 0)}  ${name.padEnd(widths[1] ?? 0)}  ${id}\n`);
  }
  if (args.quiet !== true) io.stderr.write(`vm-import: ${systems.length} systems of ${knowledge.label}\n`);
  return EXIT.ok;
}

/** What tells systems apart; `os show` has the rest. */
function row({ id, shortIds, name, version, family, distro, releaseStatus, releaseDate, eolDate }: OsProfile): object {
  return { id, shortIds, name, version, family, distro, releaseStatus, releaseDate, eolDate };
}

export interface OsShowArguments extends OsArguments {
  readonly name: string;
}

/** One entry, as votes and drivers are derived from it. */
export async function osShowCommand(io: Io, args: OsShowArguments): Promise<ExitStatus> {
  const knowledge = await knowledgeFor(io, args);
  if (knowledge === undefined) return EXIT.usage;
  const profile = knowledge.find(args.name);
  if (profile === undefined) {
    const near = knowledge.suggest(args.name);
    throw usageError(
      `The knowledge base (${knowledge.label}) does not know ${args.name}.`,
      near === undefined ? 'vm-import os list prints what it knows.' : `Did you mean ${near}?`,
    );
  }
  const records = knowledge.devices().filter(({ name }) => profile.devices.includes(name));
  if (args.json === true) {
    const media = knowledge.media().filter(({ os }) => os === profile.id);
    io.stdout.write(jsonText({ ...profile, deviceRecords: records, media }));
  } else {
    for (const [title, value] of linesOf(profile, records))
      io.stdout.write(`${title.padEnd(10)} ${printable(value)}\n`);
  }
  return EXIT.ok;
}

/** The knowledge base of a command line. Undefined: what is wrong has been printed. */
export async function knowledgeFor(io: Io, args: OsArguments): Promise<Knowledge | undefined> {
  const policy = await policyOf(io, args.policy);
  if (policy === undefined) return undefined;
  const knowledge = await openKnowledge(policy, args.osinfoDb);
  printFindings(io, knowledge.findings, args);
  return knowledge;
}

function linesOf(profile: OsProfile, records: readonly OsDevice[]): readonly (readonly [string, string])[] {
  const { id, shortIds, name, family, firmware, resources, releaseStatus, releaseDate, eolDate } = profile;
  const drivers = profile.drivers.flatMap(({ preInstallable, devices }) => (preInstallable ? devices : []));
  return [
    ['name', name],
    ['id', id],
    ['short-ids', shortIds.join(', ')],
    ['family', family ?? 'unknown'],
    ['released', `${releaseDate ?? 'unknown'}${releaseStatus === 'released' ? '' : ` (${releaseStatus})`}`],
    ['supported', eolDate === null ? 'unknown' : `until ${eolDate}`],
    ...devicesOf(records),
    ...(drivers.length === 0 ? [] : ([['drivers', `can be added for ${[...new Set(drivers)].join(', ')}`]] as const)),
    [
      'firmware',
      firmware
        .map(({ architecture, type, supported }) => `${architecture} ${type}${supported ? '' : ' not supported'}`)
        .join(', ') || 'unknown',
    ],
    ...Object.entries(resources).map(
      ([architecture, { minimum, recommended }]) =>
        ['resources', `${architecture}: minimum ${amountOf(minimum)}; recommended ${amountOf(recommended)}`] as const,
    ),
    ...(profile.variants.length === 0
      ? []
      : ([['variants', profile.variants.map((variant) => variant.id).join(', ')]] as const)),
    ['database', profile.database],
  ];
}

/** A line for each class of devices. */
function devicesOf(records: readonly OsDevice[]): readonly (readonly [string, string])[] {
  if (records.length === 0) return [['devices', 'unknown']];
  const classes = [...new Set(records.map((record) => record.class ?? 'other'))].sort();
  return classes.map((kind) => {
    const names = records.filter((record) => (record.class ?? 'other') === kind).map(({ name }) => name);
    return ['devices', `${kind}: ${names.join(', ')}`] as const;
  });
}

function amountOf(of: OsResources | undefined): string {
  if (of === undefined) return 'unknown';
  const amounts = [
    of.memoryMib === undefined ? [] : `${of.memoryMib} MiB`,
    of.vcpus === undefined ? [] : `${of.vcpus} vCPU`,
    of.storageMib === undefined ? [] : `${Math.round(of.storageMib / 102.4) / 10} GiB disk`,
  ];
  return amounts.flat().join(', ');
}
