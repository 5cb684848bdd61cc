import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../functions/persistence/migrate.ts';
import { type Postgres, startPostgres } from '../../local/database/postgres.ts';
import { migrationsFolder, runAsOwner } from '../support/database.ts';

const roles = ['belfry_purger', 'belfry_reader', 'belfry_writer'];
let directory: string;
let postgres: Postgres;
/** The statements of the guide, in its order. */
let guide: { ownDatabase: string[]; sharedDatabase: string[]; removal: string[] };

beforeAll(async () => {
  const text = await readFile(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
  const blocks = [...text.matchAll(/```sql\n(.*?)```/gs)].map(([, block = '']) =>
    block.split(';').map((statement) => statement.trim().replace('…', 'owner')).filter(Boolean),
  );
  const [ownDatabase = [], sharedDatabase = [], removal = []] = blocks;
  guide = { ownDatabase, sharedDatabase, removal };
  directory = await mkdtemp(join(tmpdir(), 'belfry-documented-'));
  // A server of its own, whose roles come and go.
  postgres = await startPostgres({
    dataDirectory: join(directory, 'data'),
    port: 0,
    superuser: 'postgres',
    password: 'postgres',
    durable: false,
  });
});

afterAll(async () => {
  await postgres?.stop();
  await rm(directory, { recursive: true, force: true });
});

const urlOf = (user: string, database: string) =>
  Object.assign(new URL(postgres.url()), { username: user, password: user, pathname: database }).href;
async function run(statements: readonly string[], user: string, database: string): Promise<void> {
  for (const statement of statements) await runAsOwner(urlOf(user, database), statement);
}
const asOwner = (database: string) => urlOf('belfry_owner', database).replace(':belfry_owner@', ':owner@');
const migrateIn = (database: string) => {
  const withPassword = (user: string) => [user, urlOf(user, database)] as const;
  const [purger, reader, writer] = roles.map((role) => withPassword(role)[1]) as [string, string, string];
  return migrate(
    { connectionString: asOwner(database) },
    {
      migrationsFolder,
      roles: { belfry_purger: purger, belfry_reader: reader, belfry_writer: writer },
    },
  );
};
