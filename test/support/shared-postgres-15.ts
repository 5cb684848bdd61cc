import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { accountFor, commandLine } from '../../local/database/postgres-data-directory.ts';
import { share } from './shared-postgres.ts';

/** Where Debian's package postgresql-15 has its programs. It is the oldest version that Belfry supports. */
const binDirectory = '/usr/lib/postgresql/15/bin';

/** Starts the oldest PostgreSQL for the run. If it is not installed, the URL is empty, and the tests are skipped. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const version = 'PostgreSQL 15';
  if (existsSync(binDirectory)) return share(project, { version, binDirectory, initialize });
  project.provide('postgresUrl', '');
  project.provide('postgresVersion', version);
  return async () => {};
}

/** As the local runtime does, but that the oldest version knows no built-in locale. */
async function initialize(dataDirectory: string): Promise<void> {
  const account = await accountFor(dataDirectory);
  await mkdir(dataDirectory, { mode: 0o700 });
  if (account) await chown(dataDirectory, account.uid, account.gid);
  const options = [
    '--auth-local=trust',
    '--auth-host=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ];
  const initdb = [`--pgdata=${dataDirectory}`, '--username=owner', ...options];
  await promisify(execFile)(...commandLine(account, join(binDirectory, 'initdb'), initdb));
}
