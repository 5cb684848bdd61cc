import { defineConfig } from 'vitest/config';

/** The black-box tests against the stack as deployed into an emulator of AWS, and what becomes of such a stack. */
export default defineConfig({
  test: {
    name: 'emulator',
    pool: 'forks',
    // How long a test or a deployment may hang. None has to be as fast as that.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    include: ['test/end-to-end/black-box/**/*.test.ts', 'test/slow/emulator/**/*.test.ts'],
    globalSetup: ['test/support/watch-logs.ts', 'test/slow/emulator/deployed-system.ts'],
    setupFiles: ['test/slow/emulator/skip-what-it-cannot.ts'],
  },
});
