// Writes docs/schemas/*.schema.json from the zod schemas. `--check` writes nothing and fails when one is stale.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'docs', 'schemas');

// Node 20 does not run TypeScript, so the schemas are bundled in memory
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/schemas.ts'],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  write: false,
  logLevel: 'warning',
});
const code = Buffer.from(outputFiles[0].contents).toString('base64');
const { jsonSchemas } = await import(`data:text/javascript;base64,${code}`);

const check = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });
for (const [kind, schema] of Object.entries(jsonSchemas())) {
  const path = join(folder, `${kind}.schema.json`);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  let current = '';
  try {
    current = readFileSync(path, 'utf8');
  } catch {}
  if (current === text) continue;
  if (check) {
    process.stderr.write(`docs/schemas/${kind}.schema.json is stale: run npm run generate\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
  }
}
