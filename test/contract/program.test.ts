import { spawnSync } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROGRAM } from './bundle.ts';
import { describeWith } from './tools.ts';

let directory: string;
beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'vm-import-program-')));
});
afterAll(() => rm(directory, { recursive: true }));

const at = (name: string) => join(directory, name);

async function qemuImg(...args: string[]): Promise<void> {
  await execa('qemu-img', args, { cwd: directory });
}

function run(...args: string[]) {
  return execa(process.execPath, [PROGRAM, ...args], { cwd: directory, reject: false, stripFinalNewline: false });
}

/** A command line for the shell, in which "$@" is the program. */
function inShell(line: string) {
  return spawnSync('sh', ['-c', line, 'sh', process.execPath, PROGRAM], { cwd: directory, encoding: 'utf8' });
}

describeWith(['qemu-img', 'sh'], 'the built program', () => {
  beforeAll(async () => {
    await qemuImg('create', '-q', '-f', 'qcow2', 'disk.qcow2', '10G');
    await qemuImg('create', '-q', '-f', 'qcow2', '-b', 'disk.qcow2', '-F', 'qcow2', 'overlay.qcow2');
  });

  it('plans a disk that qemu-img made', async () => {
    const { exitCode, stdout, stderr } = await run('disk.qcow2', '--os', 'debian12');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^<domain type="kvm">[\s\S]*<\/domain>\n$/);
    expect(stdout).toContain(`<source file="${at('disk.qcow2')}"/>`);
  });

  it('loads what it needs on demand: zod, yaml, CEL and saxes are found beside it', async () => {
    await writeFile(
      at('site.yaml'),
      'schema: vm-import/policy@1\nname: site\nrules:\n  - id: site.size\n    when: disks[0].virtualSize > 1\n    warn: "{{ disks[0].virtualSize }} bytes"\n',
    );
    const { exitCode, stderr } = await run('disk.qcow2', '--policy', 'site.yaml', '--os', 'debian12');
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('10737418240 bytes')]);
    expect((await run('hints', 'schema')).stdout).toContain('"$schema"');
    await writeFile(at('caps.xml'), '<domainCapabilities><path/></domainCapabilities>');
    expect((await run('disk.qcow2', '--host', 'caps.xml')).stderr).toContain('[host/incomplete]');
  });

  it('ends quietly when its reader has seen enough', () => {
    const { status, stdout, stderr } = inShell('"$@" disk.qcow2 --os debian12 | head -1');
    expect([status, stdout, stderr]).toEqual([0, '<domain type="kvm">\n', '']);
  });

  it('takes a missing value for a usage error, not for a bug', async () => {
    const { exitCode, stderr } = await run('disk.qcow2', '--set');
    expect([exitCode, stderr]).toEqual([2, expect.not.stringContaining('bug')]);
  });

  it('prints a completion script that the shell can read, and answers it', async () => {
    const { exitCode, stdout } = await run('completion');
    expect(exitCode).toBe(0);
    expect((await execa('bash', ['-n'], { input: stdout })).exitCode).toBe(0);
    const answer = await run('--get-yargs-completions', 'vm-import', 'in');
    expect(answer.stdout.split('\n')).toContain('inspect');
    expect(answer.stdout).not.toContain('$0');
  });

  it('ends with 2 when stdout cannot be written, without a stack trace', () => {
    const { status, stderr } = inShell('"$@" disk.qcow2 --quiet > /dev/full');
    expect([status, stderr]).toEqual([2, 'vm-import: error: stdout cannot be written (no space left on device)\n']);
  });

  it('writes through a device instead of replacing it', () => {
    // a pipe of the shell: the one that spawn makes is a socket, and nobody can open that again
    const { status, stdout } = inShell('"$@" disk.qcow2 --quiet -o /dev/stdout | head -n 1');
    expect([status, stdout]).toEqual([0, '<domain type="kvm">\n']);
  });

  it('does not touch what it reads', async () => {
    const before = await execa('sha256sum', ['disk.qcow2', 'overlay.qcow2'], { cwd: directory });
    const { exitCode } = await run('overlay.qcow2', '--allow-backing', '--dry-run', '--verify', 'all');
    expect(exitCode).toBe(0);
    expect((await execa('sha256sum', ['disk.qcow2', 'overlay.qcow2'], { cwd: directory })).stdout).toBe(before.stdout);
  });
});

describeWith(['qemu-img', '/usr/bin/time'], 'hostile files', () => {
  const cases: readonly (readonly [title: string, make: () => Promise<string>])[] = [
    ['a qcow2 that says it has 2^63 bytes', () => patched('size.qcow2', 24, '7fffffffffffffff')],
    ['an L1 table of 2^32 - 1 entries', () => patched('l1.qcow2', 36, 'ffffffff')],
    ['clusters of 2^31 bytes', () => patched('cluster.qcow2', 20, '0000001f')],
    ['2^32 - 1 snapshots', () => patched('snapshots.qcow2', 60, 'ffffffff0000000000010000')],
    ['a header of 2^32 - 1 bytes', () => patched('header.qcow2', 100, 'ffffffff')],
    ['an unknown incompatible feature', () => patched('feature.qcow2', 72, '8000000000000000')],
    ['an L1 table beyond the end', () => patched('outside.qcow2', 40, '00ffffffffff0000')],
    ['a backing file name at the end of the world', () => patched('backing.qcow2', 8, 'fffffffffffffff0000003ff')],
    ['an image that is its own backing file', selfReference],
    ['a text file with a qcow2 name', () => written('text.qcow2', '# Disk DescriptorFile\nversion=1\n')],
    ['nothing', () => written('empty.qcow2', '')],
    ['the first four bytes', () => written('magic.qcow2', 'QFI\xfb')],
  ];

  async function written(name: string, text: string): Promise<string> {
    await writeFile(at(name), Buffer.from(text, 'latin1'));
    return name;
  }

  async function patched(name: string, offset: number, hex: string): Promise<string> {
    await qemuImg('create', '-q', '-f', 'qcow2', name, '1G');
    const file = await import('node:fs/promises').then(({ open }) => open(at(name), 'r+'));
    await file.write(Buffer.from(hex, 'hex'), 0, hex.length / 2, offset);
    await file.close();
    return name;
  }

  async function selfReference(): Promise<string> {
    await qemuImg('create', '-q', '-f', 'qcow2', 'self.qcow2', '1G');
    await qemuImg('rebase', '-u', '-b', 'self.qcow2', '-F', 'qcow2', 'self.qcow2');
    return 'self.qcow2';
  }

  it.each(cases)('%s: exit 3, a finding, no stack trace, under 256 MiB', async (_title, make) => {
    const name = await make();
    const { exitCode, stdout, stderr } = await execa(
      '/usr/bin/time',
      ['-f', 'peak %M KiB', process.execPath, PROGRAM, name, '--allow-backing'],
      { cwd: directory, reject: false },
    );
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^vm-import: error: .* \[[a-z0-9-]+\/[a-z0-9-]+\]$/m);
    expect(stderr).not.toMatch(/^ {4}at |bug/m);
    expect(Number(/peak (\d+) KiB/.exec(stderr)?.[1])).toBeLessThan(256 * 1024);
  });
});
