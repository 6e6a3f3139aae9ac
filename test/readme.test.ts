import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildQcow2 } from '../fixtures/generate/qcow2.ts';
import { OPTIONS } from '../src/cli/options.ts';
import { openTerminal, type Terminal } from './cli/terminal.ts';
import { withoutDigest } from './emitters/skeletons.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  );
}

/** A command of a console block and what the README says it prints. */
interface Shown {
  readonly command: string;
  readonly output: string;
}

const session: Shown[] = blocks('console').flatMap((block) =>
  block
    .split(/^\$ /m)
    .filter((part) => part !== '')
    .map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    }),
);

/** The README's images lie in /srv/images and were made by qemu-img; offsets inside them are qemu's. */
const neutral = (text: string) =>
  text
    .replaceAll('/srv/images', '<dir>')
    .replaceAll(/header-extension\+0x[0-9a-f]+/g, 'header-extension+0x0')
    .trimEnd();

let terminal: Terminal;
let last = 0;

beforeAll(async () => {
  terminal = await openTerminal();
  const image = buildQcow2({ clusterBits: 16, size: 10 * 1024 ** 3 }).bytes;
  await writeFile(terminal.path('appliance.qcow2'), image);
  const [site = ''] = blocks('yaml');
  await writeFile(terminal.path('site.yaml'), site);
  const hints = session.find(({ command }) => command === 'cat hints.json')?.output ?? '';
  await writeFile(terminal.path('hints.json'), hints);
});
afterAll(() => terminal.close());

async function perform(command: string): Promise<string> {
  const [program = '', ...words] = command.split(' ');
  if (program === 'cat') return readFile(terminal.path(words[0] ?? ''), 'utf8');
  if (program === 'echo') return `${last}\n`;
  if (program === 'head') {
    const text = await readFile(terminal.path(words[1] ?? ''), 'utf8');
    return withoutDigest(text.replaceAll(terminal.directory, '<dir>'))
      .split('\n')
      .slice(0, -Number(words[0]))
      .join('\n');
  }
  expect(program).toBe('vm-import');
  const { exit, stdout, stderr } = await terminal.run(words);
  last = exit;
  return `${stdout}${stderr}`;
}

describe('the README', () => {
  it('shows commands', () => expect(session.length).toBeGreaterThan(10));

  it.each(session.map(({ command, output }) => [command, output] as const))('$ %s', async (command, output) => {
    const printed = neutral(await perform(command));
    // dots on a line of their own stand for lines that are left out
    if (!output.startsWith('  ...\n')) expect(printed).toBe(neutral(output));
    else expect(printed).toContain(neutral(output.slice('  ...\n'.length)));
  });

  it('names no option that does not exist', () => {
    const others = ['silent'];
    // options of other programs stand in the commands that are printed
    const ours = readme
      .replaceAll(/^vm-import: (?:or|first run): .*$/gm, '')
      .replaceAll(/^openstack image create(?:.*\\\n)*/gm, '');
    for (const [, name = ''] of ours.matchAll(/(?<![\w<!-])--([a-z][a-z-]*)/g)) {
      expect([...Object.keys(OPTIONS), ...others]).toContain(name);
    }
  });

  it('links to files that are there', async () => {
    for (const [, path = ''] of readme.matchAll(/\]\(([^)#]+)\)/g)) {
      await readFile(new URL(`../${path}`, import.meta.url));
    }
  });
});
