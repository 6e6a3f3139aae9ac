import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { planDisk, planOf } from '../../../fixtures/emitters/plans.ts';
import { emitter } from '../../../src/emitters/virt-install/emitter.ts';
import { FakeProgram } from '../fake-program.ts';

const program = new FakeProgram('virt-install');
afterAll(() => program.remove());

/** Text with more than its share of what sh, Python's shlex and virt-install give a meaning to. */
const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(...`',"\\=$\`*?;&|<>()~#!- %`.split('')),
      fc.constant('\n'),
    ),
  )
  .map((parts) => parts.join(''));

/** What Python's shlex makes of one word, with the comma as white space: a second description of what escaping undoes. */
function split(word: string): readonly (readonly [string, string])[] {
  const parts: string[] = [''];
  for (const [token] of word.matchAll(/\\[\s\S]|[\s\S]/gu)) {
    if (token === ',') parts.push('');
    else parts.push((parts.pop() ?? '') + (token.length > 1 && token.startsWith('\\') ? token.slice(1) : token));
  }
  return parts.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]);
}

function saidTo(argv: readonly string[], option: string, suboption: string): string | undefined {
  const word = argv[argv.indexOf(option) + 1] ?? '';
  return split(word).find(([name]) => name === suboption)?.[1];
}

const options = (argv: readonly string[]): readonly string[] => argv.filter((word) => word.startsWith('--'));
const without = (text: string, unfit: RegExp): string => text.replace(unfit, '');

describe('the script, run by a real sh', () => {
  const { text: plain } = emitter.emit(planOf({ 'kernel-args': 'a' }, { title: 'a', kernel: '/boot/a' }), {});
  const expected = options(program.argumentsOf(plain ?? ''));

  it('hands names, paths, titles and kernel arguments on unchanged', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (path, title, name) => {
        const plan = planOf(
          { 'kernel-args': `a${without(title, /[^\x20-\x7e]/g)}` },
          {
            name: `n${Array.from(without(name, /[ /\p{Cc}]/gu))
              .slice(0, 40)
              .join('')}`,
            title: `a${title}`,
            disks: [planDisk('disk0', { path: `/srv/${without(path, /[&<>'"\p{Cc}]/gu)}` })],
            kernel: `/boot/${without(title, /\p{Cc}/gu)}`,
          },
        );
        const { text, findings } = emitter.emit(plan, {});
        expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        const argv = program.argumentsOf(text ?? '');
        expect(argv[argv.indexOf('--name') + 1]).toBe(plan.name);
        expect(saidTo(argv, '--disk', 'source.file')).toBe(plan.disks[0]?.path);
        expect(saidTo(argv, '--boot', 'kernel')).toBe(plan.kernel);
        expect(saidTo(argv, '--boot', 'cmdline')).toBe(plan.values['kernel-args']);
        expect(options(argv)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});
