// What the OS knowledge base costs: a lookup as part of a whole run, and compiling a whole database, beside osinfo-query
// in the same run. Prints medians of CPU time, and elsewhere the best of several runs, because what else the machine does
// only ever adds; exits 1 over a budget. Says what it skips.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { added, cpuTimes, median, Report } from './measure.mjs';

const LOOKUP_MS = 10;
const COMPILE_MS = 3000;
const COMPILE_MIB = 200;
const RUNS = 41;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = join(root, 'dist', 'bin', 'vm-import.cjs');
const image = join(root, 'fixtures', 'disks', 'qcow2', 'disk.qcow2');
const tree = process.env['OSINFO_DB_TREE'] ?? '/usr/share/osinfo';

function time(command, args) {
  const start = process.hrtime.bigint();
  const { status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited ${status}: ${stderr}`);
  return { elapsed, stdout };
}

/** The best of commands that take turns, so that a busy moment of the machine hits all of them. */
function best(commands, runs) {
  for (const [command, ...args] of commands) time(command, args);
  const times = commands.map(() => []);
  for (let run = 0; run < runs; run++) {
    for (const [index, [command, ...args]] of commands.entries()) times[index].push(time(command, args).elapsed);
  }
  return times.map((all) => Math.min(...all));
}

const report = new Report();
const node = process.execPath;

const run = [program, image, '--set', 'memory-mib=2048'];
const { without, withOs } = cpuTimes({ without: run, withOs: [...run, '--os', 'debian12'] }, RUNS);
report.say('CPU time of a run without an OS', median(without), 'ms');
report.say('CPU time of a run with --os debian12', median(withOs), 'ms');
report.say('one OS from the embedded snapshot adds', added(withOs, without), 'ms', LOOKUP_MS);

if (existsSync(tree)) {
  const code = `
    const { compileDatabase } = await import(${JSON.stringify(pathToFileURL(join(root, 'dist/osinfo/compile.js')).href)});
    const start = performance.now();
    const { counts } = compileDatabase([${JSON.stringify(tree)}]);
    const rss = process.resourceUsage().maxRSS / 1024;
    console.log(JSON.stringify({ ms: performance.now() - start, rss, ...counts }));`;
  const runs = [1, 2, 3].map(() => JSON.parse(time(node, ['--input-type=module', '-e', code]).stdout));
  report.say(`compiling all ${runs[0].systems} systems`, Math.min(...runs.map(({ ms }) => ms)), 'ms', COMPILE_MS);
  report.say('  memory of that process', Math.max(...runs.map(({ rss }) => rss)), 'MiB', COMPILE_MIB);
} else {
  process.stdout.write(`there is no ${tree}: compiling is not measured\n`);
}

if (spawnSync('osinfo-query', ['--help'], { stdio: 'ignore' }).status === 0) {
  const [ours, theirs] = best(
    [
      [node, program, 'os', 'show', 'debian11'],
      ['osinfo-query', 'os', 'short-id=debian11'],
    ],
    5,
  );
  report.say('vm-import os show debian11', ours, 'ms');
  report.say('osinfo-query os short-id=debian11', theirs, 'ms');
} else {
  process.stdout.write('osinfo-query is not installed: not compared\n');
}
if (report.over) process.exitCode = 1;
