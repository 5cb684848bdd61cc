import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** What a project says of itself beside its files. */
type Settings = NonNullable<TestProjectInlineConfiguration['test']>;

const project = (
  name: string,
  include: string[],
  settings: Settings = {},
): TestProjectInlineConfiguration => ({
  test: {
    name,
    include,
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    ...settings,
  },
});

const watchLogs = 'test/support/watch-logs.ts';
const sharedPostgres = 'test/support/shared-postgres.ts';
const ofUnits = '{auth,bench,bin,client,core,documents,fakes,realtime,transport}';

/**
 * Three rings. `npm run dev:test` watches the projects `unit*`, which need neither a database nor the stack. `npm test`
 * runs all projects but `slow*`. `npm run test:all` runs those too.
 */
export default defineConfig({
  test: {
    // Two files at once even on two cores: many of the tests wait for processes, more than they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      // One worker runs many files, so that it loads each module once: loading takes longer than these tests.
      project('unit', [`test/${ofUnits}/**/*.test.ts`], { isolate: false }),
      // React, the DOM and the logger keep state in their modules, so each file has a worker of its own.
      project('unit-isolated', [`test/${ofUnits}/**/*.test.tsx`, 'test/platform/**/*.test.ts']),
      project('constructs', ['test/lib/**/*.test.ts'], { isolate: false }),
      project('local', ['test/local/**/*.test.ts'], {
        isolate: false,
        globalSetup: [watchLogs, 'test/support/functions-directory.ts'],
      }),
      project('tables', ['test/tables/**/*.test.ts'], { isolate: false }),
      project('database', ['test/persistence/**/*.test.ts'], { globalSetup: [sharedPostgres] }),
      project('end-to-end', ['test/end-to-end/**/*.test.ts'], {
        globalSetup: [watchLogs, 'test/support/running-system.ts'],
      }),
      project('simulation', ['test/simulation/**/*.test.ts'], {
        // After all others, and one file after the other: each of these files computes on every core.
        sequence: { groupOrder: 1 },
        maxWorkers: 1,
      }),
      project(
        'slow',
        ['test/slow/{client,clients,command-line,own-system,packages,templates}/**/*.test.{ts,tsx}'],
        {
          globalSetup: [watchLogs],
        },
      ),
      project('slow-runtime-client', ['test/slow/runtime-client/**/*.test.ts'], {
        globalSetup: ['test/support/functions-directory.ts', sharedPostgres],
      }),
      project('slow-database', ['test/slow/persistence/**/*.test.ts'], { globalSetup: [sharedPostgres] }),
      project('slow-browser', ['test/slow/{bell,browser,engines}/**/*.test.ts'], {
        globalSetup: [watchLogs],
      }),
      project('slow-faults', ['test/slow/faults/**/*.test.ts'], {
        globalSetup: [watchLogs],
        // These tests wait until what they broke has healed, beside other files on a busy machine.
        testTimeout: 480_000,
        hookTimeout: 480_000,
      }),
    ],
  },
});
