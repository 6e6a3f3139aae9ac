import { VmImportError } from '../diagnostics/index.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import { diagnostics } from './diagnostics.ts';

/** An error in how the program was called (exit 2). */
export function usageError(problem: string, hint: string): VmImportError {
  return new VmImportError(diagnostics.usage({ problem, hint }));
}

const HELP = 'vm-import --help shows what there is.';

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What yargs has to say about a command line, as a person would. */
export function yargsComplaint(message: string, argv: readonly string[], options: readonly string[]): VmImportError {
  const [, unknown] = /^Unknown arguments?: (.*)$/.exec(message) ?? [];
  if (unknown !== undefined) {
    // yargs names an option in both spellings, keep-mac and keepMac: the one that was typed counts
    const names = unknown.split(', ').flatMap((name) => [name, kebab(name)]);
    const typed = names.find((name) => argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)));
    if (typed === undefined) {
      return usageError(`There is no command or argument ${names[0]}.`, HELP);
    }
    if (options.includes(typed)) return usageError(`--${typed} is not an option of this command.`, HELP);
    return noSuchOption(typed, options);
  }
  if (message.startsWith('Not enough non-option arguments')) {
    // an option that does not exist took what was meant to be worked on for its value
    const named = argv.flatMap((word) => /^--([a-z][a-z-]*)/.exec(word)?.[1] ?? []);
    const stranger = named.find((name) => !options.includes(name) && !options.includes(name.replace(/^no-/, '')));
    if (stranger !== undefined) return noSuchOption(stranger, options);
    return usageError('Something to work on is missing, for example a disk image.', HELP);
  }
  return usageError(`${message.replace(/\s*\n\s*/g, ' ').replace(/\.$/, '')}.`, HELP);
}

function noSuchOption(name: string, options: readonly string[]): VmImportError {
  const meant = didYouMean(name, options);
  return usageError(`There is no option --${name}.`, meant === undefined ? HELP : `Did you mean --${meant}?`);
}
