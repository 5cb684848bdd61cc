import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { type DatabaseRole, databaseRoles } from '../../functions/core/deployment.ts';
import { createDatabase } from '../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { contentOf } from '../support/content.ts';
import { runAsOwner } from '../support/database.ts';
import { usersOfFirstRelease } from '../support/first-release.ts';
import { createNeighbour, type Neighbour } from '../support/neighbour.ts';

const content = contentOf();
const asSuperuser = (statement: string) => runAsOwner(inject('postgresUrl'), statement);

let production: Neighbour;
let staging: Neighbour;
beforeEach(async () => {
  [production, staging] = await Promise.all([createNeighbour(), createNeighbour()]);
});
afterEach(() => Promise.all([production.close(), staging.close()]));

/** Creates a notification as the writer, and answers whether the reader sees it. */
async function isServed({ urlOf }: Pick<Neighbour, 'urlOf'>): Promise<boolean> {
  const writer = createDatabase({ connectionString: urlOf('writer') });
  const reader = createDatabase({ connectionString: urlOf('reader') });
  const user = randomUUID();
  try {
    await createNotificationRepository(writer).create(content, [user], null);
    return (await createNotificationRepository(reader).inbox(user)).unread_count === 1;
  } finally {
    await Promise.all([writer.close(), reader.close()]);
  }
}

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
      }, 10_000);
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

describe('The users of an installation', () => {
  const named = (names: Record<DatabaseRole, string>) => {
    const loginOf = (name: string) => {
      const username = encodeURIComponent(name);
      return { connectionString: Object.assign(new URL(staging.urlOf('reader')), { username }).href };
    };
    return { reader: loginOf(names.reader), writer: loginOf(names.writer), purger: loginOf(names.purger) };
  };
  const own = () => ({
    reader: `${staging.name}_reader`,
    writer: `${staging.name}_writer`,
    purger: `${staging.name}_purger`,
  });

  it('may have names with unusual letters', async () => {
    const name = (role: string) => `${staging.name.slice(0, 20)} Wächter's "$$" %I ${role}`;
    const names = { reader: name('reader'), writer: name('writer'), purger: name('purger') };
    const roles = named(names);
    await staging.migrate({ roles });
    expect(await isServed({ urlOf: (role) => roles[role].connectionString })).toBe(true);
    await staging.close();
    await asSuperuser(`DROP ROLE ${Object.values(names).map(pg.escapeIdentifier)}`);
  });

  it('may be there already, if nothing uses them yet', async () => {
    for (const role of databaseRoles) {
      await asSuperuser(`CREATE ROLE ${staging.name}_${role} ADMIN ${staging.name}_owner`);
      await asSuperuser(`GRANT CONNECT ON DATABASE ${staging.name} TO ${staging.name}_${role}`);
    }
    await staging.migrate();
    expect(await isServed(staging)).toBe(true);
  });

  it('count as signed in if busy functions have all their connections', async () => {
    await staging.migrate();
    const busy = Array.from(
      { length: 5 },
      () => new pg.Client({ connectionString: staging.urlOf('purger') }),
    );
    await Promise.all(busy.map((client) => client.connect()));
    await expect(runAsOwner(staging.urlOf('purger'), 'SELECT')).rejects.toMatchObject({ code: '53300' });
    await staging.migrate();
    await Promise.all(busy.map((client) => client.end()));
  });

  it('need a grant of the owner of the database, if others cannot connect, and the message shows it', async () => {
    await asSuperuser(`REVOKE CONNECT ON DATABASE ${staging.name} FROM PUBLIC`);
    await asSuperuser(`ALTER DATABASE ${staging.name} OWNER TO CURRENT_USER`);
    await asSuperuser(`GRANT CONNECT, CREATE ON DATABASE ${staging.name} TO ${staging.name}_owner`);
    await runAsOwner(
      Object.assign(new URL(inject('postgresUrl')), { pathname: staging.name }).href,
      `GRANT USAGE, CREATE ON SCHEMA public TO ${staging.name}_owner WITH GRANT OPTION`,
    );
    const failure: Error = await staging.migrate().catch((error) => error);
    for (const user of Object.values(own())) {
      expect(failure.message).toContain(
        `: permission denied for database "${staging.name}". Let it in as the owner of the database: GRANT CONNECT ON DATABASE … TO "${user}".`,
      );
      await asSuperuser(`GRANT CONNECT ON DATABASE ${staging.name} TO ${user}`);
    }
    await staging.migrate();
  });

  it('are not the owner', async () => {
    const roles = named({ ...own(), writer: `${staging.name}_owner` });
    await expect(staging.migrate({ roles })).rejects.toThrow(
      `The database user ${staging.name}_owner is the one that migrates. Each role of an installation needs a user of its own.`,
    );
  });

  it('are three', async () => {
    const roles = named({ ...own(), writer: own().reader });
    await expect(staging.migrate({ roles })).rejects.toThrow(
      `The connection strings of reader, writer, purger name ${own().reader}, ${own().purger}. Each role needs a user`,
    );
  });

  it('may do no more than they need', async () => {
    await asSuperuser(`CREATE ROLE ${own().writer} LOGIN CREATEROLE`);
    await expect(staging.migrate()).rejects.toThrow(
      `The database user ${own().writer} may do more than a function needs`,
    );
  });

  it('are not those of another application in the same database', async () => {
    await asSuperuser(`CREATE ROLE ${own().writer} LOGIN`);
    await runAsOwner(staging.url, `CREATE TABLE app (id integer); GRANT SELECT ON app TO ${own().writer}`);
    await expect(staging.migrate()).rejects.toThrow(
      `The database user ${own().writer} is used by another application in this database.`,
    );
  });

  it('keep their password while another database uses them too, and are not locked out there', async () => {
    await staging.migrate();
    // As after a restore of the database into the same server.
    await asSuperuser(`CREATE DATABASE ${staging.name}_copy TEMPLATE ${staging.name}`);
    const before = await staging.users();
    await staging.migrate();
    const roles = named(own());
    roles.reader.connectionString = roles.reader.connectionString.replace(':belfry@', ':another@');
    await expect(staging.migrate({ roles })).rejects.toThrow(
      `Its password is not changed, because it is used in the database ${staging.name}_copy of the same server too.`,
    );
    expect(await staging.users()).toEqual(before);
    await asSuperuser(`DROP DATABASE ${staging.name}_copy`);
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
    const requests = (async () => {
      let served = 0;
      for (; !isMigrated || served === 0; served += 1)
        expect(await isServed({ urlOf: formerUrl })).toBe(true);
      return served;
    })();
    await Promise.all([production.migrate(), production.migrate()]).finally(() => {
      isMigrated = true;
    });
    expect(await requests).toBeGreaterThan(0);
    expect(await isServed(production)).toBe(true);
    expect(await isServed({ urlOf: formerUrl })).toBe(true);

    // As with a table that a later migration makes.
    await runAsOwner(production.url, 'REVOKE ALL ON notifications FROM belfry_writer');
    await production.migrate();
    expect(await isServed({ urlOf: formerUrl })).toBe(true);
  });
});
