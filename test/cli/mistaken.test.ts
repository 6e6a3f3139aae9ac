import { execFileSync } from 'node:child_process';
import { copyFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/mistaken.ts';
import { openTerminal, type Terminal } from './terminal.ts';

let terminal: Terminal;
beforeAll(async () => {
  terminal = await openTerminal();
  await writeFile(
    terminal.path('second.yaml'),
    '# of the site\n\nschema: vm-import/policy@1\nname: second\nrules: []\n',
  );
  await writeFile(terminal.path('second.json'), JSON.stringify({ name: 'second', schema: 'vm-import/policy@1' }));
  await writeFile(terminal.path('disk.json'), Buffer.alloc(4096, 1));
});
afterAll(() => terminal.close());

const REPEAT = 'Write --policy before each of them.';

it.each<[readonly string[], string]>([
  [['disk.qcow2', '--policy', 'site.yaml', 'second.yaml'], `second.yaml is a policy, no disk image. ${REPEAT}`],
  [
    ['get', 'firmware', 'disk.qcow2', '--policy', 'site.yaml', 'second.json'],
    `second.json is a policy, no disk image. ${REPEAT}`,
  ],
  [['inspect', 'site.yaml'], `site.yaml is a policy, no disk image. ${REPEAT}`],
  [['disk.qcow2', 'waivers.yaml'], 'waivers.yaml lists waivers, it is no disk image. Write --waivers before it.'],
  [['--nope', 'disk.qcow2'], 'There is no option --nope.'],
  [['--polcy', 'disk.qcow2'], 'There is no option --polcy. Did you mean --policy?'],
  [['--no-color', '--quiet'], 'Something to work on is missing'],
  [['--help-me'], 'There is no option --help-me.'],
  [['policy', 'lnt', 'site.yaml'], 'There is no command policy lnt. Did you mean vm-import policy lint?'],
  [['policy', 'lnt'], 'There is no command policy lnt. Did you mean vm-import policy lint?'],
  [['policy', 'site.yaml'], 'There is no command policy site.yaml. There is check, lint, list, test, compile, schema.'],
  [['hints', 'gt', 'disk.qcow2'], 'There is no command hints gt. Did you mean vm-import hints get?'],
  [['os', 'shw', 'win11'], 'There is no command os shw. Did you mean vm-import os show?'],
  [['host', 'snapsht', '-o', 'x'], 'There is no command host snapsht. Did you mean vm-import host snapshot?'],
  [
    ['polcy', 'check', 'site.yaml'],
    'There is no command polcy, and no file of that name. Did you mean vm-import policy?',
  ],
  [['inspct', 'disk.qcow2'], 'Did you mean vm-import inspect?'],
])('%j', async (line, words) => {
  const { exit, stdout, stderr } = await terminal.run(line);
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
});

it('a disk may be called as it likes', async () => {
  const { exit } = await terminal.run(['inspect', 'disk.json', '--format', 'raw']);
  expect(exit).toBe(0);
});

it('a fifo that is called like a policy is refused, not waited for', async () => {
  execFileSync('mkfifo', [terminal.path('fifo.json')]);
  expect((await terminal.run(['inspect', 'fifo.json'])).stderr).toContain('[source/not-a-file]');
});

it('a source that is called nearly like a command is read', async () => {
  await copyFile(terminal.path('disk.qcow2'), terminal.path('inspct'));
  expect((await terminal.run(['inspct', '--dry-run'])).exit).toBe(0);
  const behind = await terminal.run(['--dry-run', 'explan']);
  expect([behind.exit, behind.stderr]).toEqual([3, expect.stringContaining('[source/not-found]')]);
});

it.each(['', ...Object.keys(COMMANDS)])('the commands below "%s" are those of its help', async (name) => {
  const { stdout } = await terminal.run([...(name === '' ? [] : [name]), '--help']);
  const listed = [...stdout.matchAll(/^ {2}vm-import ((?:[a-z]+ ?)+)(?= |$)/gm)].map(([, words = '']) => words.trim());
  const below = name === '' ? Object.keys(COMMANDS) : (COMMANDS[name] ?? []);
  const commands = stdout.includes('Commands:') ? listed : [];
  const shown = new Set(commands.map((words) => words.split(' ')[name === '' ? 0 : 1] ?? ''));
  expect([...shown]).toEqual(below);
});
