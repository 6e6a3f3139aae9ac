import type { Readable } from 'node:stream';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { cleanLine, shown } from '../facts/text.ts';
import { diagnostics } from './diagnostics.ts';
import { cleanEnvironment } from './environment.ts';

export interface Limits {
  /** Milliseconds until the program is stopped. */
  readonly timeout: number;
  /** Bytes of standard output; of standard error a part is kept. */
  readonly output: number;
}

export interface Command {
  /** Name of a program on PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** What to install where the program is missing, as a sentence. */
  readonly install: string;
}

export interface CommandResult {
  readonly stdout: string;
}

/** Runs one command and gives what it printed. Throws VmImportError (exit 2) for everything but success. */
export type CommandRunner = (command: Command) => Promise<CommandResult>;

/** What a command that failed said on standard error, for whoever can tell failures apart. */
export class CommandFailure extends VmImportError {
  readonly stderr: string;

  constructor(finding: Finding, stderr: string) {
    super(finding);
    this.stderr = stderr;
  }
}

/** Milliseconds until the pipes of a stopped program are closed, which something that it started may hold open. */
const GRACE = 500;
const STDERR = 64 * 1024;

/** Runs programs without a shell and without standard input. A program that takes or prints too much is killed. */
export function commandRunner({ timeout, output }: Limits): CommandRunner {
  return async ({ program, args, install }) => {
    // nothing else needs it, and the main job starts without it
    const { execa } = await import('execa');
    const child = execa(program, args, {
      shell: false,
      preferLocal: false,
      extendEnv: false,
      env: cleanEnvironment(),
      stdin: 'ignore',
      // what execa gathers it also writes into its errors, escaped: 4 MiB become 200
      buffer: false,
      timeout,
      killSignal: 'SIGKILL',
      reject: false,
    });
    const stdout = gathered(child.stdout, output, () => child.kill());
    const errors = gathered(child.stderr, STDERR, () => child.kill());
    const abandon = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, timeout + GRACE);
    const result = await child.finally(() => clearTimeout(abandon));
    const command = shown([program, ...args].join(' '));
    if (stdout.full || errors.full) {
      throw new VmImportError(diagnostics['too-much-output']({ command, limit: stdout.full ? output : STDERR }));
    }
    if (!result.failed) return { stdout: stdout.text() };
    if (result.code === 'ENOENT') throw new VmImportError(diagnostics.missing({ program, remedy: install }));
    if (result.timedOut) {
      throw new VmImportError(diagnostics['timed-out']({ command, seconds: Math.ceil(timeout / 1000) }));
    }
    if (result.exitCode === undefined && result.signal === undefined) {
      throw new VmImportError(diagnostics['not-run']({ program, reason: result.code ?? 'unknown reason' }));
    }
    const stderr = errors.text();
    const how = result.exitCode === undefined ? `signal ${result.signal}` : `exit status ${result.exitCode}`;
    throw new CommandFailure(diagnostics.failed({ command, how, said: lastLine(stderr) }), stderr);
  };
}

interface Gathered {
  /** Whether there was more than is kept. */
  readonly full: boolean;
  text(): string;
}

/** Keeps what a stream brings, up to a limit; says once when that is reached, and drops the rest. */
function gathered(stream: Readable, limit: number, onFull: () => void): Gathered {
  const chunks: Buffer[] = [];
  let size = 0;
  let full = false;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) {
      chunks.push(chunk);
    } else if (!full) {
      full = true;
      chunks.length = 0;
      onFull();
    }
  });
  return {
    get full() {
      return full;
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}

const SAID = 300;

/** The last line that says something, without what a terminal would act on. */
function lastLine(text: string): string {
  const lines = text.slice(-4096).split('\n').map(cleanLine);
  const line = lines.findLast((candidate) => candidate !== '') ?? 'it said nothing';
  return line.slice(0, SAID).replace(/\.$/, '');
}
