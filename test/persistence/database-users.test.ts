import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { type DatabaseRole, databaseRoles } from '../../functions/core/deployment.ts';
import { runAsOwner } from '../support/database.ts';
import { createNeighbour, isServed, type Neighbour } from '../support/neighbour.ts';

const asSuperuser = (statement: string) => runAsOwner(inject('postgresUrl'), statement);

let staging: Neighbour;
beforeEach(async () => {
  staging = await createNeighbour();
});
afterEach(() => staging.close());

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

  it.each<[string, (user: string) => string]>([
    ['by themselves', (user) => `ALTER ROLE ${user} CREATEROLE`],
    ['as members of the owner', (user) => `GRANT ${staging.name}_owner TO ${user}`],
    ['as members of a predefined role', (user) => `GRANT pg_read_all_data TO ${user}`],
    [
      'as members of a role that may make databases',
      (user) => `CREATE ROLE ${user}s CREATEDB; GRANT ${user}s TO ${user}`,
    ],
  ])('may do no more than they need, %s', async (_, statement) => {
    const { writer } = own();
    await asSuperuser(`CREATE ROLE ${writer} LOGIN; ${statement(writer)}`);
    onTestFinished(() => asSuperuser(`DROP ROLE IF EXISTS ${writer}s`).then(() => {}));
    await expect(staging.migrate()).rejects.toThrow(
      `The database user ${writer} may do more than a function needs`,
    );
  });

  it('may be members of a group that may do nothing else', async () => {
    const { writer } = own();
    await asSuperuser(
      `CREATE ROLE ${writer}s; CREATE ROLE ${writer} IN ROLE ${writer}s ADMIN ${staging.name}_owner`,
    );
    onTestFinished(() => asSuperuser(`DROP ROLE ${writer}s`).then(() => {}));
    await staging.migrate();
  });

  it('must be ones that the migration may change, and the message shows the statement', async () => {
    const { writer } = own();
    await asSuperuser(`CREATE ROLE ${writer} LOGIN`);
    const failure: Error = await staging.migrate().catch((error) => error);
    expect(failure.message).toMatch(
      new RegExp(
        `^The database user ${writer} cannot be changed: permission denied.*\\. Nothing was migrated\\.`,
      ),
    );
    const [, grant = ''] = /(GRANT .* WITH ADMIN OPTION)/.exec(failure.message) ?? [];
    await asSuperuser(grant.replace('…', `${staging.name}_owner`));
    await staging.migrate();
  });

  it('may have expired, and the message says that the password is not the reason', async () => {
    await staging.migrate();
    await asSuperuser(`ALTER ROLE ${own().reader} VALID UNTIL '2020-01-01'`);
    await expect(staging.migrate()).rejects.toThrow(
      `password authentication failed for user "${own().reader}". The server has this password now. So the user has expired (VALID UNTIL)`,
    );
  });

  it('are named if the server does not let the migration set their password', async () => {
    await staging.migrate();
    const { writer } = own();
    await asSuperuser(`ALTER ROLE ${writer} PASSWORD 'another'`);
    // As after a dump of a server before PostgreSQL 16, which knows no such grants.
    await asSuperuser(`REVOKE ${writer} FROM ${staging.name}_owner`);
    await expect(staging.migrate()).rejects.toThrow(
      new RegExp(
        `^The schema is up to date, but ${writer} \\(writer\\) cannot sign in with its connection string: password ` +
          `authentication failed for user "${writer}"\\. Its password cannot be set: permission denied .*WITH ADMIN OPTION`,
      ),
    );
  });

  it('are not those of another application in the same database', async () => {
    await asSuperuser(`CREATE ROLE ${own().writer} LOGIN`);
    await runAsOwner(staging.url, `CREATE TABLE app (id integer); GRANT SELECT ON app TO ${own().writer}`);
    await expect(staging.migrate()).rejects.toThrow(
      `The database user ${own().writer} is used by another application in this database.`,
    );
  });

  it('stay as they are while another database uses them too, and are not locked out there', async () => {
    await staging.migrate();
    // As after a restore of the database into the same server.
    await asSuperuser(`CREATE DATABASE ${staging.name}_copy TEMPLATE ${staging.name}`);
    await asSuperuser(`ALTER ROLE ${own().reader} CONNECTION LIMIT 7`);
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
