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
    /** Its name and major version. */
    postgresVersion: string;
  }
}

/** Starts one PostgreSQL for the run, with a migrated database in it that `createTestDatabase` copies. */
export default (project: TestProject): Promise<() => Promise<void>> =>
  share(project, { version: 'PostgreSQL 18' });

/**
 * Starts and shares a PostgreSQL.
 * @param options.binDirectory where its programs are; left out, those of the npm package
 * @param options.initialize makes its data directory; left out, the start does
 */
export async function share(
  project: TestProject,
  {
    version,
    binDirectory,
    initialize,
  }: {
    version: string;
    binDirectory?: string;
    initialize?: (dataDirectory: string) => Promise<void>;
  },
): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-test-'));
  const dataDirectory = join(directory, 'data');
  await initialize?.(dataDirectory);
  const postgres = await startPostgres({
    dataDirectory,
    ...(binDirectory !== undefined && { binDirectory }),
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
  project.provide('postgresVersion', version);
  return stop;
}
