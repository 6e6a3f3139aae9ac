import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootImage, type Image } from '../../../src/emitters/openstack/images.ts';
import { type Command, createCommand, idCommand, setCommand } from '../../../src/emitters/openstack/script.ts';

/** Writes how many arguments it got, its own name, and the arguments, each ended by NUL; prints an id that is not one word. */
const RECORDER = `#!/bin/sh
printf '%s\\0' "$#" "\${0##*/}" "$@" >> "$RECORD"
for last; do :; done
printf 'id of * %s\\n' "$last"
`;

/** Programs on PATH that only record what they were asked. */
export interface Recorder {
  /** Runs a script with a real sh; the words of each call, the program's name first. Throws when the script fails. */
  run(script: string, argv?: readonly string[]): readonly (readonly string[])[];
  /** The calls of the last run, also of one that failed. */
  calls(): readonly (readonly string[])[];
  dispose(): void;
}

/** `status` is what every program ends with. */
export function makeRecorder(status = 0): Recorder {
  const directory = mkdtempSync(join(tmpdir(), 'vm-import-openstack-'));
  for (const program of ['openstack', 'qemu-img']) {
    writeFileSync(join(directory, program), `${RECORDER}exit ${status}\n`, { mode: 0o755 });
  }
  const record = join(directory, 'record');
  const file = join(directory, 'script.sh');
  const env = { ...process.env, PATH: `${directory}:${process.env['PATH']}`, RECORD: record };
  return {
    run(script, argv = []) {
      writeFileSync(file, script);
      writeFileSync(record, '');
      execFileSync('/bin/sh', [file, ...argv], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      return readCalls(record);
    },
    calls: () => readCalls(record),
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function readCalls(record: string): readonly (readonly string[])[] {
  const words = readFileSync(record, 'utf8').split('\0').slice(0, -1);
  const found: string[][] = [];
  while (words.length > 0) {
    const count = Number(words.shift());
    found.push(words.splice(0, count + 1));
  }
  return found;
}

/** The words of a command with the values of variables in their places. */
function spelled(command: Command, variables: { readonly [name: string]: string }): readonly string[] {
  return command
    .flat()
    .map((word) => (typeof word === 'string' ? word : `${word.text}${variables[word.variable] ?? ''}`));
}

function idsIn(images: readonly Image[]): { readonly [variable: string]: string } {
  return Object.fromEntries(
    images.flatMap(({ part, name }) => (part === null ? [] : [[`${part}_id`, `id of * ${name}`]])),
  );
}

/** What the script that creates the images is meant to call. */
export function meantToCreate(images: readonly Image[]): readonly (readonly string[])[] {
  const ids = idsIn(images);
  return images.flatMap((image) => [
    ...(image.convert === null ? [] : [image.convert]),
    spelled(createCommand(image), ids),
  ]);
}

/** What the script for an image that is there is meant to call. */
export function meantToSet(images: readonly Image[], target: string): readonly (readonly string[])[] {
  const boot = bootImage(images);
  if (boot === undefined) throw new Error('no image to boot from');
  const parts = images.filter(({ part }) => part !== null);
  return [
    ...parts.map((image) => spelled(idCommand(image), {})),
    spelled(setCommand(boot), { ...idsIn(images), 1: target }),
  ];
}
