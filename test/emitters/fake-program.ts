import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A directory for PATH in which `name` is a program that prints its arguments, each with a NUL behind it. */
export class FakeProgram {
  readonly #directory = mkdtempSync(join(tmpdir(), 'vm-import-fake-'));

  constructor(name: string) {
    writeFileSync(join(this.#directory, name), '#!/bin/sh\nprintf "%s\\0" "$@"\n', { mode: 0o755 });
  }

  /** What the program is told when a real sh runs the script. */
  argumentsOf(script: string): readonly string[] {
    const PATH = `${this.#directory}${delimiter}${process.env['PATH'] ?? ''}`;
    const output = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', env: { PATH } });
    return output.split('\0').slice(0, -1);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }
}
