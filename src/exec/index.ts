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
      encoding: 'buffer',
      stripFinalNewline: false,
      maxBuffer: { stdout: output, stderr: STDERR },
      timeout,
      killSignal: 'SIGKILL',
      reject: false,
    });
    const abandon = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, timeout + GRACE);
    const result = await child.finally(() => clearTimeout(abandon));
    if (!result.failed) return { stdout: decoded(result.stdout) };
    const command = shown([program, ...args].join(' '));
    if (result.code === 'ENOENT') throw new VmImportError(diagnostics.missing({ program, remedy: install }));
    if (result.timedOut) {
      throw new VmImportError(diagnostics['timed-out']({ command, seconds: Math.ceil(timeout / 1000) }));
    }
    if (result.isMaxBuffer) throw new VmImportError(diagnostics['too-much-output']({ command, limit: output }));
    if (result.exitCode === undefined && result.signal === undefined) {
      throw new VmImportError(diagnostics['not-run']({ program, reason: result.code ?? 'unknown reason' }));
    }
    const stderr = decoded(result.stderr);
    const how = result.exitCode === undefined ? `signal ${result.signal}` : `exit status ${result.exitCode}`;
    throw new CommandFailure(diagnostics.failed({ command, how, said: lastLine(stderr) }), stderr);
  };
}

function decoded(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}

const SAID = 300;

/** The last line that says something, without what a terminal would act on. */
function lastLine(text: string): string {
  const lines = text.slice(-4096).split('\n').map(cleanLine);
  const line = lines.findLast((candidate) => candidate !== '') ?? 'it said nothing';
  return line.slice(0, SAID).replace(/\.$/, '');
}
