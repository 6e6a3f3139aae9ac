#!/usr/bin/env node
// Starts the bundled program, and what it loads on demand, from V8's code cache, which was made when the package was
// built. A cache belongs to one version of V8; with any other the files are compiled as usual. Nothing is written at
// run time. The program has two: a run with policies needs functions that no other run should pay for.
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const dist = join(__dirname, '..');
const requireFromDist = createRequire(join(dist, 'program.cjs'));
const loaded = new Map();
const cacheOf = (filename, job) => `${filename}.${job}-${process.versions.v8}-${process.arch}.cache`;

function start(filename, job = 'any') {
  const cache = cacheOf(filename, job);
  let cachedData;
  try {
    cachedData = readFileSync(cache);
  } catch {}
  const script = new Script(wrap(readFileSync(filename, 'utf8')), { filename, cachedData });
  const module = { exports: {} };
  loaded.set(filename, { script, module, cache });
  script.runInThisContext().call(module.exports, module.exports, requireCached, module, filename, dirname(filename));
  return module.exports;
}

function requireCached(id) {
  if (!id.startsWith('./vendor/')) return requireFromDist(id);
  const filename = join(dist, id);
  return loaded.get(filename)?.module.exports ?? start(filename);
}

// the build starts the program through this file too, and saves what V8 has compiled by the end of its run
exports.scripts = () => [...loaded].map(([filename, { script, cache }]) => ({ filename, script, cache }));

const job = process.argv.some((word) => /^(?:--policy\b|policy$)/.test(word)) ? 'policy' : 'plan';
start(join(dist, 'program.cjs'), job);
