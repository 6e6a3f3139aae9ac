// Writes the style and the script of the HTML report, minified, as strings with the digests that its security policy
// names. `--check` writes nothing and fails when they are stale.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'report', 'html');
const target = join(folder, 'assets.generated.ts');

async function minified(file) {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'page', file)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: file.endsWith('.js') ? 'es2020' : ['chrome120', 'firefox121', 'safari17'],
    charset: 'utf8',
    logLevel: 'warning',
  });
  const text = outputFiles[0].text.trim();
  if (/<\/(style|script)/i.test(text)) throw new Error(`${file} would end its own element`);
  return text;
}

const digest = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
const literal = (text) => `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;

const [style, script] = [await minified('style.css'), await minified('script.js')];
const text = `// Generated from page/ by .ci/generate-page.mjs. Do not edit.

export const STYLE =
  ${literal(style)};
export const STYLE_DIGEST = '${digest(style)}';
export const SCRIPT =
  ${literal(script)};
export const SCRIPT_DIGEST = '${digest(script)}';
`;
let current = '';
try {
  current = readFileSync(target, 'utf8');
} catch {}
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (current !== text) {
  process.stderr.write('src/report/html/assets.generated.ts is stale: run npm run generate\n');
  process.exitCode = 1;
}
