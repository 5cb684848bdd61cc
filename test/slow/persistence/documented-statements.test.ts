import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../functions/persistence/migrate.ts';
import { type Postgres, startPostgres } from '../../../local/database/postgres.ts';
import { migrationsFolder, runAsOwner } from '../../support/database.ts';

type Guide = Record<'ownDatabase' | 'sharedDatabase' | 'formerUsers' | 'removal', string[]>;

let directory: string;
let postgres: Postgres;
let guide: Guide;

beforeAll(async () => {
  guide = await readGuide();
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

/** The statements that the guide to deploying shows, block by block; each role's password is its name. */
async function readGuide(): Promise<Guide> {
  const text = await readFile(join(import.meta.dirname, '../../../docs/deploy.md'), 'utf8');
  const blocks = [...text.matchAll(/```sql\n(.*?)```/gs)].map(([, block = '']) =>
    block
      .split(';')
      .map((statement) => statement.trim().replace('…', 'belfry_owner'))
      .filter((statement) => statement !== ''),
  );
  const [ownDatabase = [], sharedDatabase = [], formerUsers = [], removal = []] = blocks;
  return { ownDatabase, sharedDatabase, formerUsers, removal };
}

const urlOf = (user: string, database: string) =>
  Object.assign(new URL(postgres.url()), { username: user, password: user, pathname: database }).href;

async function run(user: string, database: string, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await runAsOwner(urlOf(user, database), statement);
}

const migrateAsOwner = (database: string, prefix = 'belfry') =>
  migrate(
    { connectionString: urlOf('belfry_owner', database) },
    {
      migrationsFolder,
      installation: database,
      roles: {
        reader: { connectionString: urlOf(`${prefix}_reader`, database) },
        writer: { connectionString: urlOf(`${prefix}_writer`, database) },
        purger: { connectionString: urlOf(`${prefix}_purger`, database) },
      },
    },
  );

/** What of ours is in a database and its server. */
async function remains(database: string): Promise<string[]> {
  const rows = await runAsOwner<{ name: string }>(
    urlOf('postgres', database),
    `SELECT rolname AS name FROM pg_roles WHERE rolname IN ('belfry_reader', 'belfry_writer', 'belfry_purger')
     UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'belfry'
     UNION ALL SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
     UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
  );
  return rows.map(({ name }) => name);
}

describe.each([
  ['of its own', 'ownDatabase', 'belfry'],
  ['that others use too', 'sharedDatabase', 'app'],
] as const)('In an existing database %s, by the statements of the guide', (_, way, database) => {
  beforeAll(async () => {
    if (way === 'sharedDatabase') await run('postgres', 'postgres', ['CREATE DATABASE app']);
    await run('postgres', way === 'sharedDatabase' ? 'app' : 'postgres', guide[way]);
  });
  afterAll(async () => {
    await run('postgres', 'postgres', [`DROP DATABASE ${database}`, 'DROP ROLE belfry_owner']);
  });

  it('an owner with these rights and no more migrates', async () => {
    await migrateAsOwner(database);
    expect(await remains(database)).toEqual(expect.arrayContaining(['inboxes', 'belfry_writer', 'belfry']));
  });

  it('nothing is left of it if it is removed, and it can be made again', async () => {
    await run('belfry_owner', database, guide.removal);
    expect(await remains(database)).toEqual([]);
    await migrateAsOwner(database);
    await run('belfry_owner', database, guide.removal);
  });

  it('the former users can be removed once it has new ones', async () => {
    await migrateAsOwner(database);
    await migrateAsOwner(database, 'new');
    await run('belfry_owner', database, guide.formerUsers);
    expect(await remains(database)).not.toContain('belfry_writer');
    await migrateAsOwner(database, 'new');
    const ofNewUsers = (statement: string) => statement.replaceAll(/belfry_(?!owner)/g, 'new_');
    await run('belfry_owner', database, guide.removal.map(ofNewUsers));
  });

  it('it is said what to do if only the list of migrations was left', async () => {
    await migrateAsOwner(database);
    const dropList = 'DROP SCHEMA belfry CASCADE';
    expect(guide.removal).toContain(dropList);
    const others = guide.removal.filter((statement) => statement !== dropList);
    await run('belfry_owner', database, others);
    await expect(migrateAsOwner(database)).rejects.toThrow(
      /lists migrations that have run, but there is no table inboxes, so nothing was migrated\..+ DROP SCHEMA belfry CASCADE, then run again\.$/,
    );
    await run('belfry_owner', database, [dropList]);
    await migrateAsOwner(database);
    await run('belfry_owner', database, guide.removal);
  });
});
