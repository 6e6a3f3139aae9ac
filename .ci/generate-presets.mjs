// Turns policies/*.yaml into src/policy/presets.generated.ts: checked and with positions, so that a run with presets
// only needs neither a YAML parser nor a schema. `--check` writes nothing and fails when the module is stale.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'policies');
const target = join(root, 'src/policy/presets.generated.ts');

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

const text = `// Generated from policies/*.yaml by .ci/generate-presets.mjs. Do not edit.
import type { PolicyDocument } from './policy.ts';

export const PRESETS: Readonly<Record<string, PolicyDocument>> = ${JSON.stringify(presets, null, 2)};
`;
const current = await readFile(target, 'utf8').catch(() => '');
if (!process.argv.includes('--check')) await writeFile(target, text);
else if (current !== text) {
  process.stderr.write('src/policy/presets.generated.ts is stale; run node .ci/generate-presets.mjs\n');
  process.exit(1);
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
