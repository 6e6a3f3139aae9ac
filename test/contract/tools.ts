import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, it } from 'vitest';

/** Names of those commands that are not on PATH. */
export function missingTools(tools: readonly string[], PATH = process.env['PATH']): readonly string[] {
  const env = { ...process.env, PATH };
  return tools.filter((tool) => spawnSync('sh', ['-c', 'command -v -- "$1"', 'sh', tool], { env }).status !== 0);
}

/** Those of the files that are not on this machine. */
export function missingFiles(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !existsSync(path));
}

/**
 * A suite that needs real tools. Where one is missing the suite is skipped with the reason in its name, except in CI:
 * there a missing tool fails, so that a contract is never lost in silence.
 */
export function describeWith(tools: readonly string[], title: string, suite: () => void): void {
  describeWithout(missingTools(tools), title, suite);
}

/** The same for what is missing by another test than PATH, such as a module of Python. */
export function describeWithout(missing: readonly string[], title: string, suite: () => void): void {
  if (missing.length === 0) {
    describe(title, suite);
    return;
  }
  const reason = notInstalled(missing);
  if (process.env['CI']) throw new Error(`${title}: ${reason}, and CI is set`);
  describe.skip(skipped(title, reason), suite);
}

/** A single test that needs what may be missing: skipped with the reason in its name, except in CI, where it fails. */
export function itWithout(
  missing: readonly string[],
  title: string,
  test: () => void | Promise<void>,
  timeout?: number,
): void {
  const reason = notInstalled(missing);
  if (missing.length === 0) {
    it(title, test, timeout);
  } else if (process.env['CI']) {
    it(title, () => {
      throw new Error(`${reason}, and CI is set`);
    });
  } else {
    it.skip(skipped(title, reason));
  }
}

/** A test of something that is refused by design, or that no machine for tests can run: skipped in CI, too. */
export function itRefused(title: string, reason: string): void {
  it.skip(skipped(title, reason));
}

const notInstalled = (missing: readonly string[]): string => `${missing.join(', ')} not installed`;

/** The title with the reason, which is printed too: reporters keep quiet about what is skipped. */
function skipped(title: string, reason: string): string {
  process.stderr.write(`SKIPPED ${title}: ${reason}\n`);
  return `${title} (skipped: ${reason})`;
}

/** Not taken from the program: a mistake in its names must not decide which of its plans are tried. */
const EMULATORS: { readonly [architecture: string]: string } = { i686: 'i386', ppc64le: 'ppc64', armv7l: 'arm' };

/** The emulator of an architecture. */
export function emulatorFor(architecture: string): string {
  return `qemu-system-${EMULATORS[architecture] ?? architecture}`;
}

/**
 * What a tool prints. qemu-img times the key derivation of LUKS by CPU time and gives up on a busy machine ("Unable
 * to get accurate CPU usage"): that says nothing about us, so it is asked again. Any other failure is thrown.
 */
export function runTool(name: string, argv: readonly string[], cwd: string): string {
  for (let attempt = 1; ; attempt++) {
    const { status, stdout, stderr } = spawnSync(name, argv, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 256 * 1024 * 1024,
    });
    if (status === 0) return stdout;
    if (!stderr.includes('Unable to get accurate CPU usage') || attempt === 30) {
      throw new Error(`${name} ${argv.join(' ')} failed: ${stderr}`);
    }
  }
}
