import { afterAll, describe, inject } from 'vitest';
import { createDatabase } from '../../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../../functions/persistence/notification-repository.ts';
import { createRetentionRepository } from '../../../functions/persistence/retention.ts';
import { configured } from '../../contracts/notification-repository/suite.ts';
import { testNotificationRepository } from '../../contracts/notification-repository.ts';
import { testRetentionRepository } from '../../contracts/retention-repository.ts';
import { contentOf, ruleOf } from '../../support/content.ts';
import { createTestDatabase } from '../../support/database.ts';
import { repositoriesUnderTest } from '../../support/repositories-under-test.ts';

/** A database of its own, with sessions of the functions' users. */
async function open() {
  const test = await createTestDatabase();
  const writer = createDatabase(test.as('writer'));
  const purger = createDatabase(test.as('purger'));
  return {
    writer,
    purger,
    query: test.query,
    async close() {
      await Promise.all([writer.close(), purger.close()]);
      await test.close();
    },
  };
}

describe.runIf(inject('postgresUrl'))(inject('postgresVersion'), () => {
  testNotificationRepository('A repository in it', async () => {
    const database = await open();
    return {
      ...(await repositoriesUnderTest(database.writer, database.query)),
      close: () => database.close(),
    };
  });

  let shared: ReturnType<typeof open> | undefined;
  afterAll(async () => (await shared)?.close());
  testRetentionRepository('A repository in it', async () => {
    shared ??= open();
    const database = await shared;
    await database.query('TRUNCATE inboxes, notifications');
    const inboxes = createNotificationRepository(database.writer, configured);
    return {
      retention: createRetentionRepository(database.purger),
      inboxes,
      async createAt(user_id, created_at, scope = null, key = null) {
        const [stored] = await inboxes.create(contentOf(), ruleOf({ scope }), [user_id], key);
        const id = stored?.notification?.id ?? 0;
        await database.query('UPDATE notifications SET created_at = $2 WHERE id = $1', [
          id,
          new Date(created_at),
        ]);
        return id;
      },
      close: async () => {},
    };
  });
});
