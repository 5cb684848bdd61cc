import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { type DatabaseRole, databaseRoles } from '../../functions/core/deployment.ts';
import { contentOf } from '../support/content.ts';
import { runAsOwner } from '../support/database.ts';
import { openFirstEdition } from '../support/first-edition.ts';
import { usersOfFirstRelease } from '../support/first-release.ts';
import { createNeighbour, isServed, type Neighbour } from '../support/neighbour.ts';
import { patience } from '../support/patience.ts';

const asSuperuser = (statement: string) => runAsOwner(inject('postgresUrl'), statement);

let production: Neighbour;
let staging: Neighbour;
beforeEach(async () => {
  [production, staging] = await Promise.all([createNeighbour(), createNeighbour()]);
});
afterEach(async () => {
  // A copy of production in staging depends on the users of production.
  await staging.close();
  await production.close();
});

const tablesOf = ({ name }: Neighbour) =>
  runAsOwner(
    Object.assign(new URL(inject('postgresUrl')), { pathname: name }).href,
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace",
  );

describe('Two installations in one server', () => {
  it('are served side by side, also if they are migrated at the same time, again and again', async () => {
    for (let run = 1; run <= 3; run += 1) {
      await Promise.all([production, staging, production, staging].map((each) => each.migrate()));
      expect(await Promise.all([production, staging].map(isServed))).toEqual([true, true]);
    }
  });

  it('may be migrated by several processes at once, whatever isolation the database has made the default', async () => {
    await asSuperuser(
      `ALTER DATABASE ${production.name} SET default_transaction_isolation = 'repeatable read'`,
    );
    await Promise.all([production, production, production].map((each) => each.migrate()));
    expect(await isServed(production)).toBe(true);
  });

  it('leave each other’s users as they are', async () => {
    await production.migrate();
    const before = await production.users();
    await staging.migrate();
    await staging.migrate();
    expect(await production.users()).toEqual(before);
  });

  it.each(databaseRoles)('are blind to each other’s data as the %s', async (role) => {
    await Promise.all([production.migrate(), staging.migrate()]);
    await isServed(production);
    const visitor = staging.urlOf(role, production.name);
    for (const statement of [
      'SELECT user_id FROM inboxes',
      'SELECT id FROM notifications',
      "UPDATE notifications SET status = 'read'",
      'SELECT * FROM inbox_read_all(gen_random_uuid(), NULL)',
      'SELECT name FROM belfry.installation',
    ]) {
      await expect(runAsOwner(visitor, statement)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('cannot even connect to each other’s databases after the statement of the guide', async () => {
    await Promise.all([production.migrate(), staging.migrate()]);
    await runAsOwner(production.url, `REVOKE CONNECT, TEMPORARY ON DATABASE ${production.name} FROM PUBLIC`);
    await expect(runAsOwner(staging.urlOf('writer', production.name), 'SELECT')).rejects.toMatchObject({
      code: '42501',
      message: expect.stringContaining('permission denied for database'),
    });
    await production.migrate();
    expect(await isServed(production)).toBe(true);
  });

  it('cannot have the same users: the second one is refused and changes nothing', async () => {
    await production.migrate();
    const before = await production.users();
    const loginOf = (role: DatabaseRole) => ({ connectionString: production.urlOf(role, staging.name) });
    const roles = { reader: loginOf('reader'), writer: loginOf('writer'), purger: loginOf('purger') };
    await expect(staging.migrate({ roles })).rejects.toThrow(
      new RegExp(
        `^The database user ${production.name}_reader is used in the database ${production.name} of the same server\\. ` +
          'Each role .* name users in the connection strings that are not on the server yet: the migration makes ' +
          'them\\. Nothing was migrated\\. Then run again\\.$',
      ),
    );
    expect(await tablesOf(staging)).toEqual([]);
    expect(await production.users()).toEqual(before);
    expect(await isServed(production)).toBe(true);
  });

  it('cannot have the same database: the second one is refused, with both their names and what to do', async () => {
    await production.migrate();
    const intruder = { installation: "bob's/us-east-1/Belfry" };
    await expect(production.migrate(intruder)).rejects.toThrow(
      `The database belongs to the installation ${production.name}, and this is ${intruder.installation}, so nothing was migrated.`,
    );
    const failure: Error = await production.migrate(intruder).catch((error) => error);
    const [, remedy = ''] = /run (UPDATE .*) as the owner/.exec(failure.message) ?? [];
    await runAsOwner(production.url, remedy);
    await production.migrate(intruder);
    await expect(production.migrate()).rejects.toThrow('The database belongs to the installation bob');
  });

  it('cannot take over a copy of the other’s database as another owner, and the message says who can', async () => {
    await production.migrate();
    await asSuperuser(`DROP DATABASE ${staging.name}`);
    await asSuperuser(
      `CREATE DATABASE ${staging.name} TEMPLATE ${production.name} OWNER ${staging.name}_owner`,
    );
    await expect(staging.migrate()).rejects.toThrow(
      'The migration failed: permission denied for schema belfry. Nothing was migrated. Migrate as the user that owns the schema belfry and the tables, then run again.',
    );
  });

  it('can be one and then the other, if the backup of one is restored for the other', async () => {
    await production.migrate();
    await production.migrate({ installation: 'other', isRestored: true });
    await production.migrate({ installation: 'other' });
  });

  describe('collide in the catalogs of the server if both change the same row', () => {
    /** Another session changes the reader of staging, and commits when staging waits for it. */
    async function collide(change: string, migrate: () => Promise<void>): Promise<void> {
      const other = new pg.Client({ connectionString: inject('postgresUrl') });
      await other.connect();
      onTestFinished(() => other.end());
      await other.query(`BEGIN; ALTER ROLE ${staging.name}_reader ${change}`);
      const migration = migrate();
      await vi.waitFor(async () => {
        const waiting = await asSuperuser(
          `SELECT FROM pg_stat_activity WHERE datname = '${staging.name}' AND wait_event_type = 'Lock'`,
        );
        expect(waiting).toHaveLength(1);
      }, patience);
      await other.query('COMMIT');
      await migration;
    }

    it('and the one that fails there tries again, with attributes', async () => {
      await asSuperuser(`CREATE ROLE ${staging.name}_reader ADMIN ${staging.name}_owner`);
      await collide('CONNECTION LIMIT 7', () => staging.migrate());
      expect(await isServed(staging)).toBe(true);
    });

    it('and the one that fails there tries again, with passwords', async () => {
      await staging.migrate();
      const reader = { connectionString: staging.urlOf('reader').replace(':belfry@', ':another@') };
      const writer = { connectionString: staging.urlOf('writer') };
      const purger = { connectionString: staging.urlOf('purger') };
      await collide("PASSWORD 'yet another'", () => staging.migrate({ roles: { reader, writer, purger } }));
      await runAsOwner(reader.connectionString, 'SELECT user_id FROM inboxes');
    });
  });
});

describe('An installation of the first release', () => {
  it('is moved to users of its own, while its functions go on with the former ones', async () => {
    await production.migrate();
    await runAsOwner(production.url, usersOfFirstRelease({ isIam: false }));
    await runAsOwner(production.url, 'DROP TABLE belfry.installation');
    for (const role of databaseRoles) await asSuperuser(`ALTER ROLE belfry_${role} PASSWORD 'belfry'`);
    const formerUrl = (role: DatabaseRole) =>
      Object.assign(new URL(production.urlOf(role)), { username: `belfry_${role}` }).href;
    onTestFinished(() => asSuperuser('DROP ROLE belfry_reader, belfry_writer, belfry_purger').then(() => {}));
    let isMigrated = false;
    const isServedAsFormer = async () => {
      const functions = await openFirstEdition(formerUrl('writer'));
      const user = randomUUID();
      await functions.create(contentOf(), [user], null);
      return functions.inbox(user).finally(() => functions.close());
    };
    const requests = (async () => {
      let served = 0;
      for (; !isMigrated || served === 0; served += 1)
        expect(await isServedAsFormer()).toEqual({ version: 1, unread_count: 1 });
      return served;
    })();
    await Promise.all([production.migrate(), production.migrate()]).finally(() => {
      isMigrated = true;
    });
    expect(await requests).toBeGreaterThan(0);
    expect(await isServed(production)).toBe(true);
    expect(await isServedAsFormer()).toEqual({ version: 1, unread_count: 1 });

    // As with a table that a later migration makes.
    await runAsOwner(production.url, 'REVOKE ALL ON notifications FROM belfry_writer');
    await production.migrate();
    expect(await isServedAsFormer()).toEqual({ version: 1, unread_count: 1 });
  });
});
