import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/cli/catalogue.generated.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const page = await readFile(new URL('../../docs/waivers.md', import.meta.url), 'utf8');
const block = (language: string) => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? '';

let terminal: Terminal;
beforeAll(async () => {
  terminal = await openTerminal();
  await writeFile(terminal.path('waivers.yaml'), block('yaml'));
});
afterAll(() => terminal.close());

describe('the page about waivers', () => {
  const session = block('console')
    .split(/^\$ vm-import /m)
    .slice(1);

  it('shows what is printed', async () => {
    expect(session).toHaveLength(2);
    for (const part of session) {
      const [line = '', ...output] = part.split('\n');
      const { stderr } = await terminal.run(line.split(' '));
      // the disk of the tests is larger than the policy of the tests likes, whatever it is waived for
      const shown = stderr.split('\n').filter((printed) => !printed.includes('[policy/warned rule site.big]'));
      expect(shown.join('\n')).toBe(output.join('\n'));
    }
  });

  it('names every finding that can be waived although it would end the run', () => {
    for (const [code, { spec }] of catalogue) if (spec.objection === true) expect(page).toContain(`\`${code}\``);
  });
});
