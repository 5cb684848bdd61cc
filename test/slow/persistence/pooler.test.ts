import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { type DatabaseRole, databaseRoles } from '../../../functions/core/deployment.ts';
import { createDatabase } from '../../../functions/persistence/database.ts';
import { migrate } from '../../../functions/persistence/migrate.ts';
import { migrationLock } from '../../../functions/persistence/migration-lock.ts';
import { createNotificationRepository } from '../../../functions/persistence/notification-repository.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { migrateOptions, rolePassword, runAsOwner } from '../../support/database.ts';
import { createNeighbour, type Neighbour } from '../../support/neighbour.ts';
import { patience } from '../../support/patience.ts';
import { createTcpProxy } from '../../support/tcp-proxy.ts';
import { keepsNames, missingPgBouncer, type PgBouncer, startPgBouncer } from './pgbouncer.ts';

if (missingPgBouncer)
  console.warn(`The tests of a pooler are skipped. To install PgBouncer: ${missingPgBouncer}.`);
const reason = missingPgBouncer ? `, which is not installed (${missingPgBouncer})` : '';

describe.skipIf(missingPgBouncer)(`Behind PgBouncer with pool_mode=transaction${reason}`, () => {
  let site: Neighbour;
  let pooler: PgBouncer;
  const start = (settings: readonly string[] = []) => {
    const passwords = databaseRoles.map((role) => [`${site.name}_${role}`, rolePassword]);
    const users = { [`${site.name}_owner`]: 'owner', ...Object.fromEntries(passwords) };
    return startPgBouncer(new URL(inject('postgresUrl')), users, settings);
  };
  beforeEach(async () => {
    site = await createNeighbour();
    pooler = await start();
  });
  afterEach(async () => {
    await pooler.stop();
    await site.close();
  });

  const throughPooler = () => ({ connectionString: pooler.behind(site.url) });
  const options = () => migrateOptions(site.url, site.name);
  const locks = () =>
    runAsOwner(
      inject('postgresUrl'),
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = ${migrationLock}
         AND database = (SELECT oid FROM pg_database WHERE datname = $1)`,
      [site.name],
    );

  it('a migration works, several at once too, and leaves neither its lock nor its settings in a session', async () => {
    await Promise.all([1, 2, 3].map(() => migrate(throughPooler(), options())));
    await migrate(throughPooler(), { ...options(), turnTimeoutMs: 1_000 });
    expect(await locks()).toEqual([]);
    // The one session of the pool, which the migration had before.
    const settings = "SELECT current_setting('search_path') AS path, current_setting('lock_timeout') AS lock";
    expect(await runAsOwner(pooler.behind(site.url), settings)).toEqual([
      { path: '"$user", public', lock: '0' },
    ]);
  });

  it('a migration that dies half-way leaves its lock to nobody', async () => {
    await site.migrate();
    // It waits for this table with the lock taken, and its connection to the pooler is cut.
    const other = new pg.Client({ connectionString: inject('postgresUrl').replace(/[^/]*$/, site.name) });
    await other.connect();
    await other.query('BEGIN; LOCK TABLE inboxes IN ACCESS EXCLUSIVE MODE');
    await using proxy = await createTcpProxy(pooler.behind(site.url));
    const migration = migrate({ connectionString: proxy.url }, { ...options(), isRestored: true });
    const isCut = expect(migration).rejects.toThrow();
    await vi.waitFor(async () => expect(await locks()).toHaveLength(1), patience);
    await proxy.cut();
    await isCut;
    await other.end();
    await vi.waitFor(async () => expect(await locks()).toEqual([]), patience);
    await migrate(throughPooler(), { ...options(), turnTimeoutMs: 10_000 });
  });

  it('a lock that an earlier release has left in a session is named, and how to get rid of it', async () => {
    await runAsOwner(pooler.behind(site.url), `SELECT pg_advisory_lock(${migrationLock})`);
    const [stranded] = await locks();
    const failure: Error = await migrate(
      { connectionString: site.url },
      { ...options(), turnTimeoutMs: 200 },
    ).catch((error) => error);
    expect(failure.message).toContain(`Its session is the process ${stranded?.pid}, application`);
    await runAsOwner(site.url, `SELECT pg_terminate_backend(${stranded?.pid})`);
    await migrate({ connectionString: site.url }, options());
  });

  it('functions are served, as each role', async () => {
    const roleAt = (role: DatabaseRole) => ({ connectionString: pooler.behind(site.urlOf(role)) });
    const roles = { reader: roleAt('reader'), writer: roleAt('writer'), purger: roleAt('purger') };
    await site.migrate();
    await migrate(throughPooler(), { ...options(), roles });
    for (const { connectionString } of Object.values(roles)) {
      expect(await runAsOwner(connectionString, 'SELECT user_id FROM inboxes')).toEqual([]);
    }
  });

  /** Statements of two functions take turns, in the one session that the pooler keeps for their user. */
  async function takeTurns() {
    await site.migrate();
    const connection = { connectionString: pooler.behind(site.urlOf('writer')) };
    const databases = [createDatabase(connection), createDatabase(connection)];
    const user_id = randomUUID();
    for (let turn = 0; turn < 4; turn += 1) {
      for (const database of databases) {
        await createNotificationRepository(database, { scopes: [] }).create(
          contentOf(),
          ruleOf(),
          [user_id],
          null,
        );
      }
    }
    const [first] = databases;
    const names = await first?.execute<{ names: string }>(
      sql`SELECT count(*) AS names FROM pg_prepared_statements WHERE statement LIKE '%INSERT INTO inboxes%'`,
    );
    const inbox = await first?.execute(
      sql`SELECT version::int, unread_count FROM inboxes WHERE user_id = ${user_id}`,
    );
    await Promise.all(databases.map((database) => database.close()));
    return { inbox, names: Number(names?.[0]?.names) };
  }
  const createdOnceEach = [{ version: 8, unread_count: 8 }];

  it('named statements that it knows nothing of are each carried out once', async () => {
    if (keepsNames) {
      await pooler.stop();
      pooler = await start(['max_prepared_statements = 0']);
    }
    expect((await takeTurns()).inbox).toEqual(createdOnceEach);
  });

  it.skipIf(!keepsNames)('named statements that it keeps for each client stay named', async () => {
    await pooler.stop();
    pooler = await start(['max_prepared_statements = 100']);
    expect(await takeTurns()).toEqual({ inbox: createdOnceEach, names: 1 });
  });

  it('statements that went to another session, which does not know them, are each carried out once', async () => {
    await site.migrate();
    const connection = { connectionString: pooler.behind(site.urlOf('writer')) };
    const database = createDatabase(connection);
    const repository = createNotificationRepository(database, { scopes: [] });
    const user_id = randomUUID();
    await repository.create(contentOf(), ruleOf(), [user_id], null);
    // The pooler opens another session for the next transaction.
    await runAsOwner(
      inject('postgresUrl'),
      `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '${site.name}_writer'`,
    );
    await expect
      .poll(() =>
        repository.create(contentOf(), ruleOf(), [user_id], null).then(
          () => 'created',
          (error) => error.code,
        ),
      )
      .toBe('created');
    const { version, unread_count } = await repository.inbox(user_id);
    expect({ version, unread_count }).toEqual({ version: 2, unread_count: 2 });
    await database.close();
  });
});
