import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { migrate } from '../../functions/persistence/migrate.ts';
import { createTestDatabase, migrateOptions, type TestDatabase } from '../support/database.ts';
import { makeFirstSchema } from '../support/first-schema.ts';
import { patience } from '../support/patience.ts';
import { createTcpProxy } from '../support/tcp-proxy.ts';

const made = ['notifications_due', 'notifications_group', 'notifications_shelf', 'notifications_type'];

describe.runIf(inject('postgresUrl'))(
  `a migration of ${inject('postgresVersion')} that makes indexes while functions write`,
  () => {
    let test: TestDatabase;
    beforeEach(async () => {
      test = await createTestDatabase({ empty: true });
      await makeFirstSchema(test.url);
    });
    afterEach(() => test.close());

    const indexes = async () => {
      const rows = await test.query(
        `SELECT relname AS name, indisvalid AS is_valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
       WHERE indrelid = 'notifications'::regclass ORDER BY relname`,
      );
      return rows.map(({ name, is_valid }) => (is_valid ? name : `${name} (invalid)`));
    };
    const applied = async () => {
      const [row] = await test.query(
        'SELECT count(*)::int AS all, count(DISTINCT hash)::int AS different FROM belfry.__drizzle_migrations',
      );
      return row;
    };
    async function other() {
      const client = new pg.Client({ connectionString: test.url });
      client.on('error', () => {});
      await client.connect();
      onTestFinished(() => client.end());
      return client;
    }
    const isMaking = (count: number) =>
      vi.waitFor(async () => {
        const waiting = await test.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%CREATE INDEX CONCURRENTLY%'
           AND wait_event_type = 'Lock'`,
        );
        expect(waiting).toHaveLength(count);
      }, patience);

    it('makes them, and drops those that nothing reads by any more', async () => {
      await test.migrate();
      const now = await indexes();
      expect(now).toEqual(expect.arrayContaining(made));
      expect(now).not.toContain('notifications_feed');
      expect(now).not.toContain('notifications_unread');
      expect(await applied()).toEqual({ all: 7, different: 7 });
    });

    it('makes each once, when called several times at once', async () => {
      await Promise.all(Array.from({ length: 3 }, () => test.migrate()));
      expect(await indexes()).toEqual(expect.arrayContaining(made));
      expect(await applied()).toEqual({ all: 7, different: 7 });
    });

    /** A transaction that keeps a snapshot. To make an index, PostgreSQL waits for it. */
    async function holdSnapshot() {
      const holder = await other();
      await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
      return { release: () => holder.query('ROLLBACK') };
    }

    it('lets functions write meanwhile, and waits for what has begun before', async () => {
      const { release } = await holdSnapshot();
      const migration = test.migrate();
      await isMaking(1);
      await test.query(
        `INSERT INTO notifications (user_id, title, body, created_at, updated_at, version)
       VALUES (gen_random_uuid(), 'a', 'b', now(), now(), 1)`,
      );
      await release();
      await migration;
      expect(await test.query('SELECT title FROM notifications')).toEqual([{ title: 'a' }]);
    });

    it('begins again after a run that died, and drops the index that the run has left invalid', async () => {
      const { release } = await holdSnapshot();
      const dying = expect(test.migrate()).rejects.toThrow(/^Migration 0006_indexes_by_position failed: /);
      await isMaking(1);
      await test.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE query LIKE '%CREATE INDEX CONCURRENTLY%' AND datname = current_database() AND pid <> pg_backend_pid()`,
      );
      await dying;
      expect(await indexes()).toContain('notifications_shelf (invalid)');
      await release();
      await test.migrate();
      expect(await indexes()).toEqual(expect.arrayContaining(made));
    });

    /** A run whose process dies while it makes the first index. PostgreSQL does not notice, and goes on. */
    async function dieWhileMaking() {
      await using proxy = await createTcpProxy(test.url);
      const installation = new URL(test.url).pathname.slice(1);
      const dying = expect(
        migrate({ connectionString: proxy.url }, migrateOptions(test.url, installation)),
      ).rejects.toThrow();
      await isMaking(1);
      await proxy.cut();
      await dying;
    }
    const shelf = async () => {
      const [row] = await test.query("SELECT 'notifications_shelf'::regclass::oid AS number");
      return row?.number;
    };

    it('waits for the index that PostgreSQL still makes for a run that died, and goes on behind it', async () => {
      const { release } = await holdSnapshot();
      await dieWhileMaking();
      const began = await shelf();
      const again = test.migrate();
      await vi.waitFor(async () => {
        const looking = await test.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND query LIKE '%pg_stat_progress_create_index%'`,
        );
        expect(looking).toHaveLength(1);
      }, patience);
      await isMaking(1);
      expect(await indexes()).toContain('notifications_shelf (invalid)');
      await release();
      await again;
      expect(await indexes()).toEqual(expect.arrayContaining(made));
      expect(await shelf()).toBe(began);
      expect(await applied()).toEqual({ all: 7, different: 7 });
    });

    it('names the process if PostgreSQL does not finish that index in time, and leaves it alone', async () => {
      const { release } = await holdSnapshot();
      await dieWhileMaking();
      await expect(test.migrate({ turnTimeoutMs: 500 })).rejects.toThrow(
        /^Migration 0006_indexes_by_position failed: A session that makes an index of these tables has not ended in 1 seconds\. It runs outside of a transaction, so what it has done stays\. It may be that of a run that has died, and is the process \d+ \(see pg_stat_progress_create_index\)\. Wait until it has ended, or end it as the same user \(SELECT pg_terminate_backend\(\d+\)\) and lose its work, then run again\.$/,
      );
      await isMaking(1);
      await release();
      await test.migrate();
      expect(await indexes()).toEqual(expect.arrayContaining(made));
    });

    it('does not wait for ever for another run, and names its session', async () => {
      const { release } = await holdSnapshot();
      const first = test.migrate();
      await isMaking(1);
      await expect(test.migrate({ turnTimeoutMs: 500 })).rejects.toThrow(
        /Another run has not ended in 1 seconds\. .* Its session is the process \d+, application /,
      );
      await release();
      await first;
    });

    it('does not wait for ever, names the migration, and says that what it has done stays', async () => {
      const { release } = await holdSnapshot();
      await expect(test.migrate({ turnTimeoutMs: 500 })).rejects.toThrow(
        /^Migration 0006_indexes_by_position failed: .*lock timeout\. It runs outside of a transaction, so what it has done stays\. Another transaction has been open for long\. End it \(see pg_stat_activity\), then run again\.$/,
      );
      await release();
      await test.migrate();
      expect(await indexes()).toEqual(expect.arrayContaining(made));
    });
  },
);
