import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDatabase } from '../../functions/persistence/database.ts';
import { migrate } from '../../functions/persistence/migrate.ts';
import { fatalResponse } from '../../local/database/postgres-wire.ts';
import {
  createTestDatabase,
  migrationsFolder,
  rolePassword,
  runAsOwner,
  type TestDatabase,
} from '../support/database.ts';

describe('migrate', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase({ empty: true });
  });
  afterEach(() => test.close());

  const applied = () => test.query('SELECT hash FROM belfry.__drizzle_migrations ORDER BY created_at');
  const tables = async () => {
    const rows = await test.query(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
    );
    return rows.map(({ relname }) => relname).sort();
  };

  it('runs every migration once, however often it is called', async () => {
    await migrate(test.connection, { migrationsFolder });
    const first = await applied();
    await migrate(test.connection, { migrationsFolder });
    expect(await applied()).toEqual(first);
    expect(first).toHaveLength(
      JSON.parse(await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8')).entries.length,
    );
    expect(await tables()).toEqual(['inboxes', 'notifications']);
  });

  it('runs every migration once, when called several times at once', async () => {
    await Promise.all(Array.from({ length: 4 }, () => migrate(test.connection, { migrationsFolder })));
    await migrate(test.connection, { migrationsFolder });
    expect(await tables()).toEqual(['inboxes', 'notifications']);
    const [{ twice } = {}] = await test.query(
      'SELECT count(*) - count(DISTINCT hash) AS twice FROM belfry.__drizzle_migrations',
    );
    expect(twice).toBe('0');
  });

  it('is not misled by what another application has migrated later by the same means', async () => {
    await test.query('CREATE SCHEMA drizzle');
    await test.query('CREATE TABLE drizzle.__drizzle_migrations (id serial, hash text, created_at bigint)');
    await test.query(
      `INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('other', ${2 ** 52})`,
    );
    await migrate(test.connection, { migrationsFolder });
    expect(await tables()).toEqual(['inboxes', 'notifications']);
  });

  it('leaves tables alone that it does not know to be its own, and says what to do', async () => {
    await test.query('CREATE TABLE inboxes (mail text)');
    await expect(migrate(test.connection, { migrationsFolder })).rejects.toThrow(
      /^There is a table inboxes, but no list of migrations in belfry.__drizzle_migrations, so nothing was migrated/,
    );
    expect(await tables()).toEqual(['inboxes']);
  });

  it('keeps what is in the inboxes', async () => {
    await migrate(test.connection, { migrationsFolder });
    await test.query(`INSERT INTO inboxes (user_id, version) VALUES (gen_random_uuid(), 7)`);
    await migrate(test.connection, { migrationsFolder });
    expect(await test.query('SELECT version FROM inboxes')).toEqual([{ version: '7' }]);
  });

  it('names the database that it cannot reach, without the password, and what to check', async () => {
    const connectionString = 'postgres://owner:s3cret@127.0.0.1:1/belfry';
    const failure = await migrate({ connectionString }, { migrationsFolder }).catch((error: Error) => error);
    expect(String(failure)).toMatch(
      /^Error: Cannot connect to the database at 127\.0\.0\.1:1\/belfry: connect ECONNREFUSED 127\.0\.0\.1:1\. Nothing was migrated\. Check that it is running/,
    );
    expect(String(failure)).not.toContain('s3cret');
  });

  it('says why the database refuses the sign-in', async () => {
    const connectionString = Object.assign(new URL(test.url), { password: 'wrong' }).href;
    const failure = migrate({ connectionString }, { migrationsFolder });
    await expect(failure).rejects.toThrow(/^Cannot connect.*password authentication failed/);
  });

  it('says what to revoke if RDS accepts only IAM tokens from the owner', async () => {
    const refusal = fatalResponse('28000', 'PAM authentication failed for user "belfry_owner"');
    const rds = createServer((socket) => socket.once('data', () => socket.end(refusal)));
    await once(rds.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void rds.close());
    const { port } = rds.address() as AddressInfo;
    const connectionString = `postgres://belfry_owner:right@127.0.0.1:${port}/belfry`;
    await expect(migrate({ connectionString }, { migrationsFolder })).rejects.toThrow(
      /^Cannot connect.*PAM authentication failed.*REVOKE rds_iam from the owner/,
    );
  });

  it('refuses a server before PostgreSQL 15, and leaves it as it was', async () => {
    // The one thing that it asks the server about itself, answered as an older one would.
    await test.query(`CREATE FUNCTION public.current_setting(name text) RETURNS text LANGUAGE sql
      AS $$ SELECT CASE name WHEN 'server_version_num' THEN '140017' ELSE '14.17' END $$`);
    await test.query(
      `ALTER DATABASE ${new URL(test.url).pathname.slice(1)} SET search_path = public, pg_catalog`,
    );
    await expect(migrate(test.connection, { migrationsFolder })).rejects.toThrow(
      /^The database is PostgreSQL 14\.17; Belfry needs 15 or newer, so nothing was migrated\. Upgrade the server/,
    );
    expect(await tables()).toEqual([]);
  });

  describe('with a migration more', () => {
    let folder: string;
    const write = (text: string) => writeFile(join(folder, '9999_more.sql'), text);
    const failsHalfWay =
      'CREATE TABLE half_way (id integer);--> statement-breakpoint\nALTER TABLE no_such_table ADD COLUMN id integer;';
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'belfry-migrations-'));
      await cp(migrationsFolder, folder, { recursive: true });
      const journalFile = join(folder, 'meta/_journal.json');
      const journal = JSON.parse(await readFile(journalFile, 'utf8'));
      const last = journal.entries.at(-1);
      journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: '9999_more' });
      await writeFile(journalFile, JSON.stringify(journal));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('that fails half-way, names it and leaves an empty database empty', async () => {
      await write(failsHalfWay);
      const failure = migrate(test.connection, { migrationsFolder: folder });
      await expect(failure).rejects.toThrow(
        /^Migration 9999_more failed: .*"no_such_table" does not exist\. No migration/,
      );
      expect(await tables()).toEqual([]);
      expect(await applied()).toEqual([]);
    });

    it('that fails half-way, leaves an older schema as it was, ready for the corrected migration', async () => {
      await write(failsHalfWay);
      await migrate(test.connection, { migrationsFolder });
      const before = await applied();
      await expect(migrate(test.connection, { migrationsFolder: folder })).rejects.toThrow('9999_more');
      expect(await tables()).toEqual(['inboxes', 'notifications']);
      expect(await applied()).toEqual(before);

      await write('CREATE TABLE half_way (id integer);');
      await migrate(test.connection, { migrationsFolder: folder });
      expect(await tables()).toContain('half_way');
    });

    it('runs it once on an older schema, when called several times at once, and keeps what is in the inboxes', async () => {
      await migrate(test.connection, { migrationsFolder });
      const before = await applied();
      await test.query(`INSERT INTO inboxes (user_id, version) VALUES (gen_random_uuid(), 7)`);
      await write('ALTER TABLE inboxes ADD COLUMN more integer;');
      // The first run waits for this lock, and the others wait for the first one's advisory lock.
      const other = new pg.Client({ connectionString: test.url });
      await other.connect();
      await other.query('BEGIN; LOCK TABLE inboxes IN ACCESS SHARE MODE');
      const runs = Array.from({ length: 4 }, () => migrate(test.connection, { migrationsFolder: folder }));
      await vi.waitFor(async () => {
        const waiting = await test.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        expect(waiting).toHaveLength(runs.length);
      }, 10_000);
      await other.end();
      await Promise.all(runs);
      expect(await applied()).toEqual([...before, { hash: expect.any(String) }]);
      expect(await test.query('SELECT version, more FROM inboxes')).toEqual([{ version: '7', more: null }]);
    });

    it('gives up soon if another session locks its table, because all other statements wait behind it', async () => {
      await migrate(test.connection, { migrationsFolder });
      const before = await applied();
      await write('ALTER TABLE notifications ADD COLUMN more integer;');
      const other = new pg.Client({ connectionString: test.url });
      await other.connect();
      await other.query('BEGIN; LOCK TABLE notifications IN ACCESS SHARE MODE');
      const failure = migrate(test.connection, { migrationsFolder: folder, lockTimeoutMs: 100 });
      await expect(failure).rejects.toThrow(
        /^Migration 9999_more failed: .* lock timeout\. No migration of this run took effect\. Another session locks the table\. End it \(see pg_stat_activity\), then run again/,
      );
      await other.end();
      expect(await applied()).toEqual(before);
    });
  });
});

describe('the roles that migrate makes', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());

  const as = async (role: 'belfry_reader' | 'belfry_writer' | 'belfry_purger', statement: string) => {
    const database = createDatabase(test.as(role));
    return database.execute(sql.raw(statement)).finally(() => database.close());
  };
  const row = `(user_id, title, body, created_at, updated_at, version) VALUES (gen_random_uuid(), 'a', 'b', now(), now(), 1)`;

  const purge = "SELECT * FROM inbox_purge(gen_random_uuid(), '{1}', now(), now())";

  it.each(['belfry_reader', 'belfry_writer'] as const)('let %s read', async (role) => {
    expect(await as(role, 'SELECT * FROM inboxes JOIN notifications USING (user_id)')).toEqual([]);
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
    purge,
    'CREATE TABLE mine (id integer)',
    'SELECT * FROM belfry.__drizzle_migrations',
  ])('do not let belfry_reader run: %s', async (statement) => {
    await expect(as('belfry_reader', statement)).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    'DELETE FROM notifications',
    'DELETE FROM inboxes',
    'TRUNCATE notifications',
    "UPDATE notifications SET body = 'forged'",
    'UPDATE notifications SET user_id = gen_random_uuid()',
    'UPDATE inboxes SET floor_version = 9',
    "SELECT setval('notifications_id_seq', 1)",
    purge,
    'CREATE TABLE mine (id integer)',
    'SELECT * FROM belfry.__drizzle_migrations',
  ])('do not let belfry_writer run: %s', async (statement) => {
    await expect(as('belfry_writer', statement)).rejects.toMatchObject({ code: '42501' });
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
    'CREATE TABLE mine (id integer)',
    'SELECT * FROM belfry.__drizzle_migrations',
  ])('do not let belfry_purger run: %s', async (statement) => {
    await expect(as('belfry_purger', statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('let belfry_purger purge', async () => {
    expect(await as('belfry_purger', purge)).toEqual([]);
  });

  it('are no more than roles that may log in', async () => {
    const roles = await runAsOwner(
      test.url,
      `SELECT rolname, rolcanlogin, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS is_mighty
       FROM pg_roles WHERE rolname LIKE 'belfry%' ORDER BY rolname`,
    );
    expect(roles).toEqual([
      { rolname: 'belfry_purger', rolcanlogin: true, is_mighty: false },
      { rolname: 'belfry_reader', rolcanlogin: true, is_mighty: false },
      { rolname: 'belfry_writer', rolcanlogin: true, is_mighty: false },
    ]);
  });
});

describe('the passwords that migrate sets', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.close());

  const stringOf = (role: string, password: string) =>
    Object.assign(new URL(test.url), { username: role, password }).href;
  // Roles belong to the whole server, where other tests sign in with this password at the same time.
  const roles = () => ({
    belfry_reader: stringOf('belfry_reader', rolePassword),
    belfry_writer: stringOf('belfry_writer', rolePassword),
    belfry_purger: stringOf('belfry_purger', rolePassword),
  });
  const verifiers = () =>
    test.query(`SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE 'belfry%' ORDER BY rolname`);

  it('stay as they are where they let the roles in', async () => {
    const before = await verifiers();
    await migrate(test.connection, { migrationsFolder, roles: roles() });
    expect(await verifiers()).toEqual(before);
  });

  it.each([
    [
      'of another user',
      () => stringOf('owner', 'secret'),
      /belfry_reader must be .*; it names the user owner\.$/,
    ],
    ['that is no URL', () => 'host=db password=secret', /belfry_reader must be .*; it is not a URL\.$/],
    [
      'without a password',
      () => stringOf('belfry_reader', ''),
      /password .* of belfry_reader must be made of/,
    ],
    [
      'with umlauts',
      () => stringOf('belfry_reader', 'geheimä'),
      /password .* of belfry_reader must be made of/,
    ],
  ])('are refused for a connection string %s, which no message quotes', async (_, belfry_reader, message) => {
    const failure = migrate(test.connection, {
      migrationsFolder,
      roles: { ...roles(), belfry_reader: belfry_reader() },
    });
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.not.toThrow('secret');
  });

  it('are tried, so that a connection string which leads nowhere is found when deploying', async () => {
    const elsewhere = Object.assign(new URL(roles().belfry_reader), { pathname: '/no_such_database' }).href;
    await expect(
      migrate(test.connection, { migrationsFolder, roles: { ...roles(), belfry_reader: elsewhere } }),
    ).rejects.toThrow(/^belfry_reader cannot sign in .*"no_such_database" does not exist/);
  });
});
