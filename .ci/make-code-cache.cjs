// Runs the main job once and saves V8's code cache of the bundled program, with every function that the job needed.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const root = join(__dirname, '..');
const filename = join(root, 'dist', 'program.cjs');
const script = new Script(wrap(readFileSync(filename, 'utf8')), { filename });
process.argv = [
  process.argv[0],
  'vm-import',
  join(root, 'fixtures', 'disks', 'qcow2', 'disk.qcow2'),
  '--os',
  'debian12',
];
process.on('exit', (code) => {
  if (code !== 0) return;
  writeFileSync(`${filename}.${process.versions.v8}-${process.arch}.cache`, script.createCachedData());
});
const program = { exports: {} };
script
  .runInThisContext()
  .call(program.exports, program.exports, createRequire(filename), program, filename, dirname(filename));
