import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Below `test`, so that the configuration of this project, and with it the seeds, applies to what is written there. */
const dir = mkdtempSync(join(ROOT, 'test', 'property', '.kept-'));
const seeds = join(dir, 'seeds.jsonl');
/** The numbers that the property saw. */
const tried = join(dir, 'tried.txt');
afterAll(() => rmSync(dir, { recursive: true }));

/** A property that holds for numbers below `limit`; its second one, that the first does not hide. */
function subject(limit: number): string {
  return `
    import { appendFileSync } from 'node:fs';
    import fc from 'fast-check';
    import { it } from 'vitest';
    it('numbers', () => {
      fc.assert(fc.property(fc.boolean(), () => true));
      fc.assert(fc.property(fc.integer({ min: 0, max: 1e9 }), (n) => { appendFileSync(${JSON.stringify(tried)}, n + ' '); return n < ${limit}; }));
    });
    it('later', () => fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 1e9 }), async (n) => n < ${limit})));
  `;
}

async function run(limit: number, env: Readonly<Record<string, string>>) {
  writeFileSync(join(dir, 'subject.test.ts'), subject(limit));
  writeFileSync(tried, '');
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const { exitCode } = await execa(process.execPath, [vitest, 'run', '--project', 'unit', dir], {
    cwd: ROOT,
    env: { FUZZ_SEEDS: seeds, FUZZ_RUNS: '', ...env },
    reject: false,
  });
  const [first] = readFileSync(tried, 'utf8').split(' ');
  return { exitCode, first, lines: readFileSync(seeds, 'utf8').split('\n').slice(0, -1) };
}

it('a fuzz run keeps what it finds, and every later run tries it first', async () => {
  writeFileSync(seeds, '');
  const ordinary = await run(1000, { FUZZ_RUNS: '0' });
  expect(ordinary).toMatchObject({ exitCode: 1, lines: [] });

  const found = await run(1000, { FUZZ_RUNS: '500' });
  expect(found.exitCode).toBe(1);
  const kept = found.lines.map((line) => JSON.parse(line));
  expect(kept).toMatchObject([
    { property: 1, seed: expect.any(Number), path: expect.any(String), counterexample: '[1000]' },
    { property: 0, seed: expect.any(Number), path: expect.any(String), counterexample: '[1000]' },
  ]);
  expect(kept.map(({ test }) => test.replace(/^.*> /, ''))).toEqual(['numbers', 'later']);

  const again = await run(1000, { FUZZ_RUNS: '0' });
  expect(again).toMatchObject({ exitCode: 1, first: '1000' });

  const repaired = await run(2e9, { FUZZ_RUNS: '0' });
  expect(repaired).toMatchObject({ exitCode: 0, first: '1000' });
}, 120_000);
