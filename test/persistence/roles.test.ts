import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type DatabaseRole, databaseRoles } from '../../functions/core/deployment.ts';
import { createDatabase } from '../../functions/persistence/database.ts';
import { createTestDatabase, migrateOptions, type TestDatabase } from '../support/database.ts';

describe('the roles that migrate makes', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());

  const as = async (role: DatabaseRole, statement: string) => {
    const database = createDatabase(test.as(role));
    return database.execute(sql.raw(statement)).finally(() => database.close());
  };
  const row = `(user_id, title, body, created_at, updated_at, version) VALUES (gen_random_uuid(), 'a', 'b', now(), now(), 1)`;

  const purge = "SELECT * FROM inbox_purge(gen_random_uuid(), '{1}', now(), now())";

  const changes = [
    `SELECT * FROM inbox_put(ARRAY[gen_random_uuid()], NULL, '{"title":"a","body":"b","metadata":{},"channel":"in_app"}', '', NULL, true)`,
    "SELECT * FROM inbox_mark(gen_random_uuid(), 1, '{unread}', 'read', '{booking}')",
    "SELECT * FROM inbox_mark_many(gen_random_uuid(), '{1}', '{1}', '{unread}', 'read', '{booking}')",
    "SELECT * FROM inbox_mark_matching(gen_random_uuid(), NULL, NULL, NULL, 'unread', 'read', '{booking}')",
    'SELECT * FROM inbox_seen(gen_random_uuid(), 1, NULL)',
    "SELECT * FROM inbox_prefer(gen_random_uuid(), '{}', '{promo}')",
    "SELECT * FROM inbox_snooze(gen_random_uuid(), 1, '{unread}', now())",
    'SELECT * FROM inbox_unsnooze(gen_random_uuid(), 1)',
    "SELECT * FROM inbox_press(gen_random_uuid(), 1, 'accept', '{booking}')",
    "SELECT * FROM inbox_unpress(gen_random_uuid(), 1, 'accept')",
    `SELECT * FROM inbox_update(ARRAY[gen_random_uuid()], 'key', '{"title":"a"}', NULL, true, '{}', '{}')`,
    "SELECT * FROM inbox_retract(ARRAY[gen_random_uuid()], NULL, 'group', '{}')",
    "SELECT * FROM inbox_tick(1, '{}', '{booking}')",
    `SELECT * FROM schedule_put(now(), '{}', '{}', NULL, NULL)`,
    'SELECT schedule_cancel(0, NULL)',
    'UPDATE scheduled SET sent_at = now() WHERE id = 0',
    'DELETE FROM outbox WHERE id = 0',
  ];

  it.each(['reader', 'writer'] as const)('let the %s read', async (role) => {
    expect(await as(role, 'SELECT * FROM inboxes JOIN notifications USING (user_id) WHERE false')).toEqual(
      [],
    );
  });

  it.each([
    'INSERT INTO inboxes (user_id) VALUES (gen_random_uuid())',
    `INSERT INTO notifications ${row}`,
    "UPDATE notifications SET status = 'read'",
    'UPDATE inboxes SET version = 9',
    'DELETE FROM notifications',
    'TRUNCATE inboxes',
    'SELECT * FROM inboxes FOR UPDATE',
    'SELECT * FROM inbox_read_all(gen_random_uuid(), NULL)',
    ...changes,
    purge,
    'CREATE TABLE mine (id integer)',
    'SELECT * FROM belfry.__drizzle_migrations',
  ])('do not let the reader run: %s', async (statement) => {
    await expect(as('reader', statement)).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    'DELETE FROM notifications',
    'DELETE FROM inboxes',
    'TRUNCATE notifications',
    'UPDATE notifications SET user_id = gen_random_uuid()',
    "UPDATE notifications SET idempotency_key = 'forged'",
    "UPDATE notifications SET scope = 'admin'",
    'UPDATE notifications SET created_at = now()',
    "UPDATE activities SET idempotency_key = 'forged'",
    'DELETE FROM activities',
    'UPDATE scheduled SET made_by = NULL',
    'DELETE FROM scheduled',
    'UPDATE inboxes SET floor_version = 9',
    "SELECT setval('notifications_id_seq', 1)",
    purge,
    'CREATE TABLE mine (id integer)',
    'SELECT * FROM belfry.__drizzle_migrations',
  ])('do not let the writer run: %s', async (statement) => {
    await expect(as('writer', statement)).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    'SELECT title FROM notifications',
    'SELECT metadata FROM notifications',
    "UPDATE notifications SET body = 'forged'",
    'UPDATE notifications SET created_at = now()',
    `INSERT INTO notifications ${row}`,
    'INSERT INTO inboxes (user_id) VALUES (gen_random_uuid())',
    'DELETE FROM inboxes',
    'TRUNCATE notifications',
    'SELECT * FROM inbox_read_all(gen_random_uuid(), NULL)',
    ...changes,
    'SELECT idempotency_key, command_hash FROM notifications',
    'SELECT actor_id FROM activities',
    'SELECT command FROM scheduled',
    'SELECT * FROM outbox',
    "UPDATE inboxes SET muted = '{promo}'",
    'CREATE TABLE mine (id integer)',
    'SELECT * FROM belfry.__drizzle_migrations',
  ])('do not let the purger run: %s', async (statement) => {
    await expect(as('purger', statement)).rejects.toMatchObject({ code: '42501' });
  });

  it.each(changes)('let the writer run: %s', async (statement) => {
    await expect(as('writer', statement)).resolves.toBeDefined();
  });

  it('let the purger purge', async () => {
    expect(await as('purger', purge)).toEqual([]);
  });

  it('are no more than roles that may log in', async () => {
    const users = await test.query(
      `SELECT rolname AS name, rolcanlogin AS can_log_in,
        rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS is_mighty
       FROM pg_roles WHERE rolname = ANY ($1) ORDER BY name`,
      [databaseRoles.map(test.userOf)],
    );
    const names = databaseRoles.map(test.userOf).sort();
    expect(users).toEqual(names.map((name) => ({ name, can_log_in: true, is_mighty: false })));
  });
});

describe('the passwords that migrate sets', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase({ empty: true });
    await test.migrate();
  });
  afterAll(() => test.close());

  const readerAt = (changes: { username?: string; password?: string; pathname?: string }) => {
    const { roles } = migrateOptions(test.url, test.userOf('reader').replace(/_reader$/, ''));
    return {
      ...roles,
      reader: { connectionString: Object.assign(new URL(roles.reader.connectionString), changes).href },
    };
  };
  const verifiers = () =>
    test.query('SELECT rolname, rolpassword FROM pg_authid WHERE rolname = ANY ($1)', [
      databaseRoles.map(test.userOf),
    ]);

  it('stay as they are where they let the users in', async () => {
    const before = await verifiers();
    await test.migrate();
    expect(await verifiers()).toEqual(before);
  });

  it('are changed to those of the connection strings, and only a verifier of each is kept', async () => {
    const [before, others] = [await verifiers(), readerAt({ password: 'another' })];
    await test.migrate({ roles: others });
    const after = await verifiers();
    expect(after).not.toEqual(before);
    expect(after.map(({ rolpassword }) => /^SCRAM-SHA-256\$4096:/.test(rolpassword))).toEqual([
      true,
      true,
      true,
    ]);
    await test.migrate();
  });

  it.each([
    ['that is no URL', 'host=db password=secret', /string of the reader must be .*; it is not a URL\.$/],
    [
      'with a % sign that is not encoded',
      'postgres://reader:secret%@db/app',
      /string of the reader must be .*; it has a % sign that begins no encoded character/,
    ],
    ['without a user', 'postgres://:secret@db/app', /string of the reader must be .*; it names no user\.$/],
    [
      'without a password',
      'postgres://reader@db/app',
      /of the reader must be .*; its password must be made of/,
    ],
    ['with umlauts in the password', 'postgres://reader:secretä@db/app', /; its password must be made of/],
    [
      'whose user PostgreSQL would cut off',
      `postgres://${'ä'.repeat(32)}:secret@db/app`,
      /; its user has 64 bytes, and PostgreSQL takes 63\.$/,
    ],
  ])(
    'are refused for a connection string %s, which no message quotes',
    async (_, connectionString, message) => {
      const failure = test.migrate({ roles: { ...readerAt({}), reader: { connectionString } } });
      await expect(failure).rejects.toThrow(message);
      await expect(failure).rejects.not.toThrow('secret');
    },
  );

  it('are tried, so that a connection string which leads nowhere is found when deploying', async () => {
    await expect(test.migrate({ roles: readerAt({ pathname: '/no_such_database' }) })).rejects.toThrow(
      /^The schema is up to date, but test_\w+_reader \(reader\) cannot sign in with its connection string: .*"no_such_database" does not exist\. Correct/,
    );
  });

  it('are tried in the database of the owner, so that one that leads to another is found too', async () => {
    await expect(test.migrate({ roles: readerAt({ pathname: '/postgres' }) })).rejects.toThrow(
      /_reader \(reader\) cannot sign in .*: it leads to postgres \(.*\), and the owner's to test_\w+ \(/,
    );
  });
});

describe('Without the role rds_iam', () => {
  it('a migration for functions with IAM tokens fails, says what to switch on, and changes nothing', async () => {
    const test = await createTestDatabase({ empty: true });
    onTestFinished(() => test.close());
    const auth = { kind: 'iam', region: 'us-east-1' } as const;
    const loginOf = (role: DatabaseRole) =>
      ({ host: 'localhost', port: 1, database: 'belfry', user: test.userOf(role), auth, tls: true }) as const;
    const roles = { reader: loginOf('reader'), writer: loginOf('writer'), purger: loginOf('purger') };
    await expect(test.migrate({ roles })).rejects.toThrow(
      /^The server has no role rds_iam, so no function could sign in .*--enable-iam-database-authentication.*\. Nothing was migrated\. Then run again\.$/,
    );
    expect(await test.query("SELECT to_regnamespace('belfry') AS schema")).toEqual([{ schema: null }]);
    const made = 'SELECT FROM pg_roles WHERE rolname = ANY ($1)';
    expect(await test.query(made, [databaseRoles.map(test.userOf)])).toEqual([]);
  });
});
