import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROGRAM } from './bundle.ts';
import { describeWith } from './tools.ts';

const IMAGE = fileURLToPath(new URL('../../fixtures/disks/qcow2/disk.qcow2', import.meta.url));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vm-import-saved-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const trace = (...words: readonly string[]) => {
  const { status } = spawnSync(
    'strace',
    ['-f', '-o', 'trace', '-e', 'trace=%file', process.execPath, PROGRAM, ...words],
    {
      cwd: directory,
    },
  );
  return { status, calls: readFileSync(join(directory, 'trace'), 'utf8') };
};

describeWith(['strace'], 'evidence that was saved', () => {
  it('has no path that is opened or looked up', () => {
    const { stdout } = spawnSync(process.execPath, [PROGRAM, 'inspect', '--json', IMAGE], { encoding: 'utf8' });
    const evidence = JSON.parse(stdout);
    Object.assign(evidence.disks[0], { path: '/srv/elsewhere/x.vmdk', uri: '/srv/elsewhere/x.vmdk', format: 'vmdk' });
    writeFileSync(join(directory, 'e.json'), JSON.stringify(evidence));
    const { status, calls } = trace('policy', 'check', 'preset:strict', '--evidence', 'e.json');
    expect(status).toBe(0);
    expect(calls).toContain('e.json');
    expect(calls).not.toContain('elsewhere');
    // the image itself is looked up under its path: the trace would show it
    expect(trace('inspect', IMAGE).calls).toContain(IMAGE);
  });
});
