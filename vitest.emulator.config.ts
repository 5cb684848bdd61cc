import { defineConfig } from 'vitest/config';

/** The black-box tests against the stack as deployed into an emulator of AWS, and what becomes of such a stack. */
export default defineConfig({
  test: {
    name: 'emulator',
    pool: 'forks',
    testTimeout: 60_000,
    // A deployment on a busy machine.
    hookTimeout: 300_000,
    include: ['test/end-to-end/black-box/**/*.test.ts', 'test/slow/emulator/**/*.test.ts'],
    globalSetup: ['test/support/watch-logs.ts', 'test/slow/emulator/deployed-system.ts'],
    setupFiles: ['test/slow/emulator/skip-what-it-cannot.ts'],
  },
});
