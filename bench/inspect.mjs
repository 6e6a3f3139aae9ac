// What it costs to look at images: positioned reads and bytes for each format, and images per second in one process,
// beside `qemu-img info` run as processes in the same run. Needs qemu-img, sgdisk and mkfs.vfat; says what it skips.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { inspectContent } from '../dist/content/inspect.js';
import { inspectDisk } from '../dist/disks/inspect.js';
import { inspect } from '../dist/index.js';
import { openFile } from '../dist/sources/file.js';

const FORMATS = [
  ['raw'],
  ['qcow2'],
  ['qcow2', 'extended_l2=on'],
  ['vmdk'],
  ['vmdk', 'subformat=streamOptimized'],
  ['vpc', 'subformat=dynamic'],
  ['vpc', 'subformat=fixed'],
  ['vhdx'],
  ['vdi'],
  ['qed'],
  ['parallels'],
];
const BUDGET = 200 * 1024;
const READS = 15;
const MANY = 1000;
const PROCESSES = 100;

const has = (tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status === 0;
const missing = ['qemu-img', 'sgdisk'].filter((tool) => !has(tool));
if (missing.length > 0) {
  process.stdout.write(`${missing.join(' and ')} not installed: images are not measured\n`);
  process.exit(0);
}

/** Looks at one image, and counts the requests to its file. */
async function look(path) {
  const file = await openFile(path);
  let reads = 0;
  const counted = Object.create(file, {
    bytesRead: { get: () => file.bytesRead },
    read: {
      value: (offset, length) => {
        reads += 1;
        return file.read(offset, length);
      },
    },
  });
  const { disk } = await inspectDisk(counted, {
    id: 'disk0',
    claimed: null,
    backingFiles: 'refuse',
    look: (guest) => inspectContent(guest, { disk: 'disk0', uri: path }),
  });
  await file.close();
  return { reads, bytes: file.bytesRead, partitions: disk?.partitions.length ?? 0 };
}

const directory = mkdtempSync(join(tmpdir(), 'vm-import-bench-'));
const run = (command, ...args) => {
  const { status, stderr } = spawnSync(command, args, { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
};

run('truncate', '-s', '64M', 'disk.raw');
run('sgdisk', '-n1:2048:+1M', '-t1:ef02', '-n2:0:0', '-t2:8304', 'disk.raw');
let over = 0;
for (const [format, option] of FORMATS) {
  const name = `disk-${format}-${option ?? 'default'}.img`;
  run('qemu-img', 'convert', '-O', format, ...(option === undefined ? [] : ['-o', option]), 'disk.raw', name);
  const { reads, bytes, partitions } = await look(join(directory, name));
  const ok = bytes <= BUDGET && reads <= READS && partitions === 2;
  if (!ok) over += 1;
  const title = `${format}${option === undefined ? '' : ` ${option}`}`;
  const cost = `${String(reads).padStart(3)} reads ${String(bytes).padStart(8)} bytes`;
  process.stdout.write(`${title.padEnd(32)} ${cost}, ${partitions} partitions${ok ? '' : ' (over budget)'}\n`);
}
process.stdout.write(`identity and partition table: budget ${READS} reads, ${BUDGET} bytes; ${over} over\n`);

run('qemu-img', 'create', '-q', '-f', 'qcow2', '-o', 'cluster_size=4096', 'small.qcow2', '1G');
const small = join(directory, 'small.qcow2');
await inspect([small]);
let start = process.hrtime.bigint();
for (let image = 0; image < MANY; image++) await inspect([small]);
const ours = MANY / (Number(process.hrtime.bigint() - start) / 1e9);
start = process.hrtime.bigint();
for (let image = 0; image < PROCESSES; image++) run('qemu-img', 'info', '--output=json', 'small.qcow2');
const theirs = PROCESSES / (Number(process.hrtime.bigint() - start) / 1e9);
process.stdout.write(
  `inspect in one process: ${ours.toFixed(0)} images/s, qemu-img info as processes: ${theirs.toFixed(0)} images/s\n`,
);
rmSync(directory, { recursive: true });
if (over > 0) process.exitCode = 1;
