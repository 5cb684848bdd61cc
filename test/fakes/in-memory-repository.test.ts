import { testNotificationRepository } from '../contracts/notification-repository.ts';
import { testRetentionRepository } from '../contracts/retention-repository.ts';
import { contentOf } from '../support/content.ts';
import { createInMemoryRepository } from './in-memory-repository.ts';

const content = contentOf();

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

testRetentionRepository('The in-memory repository', async () => {
  let now = Date.UTC(2026, 0, 1);
  const repository = createInMemoryRepository(() => now);
  return {
    retention: repository,
    inboxes: repository,
    async createAt(user_id, created_at) {
      const presently = now;
      now = created_at;
      const [stored] = await repository.create(content, [user_id], null);
      now = presently;
      return stored?.notification.id ?? 0;
    },
    close: async () => {},
  };
});
