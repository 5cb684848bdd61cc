import { createDatabase } from '../../functions/persistence/database.ts';
import { testNotificationRepository } from '../contracts/notification-repository.ts';
import { createTestDatabase } from '../support/database.ts';
import { repositoriesUnderTest } from '../support/repositories-under-test.ts';

// As the role that the functions sign in with, so that a missing grant shows.
testNotificationRepository('PostgreSQL', async () => {
  const test = await createTestDatabase();
  const database = createDatabase(test.as('writer'));
  return {
    ...(await repositoriesUnderTest(database, test.query)),
    close: async () => {
      await database.close();
      await test.close();
    },
  };
});
