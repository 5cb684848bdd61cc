import { defineConfig } from 'vitest/config';

const shared = { pool: 'forks', testTimeout: 30_000, hookTimeout: 60_000 } as const;

/** Projects by what they need, so that a pure test never waits for a database: `npx vitest --project pure`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'pure',
          include: ['test/{core,auth,transport,realtime,throttling,platform,client}/**/*.test.{ts,tsx}'],
        },
      },
      {
        test: { ...shared, name: 'simulation', include: ['test/simulation/**/*.test.ts'] },
      },
      {
        test: { ...shared, name: 'infrastructure', include: ['test/{lib,local}/**/*.test.ts'] },
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
          globalSetup: ['test/support/running-system.ts'],
        },
      },
    ],
  },
});
