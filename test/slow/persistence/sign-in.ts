/**
 * Migrates a database as its owner, then signs in as each function's role with an IAM token, and prints who it was. A
 * process of its own, because NODE_EXTRA_CA_CERTS is read when one starts. Its argument is JSON.
 */
import { sql } from 'drizzle-orm';
import { createDatabase } from '../../../functions/persistence/database.ts';
import { migrate } from '../../../functions/persistence/migrate.ts';

const { host, port, master, credentials, migrationsFolder } = JSON.parse(process.argv[2] ?? '{}');
const endpoint = { host, port, database: master.database, tls: true };
const auth = { kind: 'password', password: master.password } as const;
await migrate({ ...endpoint, user: master.user, auth }, { migrationsFolder });
for (const user of ['belfry_reader', 'belfry_writer', 'belfry_purger']) {
  const connection = { ...endpoint, user, auth: { kind: 'iam', region: 'us-east-1' } as const };
  const database = createDatabase(connection, { credentials: () => credentials });
  console.log(await database.execute(sql`SELECT current_user`));
  await database.close();
}
