import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from './terminal.ts';

let terminal: Terminal;
beforeAll(async () => {
  terminal = await openTerminal();
  const policy = (name: string, ...lines: readonly string[]) =>
    ['schema: vm-import/policy@1', `name: ${name}`, ...lines, ''].join('\n');
  const rule = (id: string) => [`  - id: ${id}`, '    warn: x'];
  await mkdir(terminal.path('both'));
  await writeFile(terminal.path('both/10-base.yaml'), policy('base', 'rules:', ...rule('base.a'), ...rule('base.b')));
  await writeFile(
    terminal.path('trial.yaml'),
    policy('trial', 'mode: audit', 'extends: [both]', 'overrides:', '  base.a: off'),
  );
});
afterAll(() => terminal.close());

const LINE = ['policy', 'list', 'trial.yaml', 'both'];

describe('policy list, where a policy in audit mode changes one that is enforced', () => {
  it('does not call a rule off that is off only in the trial', async () => {
    const { stdout } = await terminal.run(LINE);
    expect(stdout).not.toContain('Switched off');
    expect(stdout).toMatch(
      / {2}base\.a at .*10-base\.yaml:4:5\n(?: {6}.*\n)* {6}in audit mode off by .*trial\.yaml:6:3/,
    );
    expect(stdout).toMatch(/ {2}base\.b at /);
  });

  it('does not call documents tried out that are enforced too, whichever way comes first', async () => {
    for (const line of [LINE, ['policy', 'list', 'both', 'trial.yaml']]) {
      const { documents, off, rules } = JSON.parse((await terminal.run([...line, '--json'])).stdout);
      expect(documents.map(({ name, mode }: { name: string; mode: string }) => [name, mode]).toSorted()).toEqual([
        ['base', 'enforce'],
        ['trial', 'audit'],
      ]);
      expect([off, rules.length]).toEqual([[], 2]);
    }
  });
});
