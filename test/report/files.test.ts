import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reporters } from '../../src/report/registry.generated.ts';
import { openTerminal, type Terminal } from '../cli/terminal.ts';

let terminal: Terminal;
beforeAll(async () => {
  terminal = await openTerminal();
});
afterAll(() => terminal.close());

const formats = reporters.map(({ id }) => id);

describe('reports beside an artefact', () => {
  it('are written into a file each, all at once, and are what --dry-run prints', async () => {
    const requests = formats.flatMap((id) => ['--report', `${id}=report.${id}`]);
    const line = ['disk.qcow2', '--os', 'debian12'];
    const { exit, stdout } = await terminal.run([...line, ...requests]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^<domain/);
    for (const id of formats) {
      const printed = await terminal.run([...line, '--dry-run', '--report', id]);
      const written = await readFile(terminal.path(`report.${id}`), 'utf8');
      expect([id, written.replaceAll(terminal.directory, '<dir>')]).toEqual([id, printed.stdout]);
    }
  });

  it('are written where there is no artefact', async () => {
    const line = ['cut.qcow2', '--quiet', '--report', 'junit=no.xml', '--report', 'sarif=no.sarif'];
    const { exit, stdout } = await terminal.run(line);
    expect([exit, stdout]).toEqual([3, '']);
    expect(await readFile(terminal.path('no.xml'), 'utf8')).toContain('errors="1"');
    expect(await readFile(terminal.path('no.sarif'), 'utf8')).toContain('"exitCode": 3');
  });

  it('are all named by the help', async () => {
    const { stdout } = await terminal.run(['--help']);
    expect(stdout.replace(/\s+/g, ' ')).toContain(formats.join(', '));
  });
});
