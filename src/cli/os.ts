import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { findOs, listOs, suggestOs } from '../osinfo/index.ts';
import type { Io } from './io.ts';
import { usageError } from './usage.ts';

export interface OsArguments {
  readonly json?: boolean | undefined;
}

/** Every system the knowledge base has: short-id, name, id. */
export async function osListCommand(io: Io, args: OsArguments): Promise<ExitStatus> {
  const systems = await listOs();
  if (args.json === true) {
    io.stdout.write(`${JSON.stringify(systems, null, 2)}\n`);
    return EXIT.ok;
  }
  const rows = systems.map(({ shortIds, name, id }) => [shortIds[0] ?? '', name, id] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const [shortId, name, id] of rows) {
    io.stdout.write(`${shortId.padEnd(widths[0] ?? 0)}  ${name.padEnd(widths[1] ?? 0)}  ${id}\n`);
  }
  return EXIT.ok;
}

export interface OsShowArguments extends OsArguments {
  readonly name: string;
}

/** One entry, as votes and drivers are derived from it. */
export async function osShowCommand(io: Io, args: OsShowArguments): Promise<ExitStatus> {
  const profile = await findOs(args.name);
  if (profile === undefined) {
    const near = await suggestOs(args.name);
    throw usageError(
      `The knowledge base does not know ${args.name}.`,
      near === undefined ? 'vm-import os list prints what it knows.' : `Did you mean ${near}?`,
    );
  }
  if (args.json === true) {
    io.stdout.write(`${JSON.stringify(profile, null, 2)}\n`);
    return EXIT.ok;
  }
  const { id, shortIds, name, family, devices, firmware, resources } = profile;
  const amount = (of: { readonly memoryMib?: number; readonly vcpus?: number } | undefined) =>
    of === undefined
      ? 'unknown'
      : [of.memoryMib === undefined ? '' : `${of.memoryMib} MiB`, of.vcpus === undefined ? '' : `${of.vcpus} vCPU`]
          .filter((part) => part !== '')
          .join(', ');
  const lines = [
    `name       ${name}`,
    `id         ${id}`,
    `short-ids  ${shortIds.join(', ')}`,
    `family     ${family ?? 'unknown'}`,
    `devices    ${devices.length === 0 ? 'unknown' : devices.join(', ')}`,
    `firmware   ${firmware.length === 0 ? 'unknown' : firmware.map((record) => `${record.architecture} ${record.type}${record.supported ? '' : ' not supported'}`).join(', ')}`,
    ...Object.entries(resources).flatMap(([architecture, { minimum, recommended }]) => [
      `resources  ${architecture}: minimum ${amount(minimum)}; recommended ${amount(recommended)}`,
    ]),
    `database   ${profile.database}`,
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
  return EXIT.ok;
}
