import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../../../src/emitters/shell.ts';

describe('shellQuote', () => {
  it('leaves a plain word alone', () => {
    expect(shellQuote('hw_disk_bus=virtio')).toBe('hw_disk_bus=virtio');
  });

  it.each([
    ['', "''"],
    ["it's", "'it'\\''s'"],
    ['>=2.6', "'>=2.6'"],
    ['$(id)', "'$(id)'"],
    ['~root', "'~root'"],
  ])('%j is %s', (argument, quoted) => {
    expect(shellQuote(argument)).toBe(quoted);
  });

  it('comes back from a real sh unchanged', () => {
    const argument = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '!', '\n', ' ', '*', '~', '-', '#', ';') }),
    );
    fc.assert(
      fc.property(
        fc.array(
          argument.map((text) => text.replaceAll('\0', '')),
          { minLength: 1, maxLength: 20 },
        ),
        (words) => {
          const script = `printf '%s\\0' ${words.map(shellQuote).join(' ')}`;
          const output = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
          expect(output).toBe(words.map((word) => `${word}\0`).join(''));
        },
      ),
      { numRuns: 60 },
    );
  });
});
