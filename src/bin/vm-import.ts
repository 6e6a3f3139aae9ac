import type { Io } from '../cli/io.ts';
import { main } from '../cli/main.ts';

function colorWanted(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
}

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  color: { stdout: colorWanted(process.stdout), stderr: colorWanted(process.stderr) },
};

// whoever reads has seen enough (`vm-import ... | head -1`); that is no error
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

main(process.argv.slice(2), io, process.stdout.columns ?? 100).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`vm-import: this is a bug in vm-import: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 70;
  },
);
