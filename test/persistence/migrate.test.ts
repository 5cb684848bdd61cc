import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { migrate } from '../../functions/persistence/migrate.ts';
import { migrationLock } from '../../functions/persistence/migration-lock.ts';
import { fatalResponse } from '../../local/database/postgres-wire.ts';
import {
  createTestDatabase,
  migrateOptions,
  migrationsFolder,
  type TestDatabase,
} from '../support/database.ts';
import { patience } from '../support/patience.ts';

const ourTables = ['activities', 'inboxes', 'notifications', 'outbox', 'scheduled'];

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
    await test.migrate();
    const first = await applied();
    await test.migrate();
    expect(await applied()).toEqual(first);
    expect(first).toHaveLength(
      JSON.parse(await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8')).entries.length,
    );
    expect(await tables()).toEqual(ourTables);
  });

  it('runs every migration once, when called several times at once', async () => {
    await Promise.all(Array.from({ length: 4 }, () => test.migrate()));
    await test.migrate();
    expect(await tables()).toEqual(ourTables);
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
    await test.migrate();
    expect(await tables()).toEqual(ourTables);
  });

  it('leaves tables alone that it does not know to be its own, and says what to do', async () => {
    await test.query('CREATE TABLE inboxes (mail text)');
    await expect(test.migrate()).rejects.toThrow(
      /^There is a table inboxes, but no list of migrations in belfry.__drizzle_migrations, so nothing was migrated/,
    );
    expect(await tables()).toEqual(['inboxes']);
  });

  it('keeps what is in the inboxes', async () => {
    await test.migrate();
    await test.query(`INSERT INTO inboxes (user_id, version) VALUES (gen_random_uuid(), 7)`);
    await test.migrate();
    expect(await test.query('SELECT version FROM inboxes')).toEqual([{ version: '7' }]);
  });

  it('names the database that it cannot reach, without the password, and what to check', async () => {
    const connectionString = 'postgres://owner:s3cret@127.0.0.1:1/belfry';
    const failure = await migrate({ connectionString }, migrateOptions(test.url, 'any')).catch(
      (error: Error) => error,
    );
    expect(String(failure)).toMatch(
      /^Error: Cannot connect to the database at 127\.0\.0\.1:1\/belfry: connect ECONNREFUSED 127\.0\.0\.1:1\. Nothing was migrated\. Check that it is running/,
    );
    expect(String(failure)).not.toContain('s3cret');
  });

  it('says why the database refuses the sign-in', async () => {
    const connectionString = Object.assign(new URL(test.url), { password: 'wrong' }).href;
    const failure = migrate({ connectionString }, migrateOptions(test.url, 'any'));
    await expect(failure).rejects.toThrow(/^Cannot connect.*password authentication failed/);
  });

  it('says what to revoke if RDS accepts only IAM tokens from the owner', async () => {
    const refusal = fatalResponse('28000', 'PAM authentication failed for user "belfry_owner"');
    const rds = createServer((socket) => socket.once('data', () => socket.end(refusal)));
    await once(rds.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void rds.close());
    const { port } = rds.address() as AddressInfo;
    const connectionString = `postgres://belfry_owner:right@127.0.0.1:${port}/belfry`;
    await expect(migrate({ connectionString }, migrateOptions(test.url, 'any'))).rejects.toThrow(
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
    await expect(test.migrate()).rejects.toThrow(
      /^The database is PostgreSQL 14\.17; Belfry needs 15 or newer, so nothing was migrated\. Upgrade the server/,
    );
    expect(await tables()).toEqual([]);
  });

  describe('while another one runs', () => {
    const holdLock = async () => {
      const other = new pg.Client({ connectionString: test.url, application_name: 'an old\u001b[31m one' });
      await other.connect();
      await other.query(`SELECT pg_advisory_lock(${migrationLock})`);
      const { rows } = await other.query('SELECT pg_backend_pid() AS pid');
      return { other, pid: Number(rows[0]?.pid) };
    };

    it('waits for its turn, but not for ever, and names the session that it waited for', async () => {
      const { other, pid } = await holdLock();
      const failure: Error = await test.migrate({ turnTimeoutMs: 1_000 }).catch((error) => error);
      expect(failure.message).toMatch(
        /^Another migration of this database has not ended in 1 seconds, so nothing was migrated\. Its session is the process \d+, application "an old.*\[31m one", since \d{4}-.*Z\. If it should have ended, end it/,
      );
      expect(failure.message).toContain(`(SELECT pg_terminate_backend(${pid})), then run again.`);
      expect(failure.message).not.toContain('\u001b');
      expect(await tables()).toEqual([]);
      await other.end();
      await test.migrate();
    });

    it('begins as soon as the other one has ended', async () => {
      const { other } = await holdLock();
      const migration = test.migrate();
      await vi.waitFor(async () => {
        const waiting = await test.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'
             AND application_name = 'belfry migrate'`,
        );
        expect(waiting).toHaveLength(1);
      }, patience);
      await other.end();
      await migration;
    });
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

    it('that takes long may do so, and a process that is frozen meanwhile keeps its locks for a minute at most', async () => {
      await write(`CREATE TABLE seen AS SELECT current_setting('statement_timeout') AS statement,
        current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('lock_timeout') AS lock;`);
      await test.migrate({ migrationsFolder: folder });
      expect(await test.query('SELECT * FROM seen')).toEqual([{ statement: '0', idle: '1min', lock: '20s' }]);
    });

    it('that fails half-way, names it and leaves an empty database empty', async () => {
      await write(failsHalfWay);
      const failure = test.migrate({ migrationsFolder: folder });
      await expect(failure).rejects.toThrow(
        /^Migration 9999_more failed: .*"no_such_table" does not exist\. No migration/,
      );
      expect(await tables()).toEqual([]);
      expect(await test.query("SELECT to_regnamespace('belfry') AS list")).toEqual([{ list: null }]);
    });

    it('that fails half-way, leaves an older schema as it was, ready for the corrected migration', async () => {
      await write(failsHalfWay);
      await test.migrate();
      const before = await applied();
      await expect(test.migrate({ migrationsFolder: folder })).rejects.toThrow('9999_more');
      expect(await tables()).toEqual(ourTables);
      expect(await applied()).toEqual(before);

      await write('CREATE TABLE half_way (id integer);');
      await test.migrate({ migrationsFolder: folder });
      expect(await tables()).toContain('half_way');
    });

    it('runs it once on an older schema, when called several times at once, and keeps what is in the inboxes', async () => {
      await test.migrate();
      const before = await applied();
      await test.query(`INSERT INTO inboxes (user_id, version) VALUES (gen_random_uuid(), 7)`);
      await write('ALTER TABLE inboxes ADD COLUMN more integer;');
      // The first run waits for this lock, and the others wait for the first one's advisory lock.
      const other = new pg.Client({ connectionString: test.url });
      await other.connect();
      await other.query('BEGIN; LOCK TABLE inboxes IN ACCESS SHARE MODE');
      const runs = Array.from({ length: 4 }, () => test.migrate({ migrationsFolder: folder }));
      await vi.waitFor(async () => {
        const waiting = await test.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        expect(waiting).toHaveLength(runs.length);
      }, patience);
      await other.end();
      await Promise.all(runs);
      expect(await applied()).toEqual([...before, { hash: expect.any(String) }]);
      expect(await test.query('SELECT version, more FROM inboxes')).toEqual([{ version: '7', more: null }]);
    });

    it('gives up soon if another session locks its table, because all other statements wait behind it', async () => {
      await test.migrate();
      const before = await applied();
      await write('ALTER TABLE notifications ADD COLUMN more integer;');
      const other = new pg.Client({ connectionString: test.url });
      await other.connect();
      await other.query('BEGIN; LOCK TABLE notifications IN ACCESS SHARE MODE');
      const failure = test.migrate({ migrationsFolder: folder, lockTimeoutMs: 100 });
      await expect(failure).rejects.toThrow(
        /^Migration 9999_more failed: .* lock timeout\. No migration of this run took effect\. Another session locks the table\. End it \(see pg_stat_activity\), then run again/,
      );
      await other.end();
      expect(await applied()).toEqual(before);
    });
  });
});
