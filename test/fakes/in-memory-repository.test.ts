import { configured } from '../contracts/notification-repository/suite.ts';
import { testNotificationRepository } from '../contracts/notification-repository.ts';
import { testRetentionRepository } from '../contracts/retention-repository.ts';
import { contentOf, ruleOf } from '../support/content.ts';
import { createInMemoryRepository } from './in-memory-repository.ts';

const content = contentOf();

testNotificationRepository('The in-memory repository', async () => {
  let now = Date.UTC(2026, 0, 1);
  const repository = createInMemoryRepository(() => now, configured);
  return {
    repository,
    timers: repository,
    schedules: repository,
    now: () => now,
    letTimePass: async (ms) => {
      now += ms;
    },
    raiseFloor: async (user_id, version) => repository.raiseFloor(user_id, version),
    moveUp: async (user_id, id) => repository.moveUp(user_id, id),
    holdSecond: async () => {},
    endSecond: async () => {
      now += 1_000;
    },
    close: async () => {},
  };
});

testRetentionRepository('The in-memory repository', async () => {
  let now = Date.UTC(2026, 0, 1);
  const repository = createInMemoryRepository(() => now, configured);
  return {
    retention: repository,
    inboxes: repository,
    async createAt(user_id, created_at, scope = null, key = null) {
      const presently = now;
      now = created_at;
      const [stored] = await repository.create(content, ruleOf({ scope: scope ?? null }), [user_id], key);
      now = presently;
      return stored?.notification?.id ?? 0;
    },
    close: async () => {},
  };
});
