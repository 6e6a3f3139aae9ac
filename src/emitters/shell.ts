/** Words that every POSIX shell takes literally (POSIX.1-2024, XCU 2.2). */
const PLAIN = /^[A-Za-z0-9_/.:,@%+=-]+$/;

/** One argument of a shell command. Within single quotes only the single quote itself is special. */
export function shellQuote(argument: string): string {
  return PLAIN.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** One option of a program: its name, and the word behind it if it takes one. */
export type Option = readonly [name: string, word?: string];

/** One command in several lines. */
export const inLines = (lines: readonly string[]): string => lines.join(' \\\n  ');

/** A command that the arguments of its script are handed on to, for `-qmp`, `--connect` and the like. */
export function commandOf(program: string, options: readonly Option[]): string {
  const lines = options.map((words) => words.map((part) => shellQuote(part ?? '')).join(' '));
  return inLines([program, ...lines, '"$@"']);
}

/** A script of POSIX sh that ends at the first command that fails. */
export function scriptOf(commands: readonly string[]): string {
  return `${['#!/bin/sh\nset -eu', ...commands].join('\n\n')}\n`;
}
