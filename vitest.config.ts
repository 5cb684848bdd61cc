import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** What a project says of itself beside its files. */
type Settings = NonNullable<TestProjectInlineConfiguration['test']>;

/** How long a test may hang before it fails. No test has to be as fast as that. */
const longestMs = (ms: number): Settings => ({ testTimeout: ms, hookTimeout: ms });

/** Of tests that start processes, and wait for them on a busy machine. */
const ofProcesses = longestMs(900_000);

const project = (
  name: string,
  include: string[],
  settings: Settings = {},
): TestProjectInlineConfiguration => ({
  test: {
    name,
    include,
    pool: 'forks',
    ...longestMs(30_000),
    // As in test/support/patience.ts.
    expect: { poll: { timeout: 120_000 } },
    ...settings,
  },
});

const watchLogs = 'test/support/watch-logs.ts';
const sharedPostgres = 'test/support/shared-postgres.ts';
const ofUnits = '{auth,bench,bin,client,core,documents,fakes,realtime,transport}';

/**
 * Three rings. `npm run dev:test` watches the projects `unit*`, which need neither a database nor the stack. `npm test`
 * runs all projects but `slow*`. `npm run test:all` runs those too, `slowest` last.
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
      project('constructs', ['test/lib/**/*.test.ts'], { isolate: false, ...ofProcesses }),
      project('local', ['test/local/**/*.test.ts'], {
        ...ofProcesses,
        isolate: false,
        globalSetup: [watchLogs, 'test/support/functions-directory.ts'],
      }),
      project('tables', ['test/tables/**/*.test.ts'], { isolate: false, ...ofProcesses }),
      project('database', ['test/persistence/**/*.test.ts'], {
        ...ofProcesses,
        globalSetup: [sharedPostgres],
      }),
      project('end-to-end', ['test/end-to-end/**/*.test.ts'], {
        ...ofProcesses,
        globalSetup: [watchLogs, 'test/support/running-system.ts'],
      }),
      project('simulation', ['test/simulation/**/*.test.ts'], {
        // After all others, and one file after the other: each of these files computes on every core.
        ...ofProcesses,
        sequence: { groupOrder: 1 },
        maxWorkers: 1,
      }),
      project(
        'slow',
        ['test/slow/{client,clients,command-line,own-system,packages,templates}/**/*.test.{ts,tsx}'],
        {
          ...ofProcesses,
          globalSetup: [watchLogs],
        },
      ),
      project('slow-runtime-client', ['test/slow/runtime-client/**/*.test.ts'], {
        ...ofProcesses,
        globalSetup: ['test/support/functions-directory.ts', sharedPostgres],
      }),
      project('slow-database', ['test/slow/persistence/**/*.test.ts'], {
        ...ofProcesses,
        globalSetup: [sharedPostgres],
        exclude: ['**/postgres-15.test.ts'],
      }),
      // The oldest version that Belfry supports.
      project(
        'slow-database-15',
        ['test/slow/persistence/{postgres-15,stress}.test.ts', 'test/persistence/migrate-outside.test.ts'],
        {
          ...ofProcesses,
          globalSetup: ['test/support/shared-postgres-15.ts'],
        },
      ),
      project('slow-browser', ['test/slow/{bell,browser,engines}/**/*.test.ts'], {
        ...ofProcesses,
        globalSetup: [watchLogs],
      }),
      project('slowest', ['test/slow/faults/**/*.test.ts'], {
        ...ofProcesses,
        globalSetup: [watchLogs],
        // One file after the other, and beside nothing else: a burst takes all of the machine, and the service answers 503 to
        // what a machine does not get done in time.
        sequence: { groupOrder: 2 },
        maxWorkers: 1,
      }),
    ],
  },
});
