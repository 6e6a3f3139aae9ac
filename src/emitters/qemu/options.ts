import { shellQuote } from '../shell.ts';

/** One option of QEMU: its name, and the word behind it if it takes one. */
export type Option = readonly [name: string, word?: string];

/** Properties by name, in order; undefined ones are left out. */
export interface Properties {
  readonly [name: string]: string | undefined;
}

/**
 * `virtio-net-pci,netdev=nic0`, or without a head `guest=name`. QemuOpts ends a value at a comma unless there are two
 * (util/keyval.c and util/qemu-option.c).
 */
export function word(head: string | null, properties: Properties = {}): string {
  const said = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value.replaceAll(',', ',,')}`],
  );
  return [...(head === null ? [] : [head]), ...said].join(',');
}

/** A script that hands its own arguments on, for `-qmp`, `-daemonize` and the like. */
export function printScript(emulator: string, before: readonly string[], options: readonly Option[]): string {
  const lines = options.map((words) => words.map((part) => shellQuote(part ?? '')).join(' '));
  const command = [`exec ${emulator}`, ...lines, '"$@"'].join(' \\\n  ');
  return `${['#!/bin/sh\nset -eu', ...before, command].join('\n\n')}\n`;
}
