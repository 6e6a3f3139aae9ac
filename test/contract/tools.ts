import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** Names of those commands that are not on PATH. */
export function missingTools(tools: readonly string[]): readonly string[] {
  return tools.filter((tool) => spawnSync('sh', ['-c', 'command -v -- "$1"', 'sh', tool]).status !== 0);
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
  const reason = `${missing.join(', ')} not installed`;
  if (process.env['CI']) throw new Error(`${title}: ${reason}, and CI is set`);
  process.stderr.write(`SKIPPED ${title}: ${reason}\n`);
  describe.skip(`${title} (skipped: ${reason})`, suite);
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
