/**
 * Migrates a database as its owner, with users that sign in with IAM tokens, then signs in as each of them as a function
 * does. Prints who it was, or why the migration failed. A process of its own, because NODE_EXTRA_CA_CERTS is read when one
 * starts. Its argument is JSON.
 */
import { sql } from 'drizzle-orm';
import { createDatabase } from '../../../functions/persistence/database.ts';
import { migrate } from '../../../functions/persistence/migrate.ts';

const { host, port, master, credentials, users, ...options } = JSON.parse(process.argv[2] ?? '{}');
const endpoint = { host, port, database: master.database, tls: true };
const token = { kind: 'iam', region: 'us-east-1' } as const;
const loginOf = (user: string) => ({ ...endpoint, user, auth: token });
const roles = {
  reader: loginOf(users.reader),
  writer: loginOf(users.writer),
  purger: loginOf(users.purger),
};
const owner = {
  ...endpoint,
  user: master.user,
  auth: { kind: 'password', password: master.password },
} as const;
const signing = { credentials: () => credentials };
try {
  await migrate(owner, { roles, installation: 'test', ...signing, ...options });
  for (const login of Object.values(roles)) {
    const database = createDatabase(login, signing);
    const [row] = await database.execute(sql`SELECT current_user AS name`);
    console.log(row?.name);
    await database.close();
  }
} catch (error) {
  console.log(String(error));
}
