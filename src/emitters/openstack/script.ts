import { inLines, scriptOf, shellQuote } from '../shell.ts';
import { idProperty } from './boot.ts';
import type { Image } from './images.ts';
import type { Properties } from './rules.ts';

/** One word of a command: text, or text and behind it the value of a shell variable. */
type Word = string | { readonly text: string; readonly variable: string };

/** The words of a command in lines: an option and its value stand together. */
export type Command = readonly (readonly Word[])[];

function propertyArguments({ startsWith }: Image, properties: Properties): Command {
  return [
    ...Object.entries(properties).map(([name, value]) => ['--property', `${name}=${value}`]),
    ...startsWith.map((part) => ['--property', { text: `${idProperty(part)}=`, variable: idProperty(part) }]),
  ];
}

/**
 * `openstack image create`. Always with --file: without it the client reads an image from standard input, where it
 * finds an empty one in scripts. Of a kernel and a RAM disk it prints the id, for the image that is started with them.
 */
export function createCommand(image: Image): Command {
  return [
    ['openstack', 'image', 'create'],
    ...(image.part === null
      ? []
      : [
          ['--format', 'value'],
          ['--column', 'id'],
        ]),
    ['--disk-format', image.diskFormat],
    ['--container-format', image.containerFormat],
    ['--file', image.file],
    ['--min-disk', String(image.minDisk)],
    ['--min-ram', String(image.minRam)],
    ...propertyArguments(image, image.properties),
    [image.name],
  ];
}

/** What a machine says of itself for people; whoever uploaded the image may have said it better. */
const forPeople = (name: string): boolean => name === 'description';

/** `openstack image set` for the image that is the first argument of the script. What is unknown is left as it is. */
export function setCommand(image: Image): Command {
  const hardware = Object.entries(image.properties).filter(([name]) => !forPeople(name));
  return [
    ['openstack', 'image', 'set'],
    ...(image.minDisk === 0 ? [] : [['--min-disk', String(image.minDisk)]]),
    ...(image.minRam === 0 ? [] : [['--min-ram', String(image.minRam)]]),
    ...propertyArguments(image, Object.fromEntries(hardware)),
    [{ text: '', variable: '1' }],
  ];
}

/** The id of an image that `createCommand` made before. */
export function idCommand({ name }: Image): Command {
  return [['openstack', 'image', 'show'], ['--format', 'value'], ['--column', 'id'], [name]];
}

function quote(word: Word): string {
  if (typeof word === 'string') return shellQuote(word);
  return `${word.text === '' ? '' : shellQuote(word.text)}"$${word.variable}"`;
}

const print = (command: Command): string => inLines(command.map((words) => words.map(quote).join(' ')));

/** A failed command ends the script: an assignment has the status of the command in it. */
const assign = (variable: string, command: Command): string => `${variable}=$(${print(command)})`;

function createLines(image: Image): readonly string[] {
  const { convert, part } = image;
  const create = createCommand(image);
  return [
    ...(convert === null ? [] : [convert.map(shellQuote).join(' ')]),
    part === null ? print(create) : assign(idProperty(part), create),
  ];
}

/** A script that makes the files which are not there yet, and creates all images. */
export function printCreate(images: readonly Image[]): string {
  return scriptOf(images.flatMap(createLines));
}

/** A script that describes the machine to an image in Glance: its argument, else the one of the plan's name. */
export function printSet(images: readonly Image[], boot: Image): string {
  const parts = images.flatMap((image) =>
    image.part === null ? [] : [assign(idProperty(image.part), idCommand(image))],
  );
  const target = `# argument: name or id of the image\n[ $# -gt 0 ] || set -- ${shellQuote(boot.name)}`;
  return scriptOf([target, ...parts, print(setCommand(boot))]);
}
