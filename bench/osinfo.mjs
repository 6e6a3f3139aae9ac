// What the OS knowledge base costs: a lookup as part of a whole run, and compiling a whole database, beside osinfo-query
// in the same run. Prints medians of CPU time, and elsewhere the best of several runs, because what else the machine does
// only ever adds; exits 1 over a budget. Says what it skips.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

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

let over = false;
function report(title, value, unit, budget) {
  const told = budget === undefined ? '' : `, budget ${budget} ${unit}`;
  process.stdout.write(`${title.padEnd(52)} ${value.toFixed(1).padStart(8)} ${unit}${told}\n`);
  if (budget !== undefined && value > budget) over = true;
}

const node = process.execPath;

// CPU time, not time by the clock: a few milliseconds drown in what else a machine does
const told = 'process.on("exit",()=>{const{user,system}=process.cpuUsage();console.error("cpu",(user+system)/1000)})';
const counted = [node, '--import', `data:text/javascript,${encodeURIComponent(told)}`, program, image];
function cpu(...args) {
  const { status, stderr } = spawnSync(counted[0], [...counted.slice(1), ...args], { encoding: 'utf8' });
  const [, milliseconds] = /^cpu (.*)$/m.exec(stderr) ?? [];
  if (status !== 0 || milliseconds === undefined) throw new Error(stderr);
  return Number(milliseconds);
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const [without, withOs] = [[], []];
for (let run = 0; run < RUNS; run++) {
  without.push(cpu('--set', 'memory-mib=2048'));
  withOs.push(cpu('--set', 'memory-mib=2048', '--os', 'debian12'));
}
report('CPU time of a run without an OS', median(without), 'ms');
report('CPU time of a run with --os debian12', median(withOs), 'ms');
report('one OS from the embedded snapshot adds', median(withOs) - median(without), 'ms', LOOKUP_MS);

if (existsSync(tree)) {
  const code = `
    const { compileDatabase } = await import(${JSON.stringify(pathToFileURL(join(root, 'dist/osinfo/compile.js')).href)});
    const start = performance.now();
    const { counts } = compileDatabase([${JSON.stringify(tree)}]);
    const rss = process.resourceUsage().maxRSS / 1024;
    console.log(JSON.stringify({ ms: performance.now() - start, rss, ...counts }));`;
  const runs = [1, 2, 3].map(() => JSON.parse(time(node, ['--input-type=module', '-e', code]).stdout));
  report(`compiling all ${runs[0].systems} systems`, Math.min(...runs.map(({ ms }) => ms)), 'ms', COMPILE_MS);
  report('  memory of that process', Math.max(...runs.map(({ rss }) => rss)), 'MiB', COMPILE_MIB);
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
  report('vm-import os show debian11', ours, 'ms');
  report('osinfo-query os short-id=debian11', theirs, 'ms');
} else {
  process.stdout.write('osinfo-query is not installed: not compared\n');
}
if (over) process.exitCode = 1;
