// What it costs to plan from an OVA: bytes read and time of a sparse one of 60 GiB beside a small one, `--verify listed`
// of 1 GiB beside sha256sum, and `virt-v2v -i ova --print-source` in the same run. Needs qemu-img; says what it skips.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const ROUNDS = 7;
const MOST_READ = MIB;
const MOST_TIME = 1.3;
const MOST_MEMORY = 256;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = join(root, 'dist', 'bin', 'vm-import.cjs');
const has = (tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status === 0;
if (!has('qemu-img')) {
  process.stdout.write('qemu-img not installed: bundles are not measured\n');
  process.exit(0);
}

const directory = mkdtempSync(join(tmpdir(), 'vm-import-bench-ova-'));
const at = (name) => join(directory, name);
let over = false;
try {
  measure();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
if (over) process.exitCode = 1;

function measure() {
  const disk = at('disk.qcow2');
  run('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '60G']);
  const start = readFileSync(disk);
  const ovf = readFileSync(join(root, 'fixtures', 'cli', 'appliance.ovf'));
  archive('small.ova', [
    ['appliance.ovf', ovf],
    ['appliance-disk1.vmdk', start],
  ]);
  archive('large.ova', [
    ['appliance.ovf', ovf],
    ['appliance-disk1.vmdk', start, 60 * GIB],
  ]);

  const evidence = JSON.parse(run(process.execPath, [program, 'inspect', '--json', '--quiet', at('large.ova')]));
  const [{ bytesRead }] = evidence.sources;
  say('bytes read of an OVA of 60 GiB', `${Math.round(bytesRead / 1024)} KiB`, bytesRead < MOST_READ);

  const small = time(() => run(process.execPath, [program, '--quiet', at('small.ova')]));
  const large = time(() => run(process.execPath, [program, '--quiet', at('large.ova')]));
  say(
    'planning it, beside a small one',
    `${(large / small).toFixed(2)} times (${ms(large)}, ${ms(small)})`,
    large / small <= MOST_TIME,
  );
  if (has('virt-v2v')) {
    const v2v = time(() => run('virt-v2v', ['-i', 'ova', at('small.ova'), '--print-source']), 1);
    say('virt-v2v --print-source of the small one', `${(v2v / small).toFixed(1)} times as long (${ms(v2v)})`, true);
  } else {
    process.stdout.write('virt-v2v is not installed: not compared\n');
  }

  const filling = Buffer.alloc(GIB, start);
  const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
  const manifest = `SHA256(appliance.ovf)= ${digest(ovf)}\nSHA256(appliance-disk1.vmdk)= ${digest(filling)}\n`;
  archive('full.ova', [
    ['appliance.ovf', ovf],
    ['appliance.mf', Buffer.from(manifest)],
    ['appliance-disk1.vmdk', filling],
  ]);
  const verify = time(
    () => run(process.execPath, [program, 'inspect', '--quiet', '--verify', 'listed', at('full.ova')]),
    3,
  );
  const sum = time(() => run('sha256sum', [at('full.ova')]), 3);
  say(
    '--verify listed of 1 GiB, beside sha256sum',
    `${(verify / sum).toFixed(2)} times (${ms(verify)}, ${ms(sum)})`,
    verify <= sum,
  );
  if (has('/usr/bin/time')) {
    const { stderr } = spawnSync('/usr/bin/time', [
      '-f',
      '%M',
      process.execPath,
      program,
      'inspect',
      '--quiet',
      '--verify',
      'listed',
      at('full.ova'),
    ]);
    const peak = Number(String(stderr).trim().split('\n').at(-1)) / 1024;
    say('peak memory of that', `${Math.round(peak)} MiB`, peak < MOST_MEMORY);
  } else {
    process.stdout.write('GNU time is not installed: peak memory is not measured\n');
  }
}

/** A tar archive; a member may be longer than its bytes, and is a hole then. */
function archive(name, members) {
  const file = openSync(at(name), 'w');
  let offset = 0;
  for (const [member, bytes, size = bytes.length] of members) {
    writeSync(file, header(member, size), 0, 512, offset);
    writeSync(file, bytes, 0, bytes.length, offset + 512);
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  ftruncateSync(file, offset + 1024);
  closeSync(file);
}

/** GNU tar: a size beyond 8 GiB in base 256. */
function header(name, size) {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write('0000000\0'.repeat(2), 108);
  if (size < 8 * GIB) {
    block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  } else {
    block.writeUInt8(0x80, 124);
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar  \0', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function run(command, argv) {
  const { status, stdout, stderr } = spawnSync(command, argv, { encoding: 'utf8', maxBuffer: 64 * MIB });
  if (status !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Median of some runs, in milliseconds. */
function time(task, rounds = ROUNDS) {
  const times = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    task();
    return performance.now() - begun;
  }).sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
}

function ms(value) {
  return `${Math.round(value)} ms`;
}

function say(what, found, fine) {
  if (!fine) over = true;
  process.stdout.write(`${what}: ${found}${fine ? '' : ' (over budget)'}\n`);
}
