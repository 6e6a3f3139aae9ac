import type { Image } from './images.ts';

/** Words that every POSIX shell takes literally (POSIX.1-2024, XCU 2.2). */
const PLAIN = /^[A-Za-z0-9_/.:,@%+=-]+$/;

/** One argument of a shell command. Within single quotes only the single quote itself is special. */
export function shellQuote(argument: string): string {
  return PLAIN.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/**
 * The arguments of `openstack image create`. Always with --file: without it the client reads an image from standard
 * input, where it finds an empty one in scripts.
 */
export function createArguments(image: Image): readonly (readonly string[])[] {
  return [
    ['--disk-format', image.diskFormat],
    ['--container-format', 'bare'],
    ['--file', image.file],
    ['--min-disk', String(image.minDisk)],
    ['--min-ram', String(image.minRam)],
    ...Object.entries(image.properties).map(([name, value]) => ['--property', `${name}=${value}`]),
    [image.name],
  ];
}

function createCommand(image: Image): string {
  const lines = createArguments(image).map((words) => words.map(shellQuote).join(' '));
  return ['openstack image create', ...lines].join(' \\\n  ');
}

export function printScript(images: readonly Image[]): string {
  return `${['#!/bin/sh\nset -eu', ...images.map(createCommand)].join('\n\n')}\n`;
}
