import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../functions/persistence/migrate.ts';
import { startPostgres } from '../../local/database/postgres.ts';
import { migrateOptions, runAsOwner, templateDatabase } from './database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's URL of the PostgreSQL that all test files share. */
    postgresUrl: string;
  }
}

/** Starts one PostgreSQL for the run, with a migrated database in it that `createTestDatabase` copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-test-'));
  const postgres = await startPostgres({
    dataDirectory: join(directory, 'data'),
    port: 0,
    superuser: 'owner',
    password: 'owner',
    durable: false,
  });
  const stop = async () => {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await runAsOwner(postgres.url(), `CREATE DATABASE ${templateDatabase}`);
    const connectionString = postgres.url(undefined, templateDatabase);
    await migrate({ connectionString }, migrateOptions(connectionString, templateDatabase));
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('postgresUrl', postgres.url());
  return stop;
}
