import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe } from 'vitest';
import { createDatabase } from '../../../functions/persistence/database.ts';
import { migrate } from '../../../functions/persistence/migrate.ts';
import { createNotificationRepository } from '../../../functions/persistence/notification-repository.ts';
import { createRetentionRepository } from '../../../functions/persistence/retention.ts';
import { startPostgres } from '../../../local/database/postgres.ts';
import { accountFor, commandLine } from '../../../local/database/postgres-data-directory.ts';
import { configuredScopes } from '../../contracts/notification-repository/suite.ts';
import { testNotificationRepository } from '../../contracts/notification-repository.ts';
import { testRetentionRepository } from '../../contracts/retention-repository.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { migrateOptions, runAsOwner } from '../../support/database.ts';
import { makeMovedUp } from '../../support/moved-up.ts';

/** Where Debian's package postgresql-15 has its programs. It is the oldest version that Belfry supports. */
const binDirectory = '/usr/lib/postgresql/15/bin';

/** As the local runtime does, but that the oldest version knows no built-in locale. */
async function initialize(dataDirectory: string): Promise<void> {
  const account = await accountFor(dataDirectory);
  await mkdir(dataDirectory, { mode: 0o700 });
  if (account) await chown(dataDirectory, account.uid, account.gid);
  const options = [
    '--auth-local=trust',
    '--auth-host=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ];
  const initdb = [`--pgdata=${dataDirectory}`, '--username=postgres', ...options];
  await promisify(execFile)(...commandLine(account, join(binDirectory, 'initdb'), initdb));
}

/** A server of its own, migrated, with sessions of the functions' users. */
async function start() {
  const directory = await mkdtemp(join(tmpdir(), 'belfry-15-'));
  await initialize(join(directory, 'data'));
  const data = {
    dataDirectory: join(directory, 'data'),
    port: 0,
    superuser: 'postgres',
    password: 'postgres',
  };
  const postgres = await startPostgres({ ...data, durable: false, binDirectory });
  const options = migrateOptions(postgres.url(), 'belfry15');
  await migrate({ connectionString: postgres.url() }, options);
  const writer = createDatabase(options.roles.writer);
  const purger = createDatabase(options.roles.purger);
  return {
    writer,
    purger,
    query: (text: string, values?: unknown[]) => runAsOwner(postgres.url(), text, values),
    async close() {
      await Promise.all([writer.close(), purger.close()]);
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

describe.runIf(existsSync(binDirectory))('PostgreSQL 15', () => {
  testNotificationRepository('A repository in it', async () => {
    const server = await start();
    await server.query(makeMovedUp);
    const update = async (set: string, values: unknown[]) => {
      await server.query(`UPDATE inboxes SET ${set} WHERE user_id = $1`, values);
    };
    return {
      repository: createNotificationRepository(server.writer, { scopes: configuredScopes }),
      raiseFloor: (user_id, version) => update('floor_version = $2', [user_id, version]),
      moveUp: (user_id, id) => server.query('SELECT moved_up($1, $2)', [user_id, id]).then(() => {}),
      holdSecond: (user_id) => update("burst_started_at = now() + interval '1 hour'", [user_id]),
      endSecond: (user_id) => update("burst_started_at = now() - interval '1 hour'", [user_id]),
      close: () => server.close(),
    };
  });

  let shared: ReturnType<typeof start> | undefined;
  afterAll(async () => (await shared)?.close());
  testRetentionRepository('A repository in it', async () => {
    shared ??= start();
    const server = await shared;
    await server.query('TRUNCATE inboxes, notifications');
    const inboxes = createNotificationRepository(server.writer, { scopes: configuredScopes });
    return {
      retention: createRetentionRepository(server.purger),
      inboxes,
      async createAt(user_id, created_at, scope = null) {
        const [stored] = await inboxes.create(contentOf(), ruleOf({ scope }), [user_id], null);
        const id = stored?.notification?.id ?? 0;
        await server.query('UPDATE notifications SET created_at = $2 WHERE id = $1', [
          id,
          new Date(created_at),
        ]);
        return id;
      },
      close: async () => {},
    };
  });
});
