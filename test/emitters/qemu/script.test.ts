import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { planDisk, planOf } from '../../../fixtures/emitters/plans.ts';
import { emitter } from '../../../src/emitters/qemu/emitter.ts';
import { FakeProgram } from '../fake-program.ts';

const program = new FakeProgram('qemu-system-x86_64');
afterAll(() => program.remove());

/** Text with more than its share of what sh, QemuOpts and JSON give a meaning to. */
const nasty = fc
  .array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...`',"\\=$\`*?;&|<>()~#!- %{}:`.split(''))))
  .map((parts) => parts.join('').replace(/\p{Cc}/gu, ''));

const wordOf = (argv: readonly string[], option: string): string => argv[argv.indexOf(option) + 1] ?? '';

describe('the script, run by a real sh', () => {
  const { text: plain } = emitter.emit(planOf({ 'kernel-args': 'a' }, { kernel: '/boot/a' }), {});
  const expected = program.argumentsOf(plain ?? '').length;

  it('hands names, paths and kernel arguments on unchanged', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (path, args, name) => {
        const plan = planOf(
          { 'kernel-args': `a${args.replace(/[^\x20-\x7e]/g, '')}` },
          {
            name: `n${Array.from(name.replaceAll('/', '')).slice(0, 40).join('')}`,
            disks: [planDisk('disk0', { path: `/srv/${path}` })],
            kernel: `/boot/${path}`,
          },
        );
        const { text, findings } = emitter.emit(plan, {});
        expect(findings).toEqual([]);
        const argv = program.argumentsOf(text ?? '');
        // two commas are one to QEMU, and one would end the value
        expect(wordOf(argv, '-name').slice('guest='.length).split(',,').join('\0')).toBe(
          plan.name.split(',').join('\0'),
        );
        expect(JSON.parse(wordOf(argv, '-blockdev'))).toMatchObject({ file: { filename: `/srv/${path}` } });
        expect(wordOf(argv, '-kernel')).toBe(plan.kernel);
        expect(wordOf(argv, '-append')).toBe(plan.values['kernel-args']);
        expect(argv.length).toBeLessThanOrEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('hands its own arguments on', () => {
    const script = `set -- -S 'a b'\n${plain}`;
    expect(program.argumentsOf(script).slice(-2)).toEqual(['-S', 'a b']);
  });
});
