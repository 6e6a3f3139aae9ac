// What a policy costs: 200 rules of all kinds as part of a whole run, compiled and as YAML, beside the same run without
// a policy file; and the same rules in one process against 10,000 evidences, with the memory that is still held
// afterwards. The budget of a run is for the compiled policy: libraries that parse and check YAML and CEL cost more than
// that before they have read the first rule, which the line of one rule shows. It is 15 ms where Node starts in 40, as
// it does on common machines, and the same share of its start on slower and busier ones. Exits 1 over a budget.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { added, cpuTimes, median, Report } from './measure.mjs';

const ADDED = 15 / 40;
const HELD_MIB = 2;
const RULES = 200;
const RUNS = 21;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = join(root, 'dist', 'bin', 'vm-import.cjs');
const image = join(root, 'fixtures', 'disks', 'qcow2', 'disk.qcow2');

/** What sites write: sizes, systems, limits of the plan, labels and networks, formats. */
const kinds = [
  (n) => `
    title: No disk of more than ${n} TiB
    when: disks.exists(d, d.virtualSize != null && d.virtualSize > ${n} * 1024 * 1024 * 1024 * 1024)
    deny: '{{ size(disks) }} disks, one of them too large'
    remedy: Shrink it.`,
  () => `
    when: os.startsWith("win") && architecture == "x86_64"
    prefer: { machine: [q35] }`,
  (n) => `
    phase: verify
    when: plan["memory-mib"] != null && plan["memory-mib"] > ${100000 + n}
    warn: 'memory {{ plan["memory-mib"] }} MiB'`,
  (n) => `
    limit: { vcpus: { max: ${64 + n} } }`,
  (n) => `
    when: evidence.machine.labels.exists(l, l == "team-${n}") || nics.exists(n, n.network == "net${n}")
    forbid: { video-model: [cirrus] }`,
];
const rules = Array.from({ length: RULES }, (_, at) => `  - id: site.rule-${at}${kinds[at % kinds.length](at + 1)}\n`);
const HEADER = 'schema: vm-import/policy@1\nname: bench\nextends: [preset:default]\n';

const report = new Report();
const house = mkdtempSync(join(tmpdir(), 'bench-policy-'));
try {
  const [one, many] = [join(house, 'one.yaml'), join(house, 'many.yaml')];
  writeFileSync(one, `${HEADER}rules:\n${rules[0]}`);
  writeFileSync(many, `${HEADER}rules:\n${rules.join('')}`);
  const compiled = join(house, 'many.compiled');
  const compiling = spawnSync(process.execPath, [program, 'policy', 'compile', many, '-o', compiled], {
    encoding: 'utf8',
  });
  if (compiling.status !== 0) throw new Error(compiling.stderr);
  const { bare, none, withOne, withMany, withCompiled } = cpuTimes(
    {
      bare: ['-e', '0'],
      none: [program, image],
      withOne: [program, image, '--policy', one],
      withMany: [program, image, '--policy', many],
      withCompiled: [program, image, '--policy', compiled],
    },
    RUNS,
  );
  report.say('CPU time of node -e 0', median(bare), 'ms');
  report.say('CPU time of a run without a policy file', median(none), 'ms');
  report.say(`a compiled policy of ${RULES} rules adds`, added(withCompiled, none), 'ms');
  report.say('  of that of node -e 0', added(withCompiled, none) / median(bare), 'times', ADDED);
  report.say(`a policy of ${RULES} rules as YAML adds`, added(withMany, none), 'ms');
  report.say('a policy of one rule as YAML adds', added(withOne, none), 'ms');
} finally {
  rmSync(house, { recursive: true });
}

const { loadPolicies, verify, vote } = await import(pathToFileURL(join(root, 'dist/policy/index.js')).href);
const { policy } = await loadPolicies(['bench.yaml'], {
  readText: () => Promise.resolve(`${HEADER}rules:\n${rules.join('')}`),
});
if (policy === null) throw new Error('the policy of the benchmark does not load');

function evidence(number) {
  const disk = {
    ...{ uri: `image${number}.qcow2`, path: null, format: 'qcow2', payload: 'disk', fileSize: 1e9, device: false },
    ...{ virtualSize: number % 7 === 0 ? null : 1e9 * (1 + (number % 100)), backing: null, encrypted: false },
    ...{ bootable: true, slice: null, wrapping: [], partitions: [], content: null, proofs: [] },
    details: { version: 3, snapshotCount: number % 3 },
  };
  const nic = { id: 'nic0', model: null, mac: null, network: `net${number % 50}`, uri: null, pointer: null };
  return {
    machine: { name: `vm${number}`, labels: { [`team-${number % 20}`]: 'x' } },
    ...{ sources: [], drivers: [], osNames: [], extensions: {}, votes: [], findings: [] },
    disks: [
      { ...disk, id: 'disk0' },
      { ...disk, id: 'disk1' },
    ],
    nics: [nic],
  };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const held = () => {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

const marks = [1000, 5000, 10_000];
const heaps = [];
const start = process.cpuUsage();
for (let number = 1; number <= marks.at(-1); number++) {
  const context = { evidence: evidence(number), os: number % 2 === 0 ? 'win10' : 'debian12', architecture: 'x86_64' };
  await vote(policy, context);
  await verify(policy, { ...context, plan: { os: context.os, 'memory-mib': 2048, vcpus: 2 } });
  if (marks.includes(number)) heaps.push(held());
}
const { user, system } = process.cpuUsage(start);
const seconds = (user + system) / 1e6;
report.say(`${marks.at(-1)} evidences against ${policy.rules.length} rules`, seconds, 's of CPU time');
report.say('  rules', (marks.at(-1) * policy.rules.length) / seconds / 1000, 'thousand a second');
for (const [index, mark] of marks.entries()) report.say(`  heap held after ${mark}`, heaps[index], 'MiB');
report.say('  heap gained from the first mark to the last', heaps.at(-1) - heaps[0], 'MiB', HELD_MIB);
if (report.over) process.exitCode = 1;
