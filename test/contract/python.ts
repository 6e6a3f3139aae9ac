import { execFileSync, spawnSync } from 'node:child_process';

/** Debian's modules belong to its own interpreter, which need not be the first one on PATH. */
const INTERPRETERS = ['/usr/bin/python3', 'python3'] as const;

const FIND =
  'import importlib.util, sys; sys.exit(any(importlib.util.find_spec(name) is None for name in sys.argv[1:]))';

/** An interpreter that has the modules; undefined when there is none. They are looked for, not imported. */
export function pythonWith(...modules: readonly string[]): string | undefined {
  return INTERPRETERS.find((python) => spawnSync(python, ['-c', FIND, ...modules]).status === 0);
}

/** The JSON that a program writes, run by the first interpreter that has its modules; undefined where none has. */
export function answerOfPython(
  program: string,
  argv: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): unknown {
  for (const python of INTERPRETERS) {
    const options = { encoding: 'utf8', env, maxBuffer: 256 * 1024 * 1024 } as const;
    const { status, stdout } = spawnSync(python, ['-c', program, ...argv], options);
    if (status === 0) return JSON.parse(stdout);
  }
  return undefined;
}

/** Runs a program that reads JSON from standard input and writes JSON to standard output. */
export function askPython(python: string, program: string, input: unknown): unknown {
  const output = execFileSync(python, ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    // warnings of the libraries about each other
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(output);
}
