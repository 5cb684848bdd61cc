import { testNotificationRepository } from '../contracts/notification-repository.ts';
import { createInMemoryRepository } from './in-memory-repository.ts';

testNotificationRepository('The in-memory repository', async () => {
  let now = Date.UTC(2026, 0, 1);
  const repository = createInMemoryRepository(() => now);
  return {
    repository,
    raiseFloor: async (user_id, version) => repository.raiseFloor(user_id, version),
    holdSecond: async () => {},
    endSecond: async () => {
      now += 1_000;
    },
    close: async () => {},
  };
});
