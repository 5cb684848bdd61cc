import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { type DatabaseRole, databaseRoles } from '../../functions/core/deployment.ts';
import { createDatabase } from '../../functions/persistence/database.ts';
import { type MigrateOptions, migrate } from '../../functions/persistence/migrate.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { contentOf, ruleOf } from './content.ts';
import { migrateOptions, runAsOwner } from './database.ts';

/** An installation with a database of its own, in a server where others have theirs. Its owner is no superuser. */
export interface Neighbour {
  /** The name of the database, and the beginning of the names of its users. */
  name: string;
  /** The URL of the database, as its owner. */
  url: string;
  /** The URL of the database, or of another one, as the user of a role. */
  urlOf(role: DatabaseRole, database?: string): string;
  migrate(changes?: Partial<MigrateOptions>): Promise<void>;
  /** What the server knows of the users: attributes, settings, passwords and memberships. */
  users(): Promise<unknown[]>;
  /** Drops the database and the users. */
  close(): Promise<void>;
}

/** Makes a database with an owner in the server of the run. Nothing of ours is in it yet. */
export async function createNeighbour(): Promise<Neighbour> {
  const server = inject('postgresUrl');
  const name = `site_${randomUUID().replaceAll('-', '')}`;
  const owner = `${name}_owner`;
  await runAsOwner(server, `CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD 'owner'`);
  await runAsOwner(server, `CREATE DATABASE ${name} OWNER ${owner} TEMPLATE template0`);
  const url = Object.assign(new URL(server), { username: owner, password: 'owner', pathname: name }).href;
  const options = migrateOptions(url, name);
  return {
    name,
    url,
    urlOf: (role, database = name) =>
      Object.assign(new URL(options.roles[role].connectionString), { pathname: database }).href,
    migrate: (changes) => migrate({ connectionString: url }, { ...options, ...changes }),
    users: () =>
      runAsOwner(
        server,
        `SELECT r.*, s.setconfig, ARRAY(SELECT roleid::regrole FROM pg_auth_members WHERE member = r.oid) AS memberships
         FROM pg_authid r LEFT JOIN pg_db_role_setting s ON s.setrole = r.oid WHERE rolname LIKE $1 ORDER BY rolname`,
        [`${name}%`],
      ),
    async close() {
      await runAsOwner(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      const users = databaseRoles.map((role) => `${name}_${role}`);
      await runAsOwner(server, `DROP ROLE IF EXISTS ${[...users, owner].join(', ')}`);
    },
  };
}

/** Creates a notification as the writer, and answers whether the reader sees it. */
export async function isServed({ urlOf }: Pick<Neighbour, 'urlOf'>): Promise<boolean> {
  const writer = createDatabase({ connectionString: urlOf('writer') });
  const reader = createDatabase({ connectionString: urlOf('reader') });
  const user = randomUUID();
  try {
    await createNotificationRepository(writer, { scopes: [] }).create(contentOf(), ruleOf(), [user], null);
    return (await createNotificationRepository(reader, { scopes: [] }).inbox(user)).unread_count === 1;
  } finally {
    await Promise.all([writer.close(), reader.close()]);
  }
}
