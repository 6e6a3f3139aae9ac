import { OPTIONS } from './options.ts';
import { usageError } from './usage.ts';

/**
 * What yargs would take in silence: a switch with a value it does not understand becomes false, and an option given
 * twice becomes a list. Both are mistakes, and a mistake must not switch off a safety option. Throws a usage error.
 */
export function checkWords(argv: readonly string[]): void {
  const seen = new Set<string>();
  for (const word of argv) {
    if (word === '--') return;
    const [, name = '', value] = /^--([a-z][a-z-]*)(?:=(.*))?$/s.exec(word === '-o' ? '--output' : word) ?? [];
    const option = OPTIONS[name];
    if (option === undefined) continue;
    if ('type' in option && option.type === 'boolean' && value !== undefined && value !== 'true' && value !== 'false') {
      throw usageError(`--${name} is a switch and takes no value.`, `Write --${name} alone.`);
    }
    if (option.array !== true && seen.has(name)) {
      throw usageError(`--${name} is given twice.`, 'Only one of them can count.');
    }
    seen.add(name);
  }
}

/**
 * yargs does not take words behind `--` for positionals; as paths they need no `--`. Nor does it take `-` for the value
 * of an option, unless it is written as one word with it.
 */
export function withoutDashes(argv: readonly string[]): string[] {
  const dashes = argv.indexOf('--');
  if (dashes < 0) {
    const alone = argv.findIndex((word, index) => word === '-' && argv[index - 1] !== '--evidence');
    if (alone >= 0) {
      const hint = 'Name a file; a file that is called - is written ./-.';
      throw usageError('- names no file: nothing but --evidence is read from stdin.', hint);
    }
    return argv.flatMap((word, index) => {
      if (word === '-' && argv[index - 1] === '--evidence') return [];
      return word === '--evidence' && argv[index + 1] === '-' ? ['--evidence=-'] : [word];
    });
  }
  const files = argv.slice(dashes + 1).map((word) => (word.startsWith('-') ? `./${word}` : word));
  return [...withoutDashes(argv.slice(0, dashes)), ...files];
}
