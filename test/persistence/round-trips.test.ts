import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NotificationRepository } from '../../functions/core/notification-repository.ts';
import type { RetentionRepository } from '../../functions/core/retention.ts';
import type { ScheduleRepository } from '../../functions/core/scheduled.ts';
import type { TimerRepository } from '../../functions/core/timers.ts';
import { createDatabase, type Database } from '../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { createRetentionRepository } from '../../functions/persistence/retention.ts';
import { createScheduleRepository } from '../../functions/persistence/schedules.ts';
import { createTimerRepository } from '../../functions/persistence/timers.ts';
import { contentOf, ruleOf, wholeInbox } from '../support/content.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';

const user_id = randomUUID();
const content = contentOf();
const feed = {
  limit: 20,
  before_position: null,
  statuses: ['unread', 'read'],
  scope: null,
  types: [],
} as const;

let test: TestDatabase;
let proxy: PostgresProxy;
let database: Database;
let repository: NotificationRepository;
let retention: RetentionRepository;
let timers: TimerRepository;
let schedules: ScheduleRepository;
let id: number;

beforeAll(async () => {
  test = await createTestDatabase();
  proxy = await createPostgresProxy(test.url);
  database = createDatabase({ connectionString: proxy.url });
  const policy = { scopes: ['attendee', 'organizer'], types: { booking: { events: true } } };
  repository = createNotificationRepository(database, policy);
  timers = createTimerRepository(database, policy);
  schedules = createScheduleRepository(database);
  retention = createRetentionRepository(database);
  const [first] = await repository.create(content, ruleOf(), [user_id], 'repeated');
  id = first?.notification?.id ?? 0;
});

afterAll(async () => {
  await database.close();
  await proxy.close();
  await test.close();
});

const bounds = { archive_before: Date.now() + 60_000, delete_before: Date.now() - 60_000 };
const promo = ruleOf({ optional: { type: 'promo', isDefaultOn: true } });
const grouped = contentOf({ group: { key: 'group', title: null, body: null } });
const soon = new Date(Date.now() + 3_600_000).toISOString();
const command = { ...content, user_ids: [user_id], is_batch: false, idempotency_key: 'scheduled' };
const many = Array.from({ length: 500 }, () => randomUUID());

it.each<[string, number, () => Promise<unknown>]>([
  ['creates a notification', 1, () => repository.create(content, ruleOf(), [user_id], randomUUID())],
  ['creates 500 notifications', 1, () => repository.create(content, ruleOf(), many, randomUUID())],
  ['answers a repeated key', 1, () => repository.create(content, ruleOf(), [user_id], 'repeated')],
  ['lists a page with the unread count', 1, () => repository.list(user_id, feed)],
  ['tells changes', 1, () => repository.changes(user_id, 0)],
  ['tells the unread count', 1, () => repository.inbox(user_id)],
  ['finds a notification', 1, () => repository.find(user_id, id)],
  ['marks a notification', 1, () => repository.mark(user_id, id, 'read')],
  ['marks several notifications', 1, () => repository.markMany(user_id, 'unread', [{ id, position: id }])],
  ['archives what is read', 1, () => repository.archiveRead(user_id, wholeInbox)],
  ['counts what a bell shows as seen', 1, () => repository.seen(user_id, id, 'organizer')],
  ['answers preferences', 1, () => repository.choices(user_id)],
  ['sets preferences', 1, () => repository.choose(user_id, { off: ['promo'], on: [] })],
  [
    'creates nothing for a user who has switched the type off',
    1,
    () => repository.create(content, promo, [user_id], null),
  ],
  ['creates in a group', 1, () => repository.create(grouped, ruleOf(), [user_id], randomUUID())],
  ['creates for many in a group', 1, () => repository.create(grouped, ruleOf(), [user_id, ...many], null)],
  [
    'updates for many',
    1,
    () => repository.update({ title: 'New' }, true, [user_id, ...many], 'repeated', []),
  ],
  ['tells the creates of a group', 1, () => repository.activities(user_id, id, null, 20)],
  ['snoozes a notification', 1, () => repository.snooze(user_id, id, soon)],
  ['unsnoozes a notification', 1, () => repository.unsnooze(user_id, id)],
  ['presses a button', 1, () => repository.press(user_id, id, 'accept')],
  ['takes a button back', 1, () => repository.unpress(user_id, id, 'accept')],
  ['retracts for many', 1, () => repository.retract({ group_key: 'group' }, [user_id, ...many], [])],
  ['schedules a create', 1, () => schedules.schedule(command, soon, null)],
  ['finds a schedule', 1, () => schedules.findSchedule(1)],
  ['cancels a schedule', 1, () => schedules.cancel(1, null)],
  ['fires what is due', 1, () => timers.fire([user_id])],
  ['claims schedules', 1, () => timers.claimScheduled()],
  ['settles a schedule', 1, () => timers.settleScheduled(1, 'sent')],
  ['takes events', 1, () => timers.takeEvents()],
  ['drops events', 1, () => timers.dropEvents([1])],
  ['tells what is due next', 1, () => timers.standing()],
  ['marks everything as read', 1, () => repository.readAll(user_id, wholeInbox)],
  ['finds what is due', 1, () => retention.due(bounds, null)],
  [
    'archives and deletes what is due of several inboxes',
    1,
    () =>
      retention.purge(
        [user_id, ...many].map((of) => ({ user_id: of, ids: [id] })),
        bounds,
      ),
  ],
  ['deletes old schedules', 1, () => retention.dropSchedules(Date.now())],
  ['counts the unread of all inboxes', 1, () => retention.unreadCounts()],
])('%s in %i round trip(s)', async (_, expected, run) => {
  proxy.takeRoundTrips();
  await run();
  expect(proxy.takeRoundTrips()).toBe(expected);
});
