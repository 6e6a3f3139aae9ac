import { appendFileSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IRawProperty, Parameters, RunDetails } from 'fast-check';
import { expect, vi } from 'vitest';

/**
 * `npm run fuzz` runs every property far more often than a test run does. What it finds is kept: a line with test,
 * seed and path goes to `fixtures/fuzz-seeds.jsonl`, and every later run, fuzz or not, tries those cases first. A line
 * whose path no longer exists, because the property draws other values now, fails and is to be removed by hand.
 */
interface KeptCase {
  readonly test: string;
  /** Which one of the properties of that test, in their order, from 0. */
  readonly property: number;
  readonly seed: number;
  readonly path: string;
  /** For people; seed and path bring it back. */
  readonly counterexample: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILE = process.env['FUZZ_SEEDS'] ?? fileURLToPath(new URL('../../fixtures/fuzz-seeds.jsonl', import.meta.url));
const RUNS = Number(process.env['FUZZ_RUNS'] ?? '0');
/** A property that is slow on this machine ends with the runs that it has had by then. */
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? '600');
/** Characters of a counterexample that are kept. */
const SHOWN = 2000;

const kept: readonly KeptCase[] = readFileSync(FILE, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));

let test = '';
let property = 0;

/** The property that is asserted now: the test, and how many it has asserted before. */
function place(): Pick<KeptCase, 'test' | 'property'> {
  const { testPath = '', currentTestName = '' } = expect.getState();
  const name = `${relative(ROOT, testPath)} > ${currentTestName}`;
  property = name === test ? property + 1 : 0;
  test = name;
  return { test, property };
}

/** Keeps what a fuzz run finds; a failure of an ordinary run leaves no trace but its report. */
function keeper(at: Pick<KeptCase, 'test' | 'property'>) {
  return (details: RunDetails<unknown>): void => {
    if (RUNS === 0 || details.counterexamplePath === null) return;
    const { seed, counterexamplePath: path, counterexample } = details;
    const one: KeptCase = { ...at, seed, path, counterexample: JSON.stringify(counterexample).slice(0, SHOWN) };
    appendFileSync(FILE, `${JSON.stringify(one)}\n`);
  };
}

/** `fc.assert` with the kept cases of a property before the random ones; all else is fast-check's own. */
vi.mock('fast-check', async (load) => {
  const real = await load<typeof import('fast-check')>();
  type Property = IRawProperty<unknown, boolean>;

  const assert = (tested: Property, asked: Parameters<unknown> = {}): Promise<void> | void => {
    const at = place();
    const found = kept.filter((one) => one.test === at.test && one.property === at.property);
    const replays = found.map(({ seed, path }) => ({ ...asked, seed, path, numRuns: 1, endOnFailure: true }));
    const fuzz = RUNS === 0 ? {} : { numRuns: RUNS, interruptAfterTimeLimit: SECONDS * 1000 };
    const keep = () => ({ onAllRunsComplete: keeper(at) });
    const runs: Parameters<unknown>[] = [...replays, { ...asked, ...fuzz, plugins: [...(asked.plugins ?? []), keep] }];
    if (!tested.isAsync()) {
      for (const run of runs) real.assert(tested, run);
      return;
    }
    return runs.reduce((before, run) => before.then(() => real.assert(tested, run)), Promise.resolve());
  };
  return { ...real, assert, default: { ...real.default, assert } };
});
