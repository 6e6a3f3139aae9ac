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
  const missing = missingTools(tools);
  if (missing.length === 0) {
    describe(title, suite);
    return;
  }
  const reason = `${missing.join(', ')} not installed`;
  if (process.env['CI']) throw new Error(`${title}: ${reason}, and CI is set`);
  process.stderr.write(`SKIPPED ${title}: ${reason}\n`);
  describe.skip(`${title} (skipped: ${reason})`, suite);
}
