import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const shared = {
  pool: 'forks',
  testTimeout: 30_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 10_000 } },
} as const;

/** Projects by what they need, so that a pure test never waits for a database: `npx vitest --project pure`. */
export default defineConfig({
  test: {
    // Two files at once even on two cores: many of the tests wait for processes, more than they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          ...shared,
          name: 'pure',
          include: [
            'test/{core,auth,transport,documents,realtime,throttling,platform,client}/**/*.test.{ts,tsx}',
          ],
          exclude: ['test/client/browser/**'],
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts', 'test/client/browser/**/*.test.ts'],
          globalSetup: ['test/support/watch-logs.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          // When all others are done, and one file after the other: each computes on every core, beside which the time-outs
          // of the others would be too short.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
        },
      },
      {
        test: { ...shared, name: 'infrastructure', include: ['test/{lib,bin,local}/**/*.test.ts'] },
      },
      {
        test: {
          ...shared,
          name: 'database',
          include: ['test/{fakes,persistence}/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'end-to-end',
          include: ['test/end-to-end/**/*.test.ts'],
          globalSetup: ['test/support/watch-logs.ts', 'test/support/running-system.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          globalSetup: ['test/support/watch-logs.ts', 'test/support/synthesized-template.ts'],
          // What breaks is waited for until it has healed, beside other files on a busy machine.
          testTimeout: 480_000,
          hookTimeout: 480_000,
        },
      },
    ],
  },
});
