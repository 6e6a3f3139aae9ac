import type { Io } from '../cli/io.ts';
import { main } from '../cli/main.ts';
import { widthOf } from '../cli/width.ts';
import { EXIT } from '../diagnostics/index.ts';
import { systemReason } from '../diagnostics/system-error.ts';

function colorWanted(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
}

const io: Io = {
  // made when it is first asked for
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  color: { stdout: colorWanted(process.stdout), stderr: colorWanted(process.stderr) },
};

let unwritable = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // whoever reads has seen enough (`vm-import ... | head -1`); that is no error
    if (error.code === 'EPIPE' || unwritable) return;
    unwritable = true;
    process.exitCode = EXIT.usage;
    if (stream !== process.stdout) return;
    process.stderr.write(`vm-import: error: stdout cannot be written (${systemReason(error) ?? error.code})\n`);
  });
}

main(process.argv.slice(2), io, widthOf(process.env['COLUMNS'], process.stdout.columns)).then(
  (status) => {
    if (!unwritable) process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`vm-import: this is a bug in vm-import: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = EXIT.bug;
  },
);
