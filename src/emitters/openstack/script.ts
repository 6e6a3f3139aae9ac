import { shellQuote } from '../shell.ts';
import type { Image } from './images.ts';

/**
 * The arguments of `openstack image create`. Always with --file: without it the client reads an image from standard
 * input, where it finds an empty one in scripts.
 */
export function createArguments(image: Image): readonly (readonly string[])[] {
  return [
    ['--disk-format', image.diskFormat],
    ['--container-format', image.containerFormat],
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
