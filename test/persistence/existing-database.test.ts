import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase } from '../../functions/persistence/database.ts';
import { migrate } from '../../functions/persistence/migrate.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { createRetentionRepository } from '../../functions/persistence/retention.ts';
import { startPostgres } from '../../local/database/postgres.ts';
import { testNotificationRepository } from '../contracts/notification-repository.ts';
import { testRetentionRepository } from '../contracts/retention-repository.ts';
import { migrationsFolder, runAsOwner } from '../support/database.ts';

/** The superuser's URL of a fresh server to test instead, such as one of an older PostgreSQL; what is made there is left. */
const givenUrl = process.env.BELFRY_POSTGRES_URL;

// A server of its own, whose roles no other test signs in as; the owner of the database is no superuser.
const name = 'app';
const owner = 'app_owner';
const content = { actor_id: null, title: 'Hello', body: 'World', metadata: {}, channel: 'in_app' };
let superuser: string;
let stop = async () => {};

const stringOf = (user: string, password: string) =>
  Object.assign(new URL(superuser), { username: user, password, pathname: name }).href;
const rolesBy = (password: string) => ({
  belfry_reader: stringOf('belfry_reader', password),
  belfry_writer: stringOf('belfry_writer', password),
  belfry_purger: stringOf('belfry_purger', password),
});
const migrateAsOwner = (password: string) =>
  migrate({ connectionString: stringOf(owner, 'owner') }, { migrationsFolder, roles: rolesBy(password) });

beforeAll(async () => {
  superuser = givenUrl ?? (await startServer());
  await asSuperuser(`CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD 'owner'`);
  await asSuperuser(`CREATE DATABASE ${name} OWNER ${owner}`);
  await migrateAsOwner('first');
});

afterAll(() => stop());

async function startServer(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-existing-'));
  const postgres = await startPostgres({
    dataDirectory: join(directory, 'data'),
    port: 0,
    superuser: 'postgres',
    password: 'postgres',
    durable: false,
  });
  stop = async () => {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return postgres.url();
}

const asSuperuser = (statement: string) => runAsOwner(superuser, statement);

async function whoIs(connectionString: string): Promise<unknown> {
  const database = createDatabase({ connectionString });
  const rows = await database.execute(sql`SELECT current_user AS name`).finally(() => database.close());
  return rows[0]?.name;
}

it('An existing database lets the roles in by the passwords of their connection strings', async () => {
  expect(await whoIs(rolesBy('first').belfry_reader)).toBe('belfry_reader');
  expect(await whoIs(rolesBy('first').belfry_writer)).toBe('belfry_writer');
  await expect(whoIs(rolesBy('other').belfry_writer)).rejects.toThrow('The database');
});

it('It lets them in by new passwords once it was migrated with those, and keeps verifiers only', async () => {
  await migrateAsOwner('second');
  expect(await whoIs(rolesBy('second').belfry_writer)).toBe('belfry_writer');
  await expect(whoIs(rolesBy('first').belfry_writer)).rejects.toThrow('The database');
  const verifiers = await asSuperuser(`SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'belfry_%'`);
  expect(verifiers.map(({ rolpassword }) => /^SCRAM-SHA-256\$4096:/.test(rolpassword))).toEqual([
    true,
    true,
    true,
  ]);
  await migrateAsOwner('first');
});

it('It ends sessions that wait for too long', async () => {
  const database = createDatabase({ connectionString: rolesBy('first').belfry_reader });
  const [row] = await database.execute(sql`SHOW idle_session_timeout`).finally(() => database.close());
  expect(row).toEqual({ idle_session_timeout: '1min' });
});

testNotificationRepository('A repository in an existing database, as belfry_writer', async () => {
  const database = createDatabase({ connectionString: rolesBy('first').belfry_writer });
  const update = (set: string, values: unknown[]) =>
    runAsOwner(stringOf(owner, 'owner'), `UPDATE inboxes SET ${set} WHERE user_id = $1`, values).then(
      () => {},
    );
  return {
    repository: createNotificationRepository(database),
    raiseFloor: (user_id, version) => update('floor_version = $2', [user_id, version]),
    holdSecond: (user_id) => update("burst_started_at = now() + interval '1 hour'", [user_id]),
    endSecond: (user_id) => update("burst_started_at = now() - interval '1 hour'", [user_id]),
    close: () => database.close(),
  };
});

testRetentionRepository('A repository in an existing database, as belfry_purger', async () => {
  const writer = createDatabase({ connectionString: rolesBy('first').belfry_writer });
  const purger = createDatabase({ connectionString: rolesBy('first').belfry_purger });
  const asTheOwner = (statement: string, values?: unknown[]) =>
    runAsOwner(stringOf(owner, 'owner'), statement, values);
  await asTheOwner('TRUNCATE inboxes, notifications');
  const inboxes = createNotificationRepository(writer);
  return {
    retention: createRetentionRepository(purger),
    inboxes,
    async createAt(user_id, created_at) {
      const [stored] = await inboxes.create(content, [user_id], null);
      const id = stored?.notification.id ?? 0;
      await asTheOwner('UPDATE notifications SET created_at = $2 WHERE id = $1', [id, new Date(created_at)]);
      return id;
    },
    close: async () => {
      await Promise.all([writer.close(), purger.close()]);
    },
  };
});
