import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { VmImportError } from '../../src/diagnostics/index.ts';
import { cleanEnvironment } from '../../src/exec/environment.ts';
import { CommandFailure, commandRunner } from '../../src/exec/index.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exec-'));
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function program(name: string, script: string): Promise<string> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  return name;
}

const LIMITS = { timeout: 60_000, output: 1 << 20 };

async function run(name: string, script: string, args: readonly string[] = [], limits = LIMITS): Promise<string> {
  const command = { program: await program(name, script), args, install: 'Install it.' };
  return (await commandRunner(limits)(command)).stdout;
}

async function failure(running: Promise<unknown>): Promise<VmImportError> {
  const error = await running.catch((caught: unknown) => caught);
  if (!(error instanceof VmImportError)) throw error;
  return error;
}

describe('a program', () => {
  it('gets its arguments as they are, and no input', async () => {
    const args = ['a b', '$(id)', '; rm -rf', "'", '*', 'ä\n'];
    expect(await run('words', 'cat; for word in "$@"; do printf "<%s>" "$word"; done', args)).toBe(
      args.map((word) => `<${word}>`).join(''),
    );
  });

  it('sees little of the environment', async () => {
    vi.stubEnv('SECRET_TOKEN', 'hush');
    vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
    const seen = await run('look', 'env');
    expect(seen).not.toContain('hush');
    expect(seen).toContain('LC_ALL=C\n');
    expect(cleanEnvironment({ HOME: '/root', NODE_OPTIONS: '--inspect' })).toEqual({ LC_ALL: 'C', HOME: '/root' });
  });

  it('that is not there ends with what to install', async () => {
    const error = await failure(
      commandRunner(LIMITS)({ program: 'no-such-program', args: [], install: 'Install it.' }),
    );
    expect(error.finding).toMatchObject({ code: 'exec/missing', exit: 2, args: { remedy: 'Install it.' } });
  });

  it('that may not be run ends with the reason', async () => {
    await program('barred', 'true');
    await chmod(join(folder, 'barred'), 0o644);
    const error = await failure(commandRunner(LIMITS)({ program: 'barred', args: [], install: '' }));
    expect(error.finding).toMatchObject({ code: 'exec/not-run', exit: 2 });
  });

  it('that fails is quoted with its last line, made printable', async () => {
    const error = await failure(run('fails', String.raw`printf 'first\n\033[31merror: no\tway\007.\n\n' >&2; exit 7`));
    expect(error).toBeInstanceOf(CommandFailure);
    expect(error.finding).toMatchObject({
      code: 'exec/failed',
      exit: 2,
      args: { command: 'fails', how: 'exit status 7', said: 'error: no way' },
    });
  });

  it('that fails without a word is told so', async () => {
    const error = await failure(run('mute', 'kill -9 $$'));
    expect(error.finding.args).toMatchObject({ how: 'signal SIGKILL', said: 'it said nothing' });
  });

  it.each([
    ['hangs', 'sleep 60'],
    ['ignores signals', "trap '' TERM INT; sleep 60; sleep 60"],
    ['ends, but leaves a child that holds its output', 'sleep 60 & exit 0'],
  ])('that %s is stopped in time', async (_, script) => {
    const start = performance.now();
    const error = await failure(run('hangs', script, [], { ...LIMITS, timeout: 300 }));
    expect(error.finding).toMatchObject({ code: 'exec/timed-out', exit: 2, args: { seconds: 1 } });
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('that prints without end is stopped', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const error = await failure(run('floods', 'exec yes'));
    expect(error.finding).toMatchObject({ code: 'exec/too-much-output', exit: 2, args: { limit: 1 << 20 } });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  });

  it('that complains without end is stopped', async () => {
    const error = await failure(run('complains', 'exec yes >&2'));
    expect(error.finding.code).toBe('exec/too-much-output');
  });
});
