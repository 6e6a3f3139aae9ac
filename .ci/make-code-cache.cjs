// Runs a job and saves V8's code cache of the bundled files that it loaded, with every function that it needed. The
// main job is for the program alone, so that no run pays for what it does not need; the one with policies, as YAML and
// compiled, for the program as such runs start it and for what is loaded on demand.
'use strict';
const { spawnSync } = require('node:child_process');
const { copyFileSync, mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { basename, join } = require('node:path');

const root = join(__dirname, '..');
const program = join(root, 'dist', 'bin', 'vm-import.cjs');
const [, , kind] = process.argv;
const image = join(root, 'fixtures', 'disks', 'qcow2', 'disk.qcow2');
const policies = [join(root, 'fixtures', 'policy', 'realistic.yaml'), join(__dirname, 'warm-up.yaml')];

const house = mkdtempSync(join(tmpdir(), 'code-cache-'));
const compiled = join(house, 'policy.compiled');
const jobs = {
  plan: () => [image, '--os', 'debian12'],
  policy: () => {
    // of copies: the program would not take twice what has the same name
    const copies = policies.map((file) => join(house, basename(file)));
    for (const [index, copy] of copies.entries()) copyFileSync(policies[index], copy);
    const compiling = [program, 'policy', 'compile', ...copies, '-o', compiled, '--quiet'];
    const { status } = spawnSync(process.execPath, compiling);
    if (status !== 0) throw new Error(`policy compile ended with ${status}`);
    return [image, '--os', 'debian12', '--quiet', ...[...policies, compiled].flatMap((file) => ['--policy', file])];
  },
};

process.argv = [process.argv[0], 'vm-import', ...jobs[kind]()];
process.on('exit', (code) => {
  rmSync(house, { recursive: true });
  if (code !== 0) {
    process.stderr.write(`the job ${kind} ended with ${code}: no code cache\n`);
    return;
  }
  for (const { filename, script, cache } of launcher.scripts()) {
    if (kind === 'plan' && filename.includes('vendor')) continue;
    writeFileSync(cache, script.createCachedData());
  }
});
const launcher = require(program);
