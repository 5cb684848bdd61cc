import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSystem } from '../../local/system.ts';
import { cachedDirectory, hashOfFiles } from './cached-directory.ts';
import { sources, templateOf } from './templates.ts';

/** What a system keeps in its state directory that is the same for all systems of this project. */
const parts = ['certificate', 'postgres'];

/**
 * Fills a new state directory with a certificate and a database that is migrated. A system that starts on it saves
 * itself `initdb`, all migrations and the making of keys. It runs the migration of its template nevertheless, as every
 * deployment does.
 */
export async function copyMigratedState(stateDirectory: string): Promise<void> {
  const template = await migratedState();
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  await copy(
    parts.map((part) => join(template, part)),
    stateDirectory,
  );
}

/** Copies files with their owners and modes: PostgreSQL refuses to run on a directory of another user. */
export const copy = (paths: readonly string[], into: string) =>
  promisify(execFile)('cp', ['-Rp', ...paths, into]);

/** The state directory of a system that has started and stopped once. */
function migratedState(): Promise<string> {
  const platform = [process.platform, process.arch, process.getuid?.()];
  const key = JSON.stringify([hashOfFiles([...sources, 'local/**/*.ts']), ...platform]);
  return cachedDirectory('states', key, async (stateDirectory) => {
    const system = await startSystem({
      assemblyDirectory: await templateOf(),
      stateDirectory,
      ports: { http: 0, socket: 0, aws: 0, postgres: 0 },
      durable: false,
    });
    await system.stop();
    for (const part of ['aws.sqlite', 'dynamodb', 'secrets.json']) {
      await rm(join(stateDirectory, part), { recursive: true, force: true });
    }
  });
}
