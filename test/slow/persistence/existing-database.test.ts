import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type DatabaseConnection } from '../../../functions/persistence/database.ts';
import { migrate } from '../../../functions/persistence/migrate.ts';
import { createNotificationRepository } from '../../../functions/persistence/notification-repository.ts';
import { createRetentionRepository } from '../../../functions/persistence/retention.ts';
import { startPostgres } from '../../../local/database/postgres.ts';
import { configured } from '../../contracts/notification-repository/suite.ts';
import { testNotificationRepository } from '../../contracts/notification-repository.ts';
import { testRetentionRepository } from '../../contracts/retention-repository.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { migrationsFolder, runAsOwner } from '../../support/database.ts';
import { repositoriesUnderTest } from '../../support/repositories-under-test.ts';

/** The superuser's URL of a fresh server to test instead, such as one of an older PostgreSQL; what is made there is left. */
const givenUrl = process.env.BELFRY_POSTGRES_URL;

// A server of its own, whose roles no other test signs in as; the owner of the database is no superuser.
const name = 'app';
const owner = 'app_owner';
const content = contentOf();
let superuser: string;
let stop = async () => {};

const stringOf = (user: string, password: string) =>
  Object.assign(new URL(superuser), { username: user, password, pathname: name }).href;
const rolesBy = (password: string) => ({
  reader: { connectionString: stringOf('belfry_reader', password) },
  writer: { connectionString: stringOf('belfry_writer', password) },
  purger: { connectionString: stringOf('belfry_purger', password) },
});
const options = { migrationsFolder, installation: name };
const migrateAsOwner = (password: string) =>
  migrate({ connectionString: stringOf(owner, 'owner') }, { ...options, roles: rolesBy(password) });

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

async function whoIs(login: DatabaseConnection): Promise<unknown> {
  const database = createDatabase(login);
  const rows = await database.execute(sql`SELECT current_user AS name`).finally(() => database.close());
  return rows[0]?.name;
}

it('An existing database lets the roles in by the passwords of their connection strings', async () => {
  expect(await whoIs(rolesBy('first').reader)).toBe('belfry_reader');
  expect(await whoIs(rolesBy('first').writer)).toBe('belfry_writer');
  await expect(whoIs(rolesBy('other').writer)).rejects.toThrow('The database');
});

it('It lets them in by new passwords once it was migrated with those, and keeps verifiers only', async () => {
  await migrateAsOwner('second');
  expect(await whoIs(rolesBy('second').writer)).toBe('belfry_writer');
  await expect(whoIs(rolesBy('first').writer)).rejects.toThrow('The database');
  const verifiers = await asSuperuser(`SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'belfry_%'`);
  expect(verifiers.map(({ rolpassword }) => /^SCRAM-SHA-256\$4096:/.test(rolpassword))).toEqual([
    true,
    true,
    true,
  ]);
  await migrateAsOwner('first');
});

it('Its functions work whatever the database has made the default', async () => {
  await asSuperuser(`ALTER DATABASE ${name} SET datestyle = 'SQL, DMY'`);
  await asSuperuser(`ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`);
  await asSuperuser(`ALTER DATABASE ${name} SET search_path = 'elsewhere'`);
  const database = createDatabase(rolesBy('first').writer);
  try {
    expect(
      (
        await database.execute(sql`SELECT
      current_setting('idle_session_timeout') AS idle_session_timeout,
      current_setting('datestyle') AS datestyle,
      current_setting('transaction_isolation') AS isolation,
      current_setting('search_path') AS search_path`)
      )[0],
    ).toEqual({
      idle_session_timeout: '1min',
      datestyle: expect.stringMatching(/^ISO/),
      isolation: 'read committed',
      search_path: 'public',
    });
    const [stored] = await createNotificationRepository(database, { scopes: [] }).create(
      content,
      ruleOf(),
      [randomUUID()],
      null,
    );
    expect(stored).toMatchObject({ created: true });
    await migrateAsOwner('first');
  } finally {
    await database.close();
    await asSuperuser(`ALTER DATABASE ${name} RESET ALL`);
  }
});

it('It takes from roles that sign in by password what would make RDS ask them for a token', async () => {
  await asSuperuser('CREATE ROLE rds_iam');
  await asSuperuser(`GRANT rds_iam TO ${owner} WITH ADMIN OPTION`);
  await runAsOwner(stringOf(owner, 'owner'), 'GRANT rds_iam TO belfry_reader, belfry_writer, belfry_purger');
  await migrateAsOwner('first');
  expect(
    await asSuperuser(`SELECT member::regrole::text FROM pg_auth_members WHERE roleid = 'rds_iam'::regrole`),
  ).toEqual([{ member: owner }]);
  await asSuperuser('DROP ROLE rds_iam');
});

it('It says so if the user that migrates may not make users, and works if they are made by another', async () => {
  await asSuperuser(`CREATE ROLE plain_owner LOGIN PASSWORD 'plain'`);
  await asSuperuser('CREATE DATABASE plain OWNER plain_owner');
  const plain = (user: string) => ({
    connectionString: Object.assign(new URL(stringOf(user, 'plain')), { pathname: 'plain' }).href,
  });
  const roles = {
    reader: plain('plain_reader'),
    writer: plain('plain_writer'),
    purger: plain('plain_purger'),
  };
  const migratePlain = () => migrate(plain('plain_owner'), { ...options, roles });
  await expect(migratePlain()).rejects.toThrow(
    /^The database users could not be made: permission denied.* has CREATEROLE\. Nothing was migrated\. Then run again\.$/,
  );
  for (const [role, limit] of Object.entries({ reader: 30, writer: 30, purger: 5 })) {
    const user = `plain_${role}`;
    await asSuperuser(`CREATE ROLE ${user} LOGIN CONNECTION LIMIT ${limit} PASSWORD 'plain'`);
    for (const setting of [
      "idle_session_timeout = '1min'",
      "DateStyle = 'ISO'",
      "default_transaction_isolation = 'read committed'",
      "lock_timeout = '0'",
      "search_path = 'public'",
    ])
      await asSuperuser(`ALTER ROLE ${user} SET ${setting}`);
  }
  await migratePlain();
});

it('One that cannot hold every character is refused, and says which can', async () => {
  await asSuperuser(
    `CREATE DATABASE latin OWNER ${owner} ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0`,
  );
  const connectionString = Object.assign(new URL(stringOf(owner, 'owner')), { pathname: 'latin' }).href;
  await expect(migrate({ connectionString }, { ...options, roles: rolesBy('first') })).rejects.toThrow(
    "The database has the encoding LATIN1, which cannot store every notification, so nothing was migrated. Use a database that was created with ENCODING 'UTF8', then run again.",
  );
});

testNotificationRepository('A repository in an existing database, as belfry_writer', async () => {
  const database = createDatabase(rolesBy('first').writer);
  return {
    ...(await repositoriesUnderTest(database, (text, values) =>
      runAsOwner(stringOf(owner, 'owner'), text, values),
    )),
    close: () => database.close(),
  };
});

testRetentionRepository('A repository in an existing database, as belfry_purger', async () => {
  const writer = createDatabase(rolesBy('first').writer);
  const purger = createDatabase(rolesBy('first').purger);
  const asTheOwner = (statement: string, values?: unknown[]) =>
    runAsOwner(stringOf(owner, 'owner'), statement, values);
  await asTheOwner('TRUNCATE inboxes, notifications');
  const inboxes = createNotificationRepository(writer, configured);
  return {
    retention: createRetentionRepository(purger),
    inboxes,
    async createAt(user_id, created_at, scope = null, key = null) {
      const [stored] = await inboxes.create(content, ruleOf({ scope }), [user_id], key);
      const id = stored?.notification?.id ?? 0;
      await asTheOwner('UPDATE notifications SET created_at = $2 WHERE id = $1', [id, new Date(created_at)]);
      return id;
    },
    close: async () => {
      await Promise.all([writer.close(), purger.close()]);
    },
  };
});
