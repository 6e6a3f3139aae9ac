import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
