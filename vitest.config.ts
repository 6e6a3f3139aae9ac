import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/contract/**'],
          setupFiles: ['test/property/setup.ts'],
          // properties of readers take seconds on a busy machine, and a fuzz run minutes
          testTimeout: process.env['FUZZ_RUNS'] === undefined ? 30_000 : 900_000,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
    coverage: { provider: 'v8', include: ['src/**'], exclude: ['src/bin/**'] },
  },
});
