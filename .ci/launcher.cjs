#!/usr/bin/env node
// Starts the bundled program from V8's code cache, which was made when the package was built. A cache belongs to one
// version of V8; with any other the program is compiled as usual. Nothing is written at run time.
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const filename = join(__dirname, '..', 'program.cjs');
let cachedData;
try {
  cachedData = readFileSync(`${filename}.${process.versions.v8}-${process.arch}.cache`);
} catch {}
const script = new Script(wrap(readFileSync(filename, 'utf8')), { filename, cachedData });
const program = { exports: {} };
script
  .runInThisContext()
  .call(program.exports, program.exports, createRequire(filename), program, filename, dirname(filename));
