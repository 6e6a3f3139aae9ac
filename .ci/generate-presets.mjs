// Turns policies/*.yaml into modules below src/policy/presets/: checked and with positions, so that a run with presets
// only needs neither a YAML parser nor a schema. One module for each, so that a run pays for those that it uses.
// `--check` writes nothing and fails when a module is stale.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'policies');
const target = join(root, 'src/policy/presets');
const HEADER = '// Generated from policies/*.yaml by .ci/generate-presets.mjs. Do not edit.\n';

const { parsePolicy } = await loadParser();
const presets = {};
for (const file of (await readdir(source)).sort()) {
  const name = /^([a-z0-9-]+)\.yaml$/.exec(file)?.[1];
  if (name === undefined) continue;
  const { document, findings } = await parsePolicy(await readFile(join(source, file), 'utf8'), `preset:${name}`);
  for (const finding of findings) {
    process.stderr.write(`${file}:${finding.at[0]?.pointer} ${finding.code} ${JSON.stringify(finding.args)}\n`);
  }
  if (document === null) process.exit(1);
  presets[name] = document;
}

const modules = new Map([
  ['registry.generated.ts', registry(Object.keys(presets))],
  ...Object.entries(presets).map(([name, document]) => [`${name}.generated.ts`, module(document)]),
]);
const present = await readdir(target).catch(() => []);
const current = new Map(
  await Promise.all(present.map(async (file) => [file, await readFile(join(target, file), 'utf8')])),
);
if (process.argv.includes('--check')) {
  const stale = [...new Set([...modules.keys(), ...present])].filter((file) => modules.get(file) !== current.get(file));
  if (stale.length > 0) {
    process.stderr.write(`stale in src/policy/presets: ${stale.join(', ')}; run node .ci/generate-presets.mjs\n`);
    process.exit(1);
  }
} else {
  await mkdir(target, { recursive: true });
  for (const file of present) if (!modules.has(file)) await rm(join(target, file));
  for (const [file, text] of modules) await writeFile(join(target, file), text);
}

function module(document) {
  return `${HEADER}import type { PolicyDocument } from '../policy.ts';

export const PRESET: PolicyDocument = ${laidOut(document)};
`;
}

/** Code stands on one line: nobody reads it, and on lines of its own it would be most of the module. */
function laidOut(document) {
  const codes = [];
  const text = JSON.stringify(document, (key, value) => (key === 'code' ? `code#${codes.push(value) - 1}` : value), 2);
  return text.replace(/"code#(\d+)"/g, (_, at) => JSON.stringify(codes[at]));
}

function registry(names) {
  const entries = names.map((name) => `  '${name}': async () => (await import('./${name}.generated.ts')).PRESET,`);
  return `${HEADER}import type { PolicyDocument } from '../policy.ts';

export const PRESETS: Readonly<Record<string, () => Promise<PolicyDocument>>> = {
${entries.join('\n')}
};
`;
}

/** Node 20 cannot run TypeScript, so the parser is bundled in memory; packages resolve from this checkout. */
async function loadParser() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src/policy/document.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins: [{ name: 'packages', setup: resolvePackages }],
  });
  const [bundle] = outputFiles;
  return import(`data:text/javascript;base64,${Buffer.from(bundle.contents).toString('base64')}`);
}

/** A data: module has no directory to resolve packages from, so they are named by absolute URL. */
function resolvePackages({ onResolve }) {
  onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
    if (kind === 'entry-point' || path.startsWith('node:')) return undefined;
    return { path: import.meta.resolve(path), external: true };
  });
}
