import { createDatabase } from '../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { configuredScopes } from '../contracts/notification-repository/suite.ts';
import { testNotificationRepository } from '../contracts/notification-repository.ts';
import { createTestDatabase } from '../support/database.ts';
import { makeMovedUp } from '../support/moved-up.ts';

// As the role that the functions sign in with, so that a missing grant shows.
testNotificationRepository('PostgreSQL', async () => {
  const test = await createTestDatabase();
  await test.query(makeMovedUp);
  const database = createDatabase(test.as('writer'));
  const update = (set: string, values: unknown[]) =>
    test.query(`UPDATE inboxes SET ${set} WHERE user_id = $1`, values).then(() => {});
  return {
    repository: createNotificationRepository(database, { scopes: configuredScopes }),
    raiseFloor: (user_id, version) => update('floor_version = $2', [user_id, version]),
    moveUp: (user_id, id) => test.query('SELECT moved_up($1, $2)', [user_id, id]).then(() => {}),
    holdSecond: (user_id) => update("burst_started_at = now() + interval '1 hour'", [user_id]),
    endSecond: (user_id) => update("burst_started_at = now() - interval '1 hour'", [user_id]),
    close: async () => {
      await database.close();
      await test.close();
    },
  };
});
