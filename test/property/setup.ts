import fc from 'fast-check';

/**
 * `npm run fuzz` runs every property far more often than a test run does. fast-check prints the seed and path of what
 * it finds; a found case becomes a named example in the test.
 */
const runs = Number(process.env['FUZZ_RUNS'] ?? '0');
if (runs > 0) fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: runs, interruptAfterTimeLimit: 600_000 });
