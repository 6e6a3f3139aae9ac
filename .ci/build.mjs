// Builds the package: `dist/` for library users by tsc, and the program as few minified files, because loading yargs,
// xmlbuilder2 and our own modules one by one costs more than running them.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

/** Packages that the main job does not need: each becomes a file of its own, loaded when something asks for it. */
const ON_DEMAND = ['zod', 'yaml', 'execa', '@marcbachmann/cel-js', 'saxes', 'zstddec', 'xz-decompress', 're2js'];

function run(command, args, stdout = 'inherit') {
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}

const vendorFile = (name) => `vendor/${name.replace(/[^a-z-]+/g, '-').replace(/^-/, '')}.cjs`;

const onDemand = {
  name: 'on-demand',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${ON_DEMAND.join('|')})$`) }, ({ path }) => ({
      path: `./${vendorFile(path)}`,
      external: true,
    }));
  },
};

/**
 * string-width, which yargs uses to lay out help, makes an Intl.Segmenter and compiles large expressions while it is
 * loaded: a third of the time of a run that prints no help. Here it is loaded when it is first called.
 */
const lazyStringWidth = {
  name: 'lazy-string-width',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^string-width$/ }, ({ namespace, resolveDir }) =>
      // two versions are installed, so the directory of the importer decides which one it is
      namespace === 'lazy' ? undefined : { path: resolveDir, namespace: 'lazy' },
    );
    onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({
      contents: "let real; export default (...args) => (real ??= require('string-width')).default(...args);",
      resolveDir: path,
    }));
  },
};

/** yargs asserts what always holds; node:assert is loaded for the message when it does not. */
const lazyAssert = {
  name: 'lazy-assert',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?assert$/ }, () => ({ path: 'assert', namespace: 'assert' }));
    onLoad({ filter: /.*/, namespace: 'assert' }, () => ({
      contents: `
        export const strictEqual = (a, b, message) => Object.is(a, b) || require('node:assert/strict').equal(a, b, message);
        export const notStrictEqual = (a, b, message) =>
          Object.is(a, b) && require('node:assert/strict').notEqual(a, b, message);`,
    }));
  },
};

/** zod can word its issues in fifty languages. Ours are our own words, so what it says in English is enough. */
const englishOnly = {
  name: 'english-only',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, () => ({ path: 'locales', namespace: 'none' }));
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export {};' }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  // CommonJS, because only that can be loaded with V8's code cache on Node 20
  format: 'cjs',
  // a script from the code cache has no import(): what is loaded on demand is required
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
};

rmSync(dist, { recursive: true, force: true });
run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);

await build({
  ...common,
  entryPoints: ['src/bin/vm-import.ts'],
  outfile: 'dist/program.cjs',
  plugins: [onDemand, lazyStringWidth, lazyAssert],
  define: { 'import.meta.url': '__moduleUrl' },
  banner: { js: 'const __moduleUrl=require("node:url").pathToFileURL(__filename).href;' },
});
// one character beyond Latin-1 doubles what V8 keeps of the text, at every start
if (/\P{ASCII}/u.test(readFileSync(join(dist, 'program.cjs'), 'utf8'))) throw new Error('program.cjs is not ASCII');
for (const name of ON_DEMAND) {
  await build({
    ...common,
    stdin: { contents: `export * from '${name}';`, resolveDir: root },
    outfile: `dist/${vendorFile(name)}`,
    plugins: name === 'zod' ? [englishOnly] : [],
  });
}

mkdirSync(join(dist, 'bin'), { recursive: true });
copyFileSync(join(root, '.ci', 'launcher.cjs'), join(dist, 'bin', 'vm-import.cjs'));
chmodSync(join(dist, 'bin', 'vm-import.cjs'), 0o755);
for (const job of ['plan', 'policy']) run(process.execPath, [join(root, '.ci', 'make-code-cache.cjs'), job], 'ignore');
