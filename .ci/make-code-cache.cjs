// Runs a job and saves V8's code cache of the bundled files that it loaded, with every function that it needed. The
// program's is that of the main job, so that no run pays for what it does not need; a job with a policy file is for
// what is loaded on demand.
'use strict';
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const [, , kind] = process.argv;
const image = join(root, 'fixtures', 'disks', 'qcow2', 'disk.qcow2');
const policy = join(root, 'fixtures', 'cli', 'site.yaml');
const jobs = {
  program: [image, '--os', 'debian12'],
  vendor: [image, '--os', 'debian12', '--quiet', '--policy', policy],
};

process.argv = [process.argv[0], 'vm-import', ...jobs[kind]];
process.on('exit', (code) => {
  if (code !== 0) return;
  for (const { filename, script } of launcher.scripts()) {
    if (filename.includes('vendor') !== (kind === 'vendor')) continue;
    writeFileSync(`${filename}.${process.versions.v8}-${process.arch}.cache`, script.createCachedData());
  }
});
const launcher = require(join(root, 'dist', 'bin', 'vm-import.cjs'));
