// How long the whole process takes, against a bare `node -e 0` in alternating runs on the same machine. Prints medians
// and ratios; exits 1 when the main job costs more than the budget. Compare ratios, not milliseconds.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const BUDGET = 2.2;
const RUNS = 41;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = join(root, 'dist', 'bin', 'vm-import.cjs');
const image = join(root, 'fixtures', 'disks', 'qcow2', 'disk.qcow2');

function found(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

const candidates = [
  ['node -e 0', process.execPath, ['-e', '0']],
  ['vm-import disk.qcow2 --emit libvirt-xml', process.execPath, [program, image, '--emit', 'libvirt-xml']],
  ['vm-import disk.qcow2 --os debian12', process.execPath, [program, image, '--os', 'debian12']],
  ['vm-import disk.qcow2 --policy preset:strict', process.execPath, [program, image, '--policy', 'preset:strict']],
  ['vm-import --version', process.execPath, [program, '--version']],
];
const slow = [
  ...(found('virt-install')
    ? [
        [
          'virt-install --import --print-xml',
          'virt-install',
          [
            ...['--connect', 'test:///default', '--name', 'bench', '--memory', '2048', '--osinfo', 'require=off'],
            ...['--import', '--disk', image, '--print-xml', '--dry-run', '--network', 'none'],
          ],
        ],
      ]
    : []),
];

function time([, command, args]) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited ${status}: ${stderr}`);
  return elapsed;
}

function medians(list, runs) {
  const times = new Map(list.map(([title]) => [title, []]));
  for (let run = 0; run < runs; run++) for (const entry of list) times.get(entry[0]).push(time(entry));
  return new Map([...times].map(([title, all]) => [title, all.sort((a, b) => a - b)[Math.floor(all.length / 2)]]));
}

for (const entry of [...candidates, ...slow]) time(entry);
const result = medians(candidates, RUNS);
const bare = result.get(candidates[0][0]);
const job = result.get(candidates[1][0]);
for (const [title, median] of result) {
  process.stdout.write(
    `${title.padEnd(46)} ${median.toFixed(1).padStart(8)} ms  ${(median / bare).toFixed(2)} x node\n`,
  );
}
for (const [title, median] of medians(slow, 5)) {
  process.stdout.write(
    `${title.padEnd(46)} ${median.toFixed(1).padStart(8)} ms  ${(median / job).toFixed(1)} x the main job\n`,
  );
}
if (slow.length === 0) process.stdout.write('virt-install is not installed: not compared\n');
const ratio = job / bare;
process.stdout.write(`main job: ${ratio.toFixed(2)} x node, budget ${BUDGET}\n`);
if (ratio > BUDGET) process.exitCode = 1;
