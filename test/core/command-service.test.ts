import { beforeEach, describe, expect, it } from 'vitest';
import type { CreatedMany, CreatedOne } from '../../functions/core/answers.ts';
import type { CommandService } from '../../functions/core/command-service.ts';
import { createPolicy } from '../../functions/core/create-policy.ts';
import { IdempotencyConflict, Unavailable } from '../../functions/core/errors.ts';
import { contentFields } from '../../functions/core/notification.ts';
import type { NotificationRepository } from '../../functions/core/notification-repository.ts';
import type { Publisher } from '../../functions/core/ports.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../fakes/recording-metrics.ts';
import { createRecordingPublisher, type RecordingPublisher } from '../fakes/recording-publisher.ts';
import { wholeInbox } from '../support/content.ts';
import { inboxState } from '../support/inbox-state.ts';
import { policyOf } from '../support/policy.ts';
import { createOf, servicesOver } from '../support/services.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';

let clock: TestClock;
let repository: InMemoryRepository;
let publisher: RecordingPublisher;
let metrics: RecordingMetrics;
let service: CommandService;

beforeEach(() => {
  clock = createTestClock();
  repository = createInMemoryRepository(clock.now);
  publisher = createRecordingPublisher();
  metrics = createRecordingMetrics();
  service = serviceWith({});
});

const policy = policyOf({ types: { promo: {}, digest: { default: 'off' } } });
const { rule } = createPolicy(policy);

const serviceWith = ({
  repository: other,
  ...changes
}: {
  repository?: NotificationRepository;
  publisher?: Publisher;
}) =>
  servicesOver({ ...repository, ...other }, { publisher, metrics, clock: clock.now, ...changes }).commands;

/** Creates for one user, who may have switched the type off. */
async function tryOne(changes: object = {}, by: CommandService = service): Promise<CreatedOne> {
  const command = createOf({ user_id: alice, title: 'Build passed', body: 'All green.', ...changes });
  const created = await by.create(command, rule(command), 'invoke');
  if (!('notification' in created)) throw new Error('The answer is for a batch.');
  return created;
}

async function createOne(changes: object = {}, by: CommandService = service) {
  const { notification, ...created } = await tryOne(changes, by);
  if (!notification) throw new Error('The type is switched off.');
  return { notification, ...created };
}

async function createMany(user_ids: string[], changes: object = {}): Promise<CreatedMany> {
  const command = createOf({ user_ids, title: 'Build passed', body: 'All green.', ...changes });
  const created = await service.create(command, rule(command), 'queue');
  if (!('notifications' in created)) throw new Error('The answer is for one.');
  return created;
}

/** A repository that cannot be reached. */
const unreachable: NotificationRepository = new Proxy(
  createInMemoryRepository(() => 0),
  {
    get: () => async () => {
      throw new Unavailable('The database');
    },
  },
);

const types = () => publisher.pushes.map(({ frame }) => frame.type);
const lastPush = () => publisher.pushes.at(-1);

describe('Creating a notification', () => {
  it('writes the row', async () => {
    const { notification } = await createOne();
    expect(await repository.find(alice, notification.id)).toEqual(notification);
  });

  it('answers with the notification', async () => {
    const { notification, created } = await createOne({ actor_id: bob, metadata: { type: 'build' } });
    expect(created).toBe(true);
    expect(notification).toMatchObject({
      user_id: alice,
      actor_id: bob,
      title: 'Build passed',
      body: 'All green.',
      metadata: { type: 'build' },
      channel: 'in_app',
      status: 'unread',
      version: 1,
    });
  });

  it('pushes it in full with the state of the inbox', async () => {
    const { notification } = await createOne();
    expect(publisher.pushes).toEqual([
      {
        user_id: alice,
        frame: { type: 'notification.created', ...inboxState(alice, 1, 1), notification },
      },
    ]);
  });

  it('persists before it delivers', async () => {
    const foundAtDelivery: unknown[] = [];
    const looking: Publisher = {
      async publish(pushes) {
        for (const { user_id } of pushes) foundAtDelivery.push(await repository.inbox(user_id));
        return publisher.publish(pushes);
      },
    };
    await createOne({}, serviceWith({ publisher: looking }));
    expect(foundAtDelivery).toEqual([inboxState(alice, 1, 1)]);
  });

  it('succeeds, and says so, if no connection could be reached', async () => {
    const report = { connections: 2, posted: 0, gone: 0, failed: 2 };
    const failing = serviceWith({ publisher: createRecordingPublisher(report) });
    expect(await createOne({}, failing)).toMatchObject({ created: true, delivery: report });
  });

  it('publishes nothing if the repository fails', async () => {
    const broken = serviceWith({ repository: unreachable });
    await expect(createOne({}, broken)).rejects.toThrow(Unavailable);
    expect(publisher.pushes).toEqual([]);
  });

  it('publishes nothing if the key was used with other content', async () => {
    await createOne({ idempotency_key: 'k' });
    await expect(createOne({ idempotency_key: 'k', title: 'Other' })).rejects.toThrow(IdempotencyConflict);
    expect(types()).toEqual(['notification.created']);
  });

  it('is pushed as inbox.changed from the 21st change within one second on', async () => {
    for (let n = 0; n < 22; n += 1) await createOne();
    expect(
      types()
        .slice(0, 20)
        .every((type) => type === 'notification.created'),
    ).toBe(true);
    expect(publisher.pushes.slice(20).map(({ frame }) => frame)).toEqual([
      { type: 'inbox.changed', ...inboxState(alice, 21, 21) },
      { type: 'inbox.changed', ...inboxState(alice, 22, 22) },
    ]);
  });

  it('is pushed in full again when the second is over', async () => {
    for (let n = 0; n < 21; n += 1) await createOne();
    await clock.advance(1_000);
    await createOne();
    expect(lastPush()?.frame).toMatchObject({ type: 'notification.created', user_id: alice, version: 22 });
  });

  it('counts the burst of each inbox alone', async () => {
    for (let n = 0; n < 21; n += 1) await createOne();
    await createOne({ user_id: bob });
    expect(lastPush()).toMatchObject({ user_id: bob, frame: { type: 'notification.created' } });
  });
});

it('What a repository stores of a command is its content alone', async () => {
  const contents: string[][] = [];
  const looking: NotificationRepository = {
    ...repository,
    create(content, ...rest) {
      contents.push(Object.keys(content).toSorted());
      return repository.create(content, ...rest);
    },
  };
  await createOne({ idempotency_key: 'k' }, serviceWith({ repository: looking }));
  const fields = [...Object.keys(contentFields), 'group', 'alert_after'];
  expect(contents).toEqual([fields.toSorted()]);
});

describe('Creating for several users', () => {
  it('answers with each id in the order in which they were named', async () => {
    const { notifications } = await createMany([bob, alice]);
    expect(notifications.map(({ user_id, created }) => ({ user_id, created }))).toEqual([
      { user_id: bob, created: true },
      { user_id: alice, created: true },
    ]);
    for (const { id, user_id } of notifications) expect(await repository.find(user_id, id)).toBeDefined();
  });

  it('pushes to each their own notification, in one round', async () => {
    const rounds: number[] = [];
    const counting: Publisher = {
      publish: (pushes) => {
        rounds.push(pushes.length);
        return publisher.publish(pushes);
      },
    };
    service = serviceWith({ publisher: counting });
    await createMany([bob, alice]);
    expect(rounds).toEqual([2]);
    for (const { user_id, frame } of publisher.pushes) {
      expect(frame).toMatchObject({ type: 'notification.created', notification: { user_id } });
    }
  });

  it('answers a list even for one user', async () => {
    expect((await createMany([alice])).notifications).toHaveLength(1);
  });

  it('says which recipients are new, if some had the key already', async () => {
    await createOne({ idempotency_key: 'k' });
    const { notifications } = await createMany([alice, bob], { idempotency_key: 'k' });
    expect(notifications.map(({ created }) => created)).toEqual([false, true]);
  });

  it('writes for none if the key has other content for one', async () => {
    await createOne({ idempotency_key: 'k', title: 'Other' });
    await expect(createMany([bob, alice], { idempotency_key: 'k' })).rejects.toThrow(IdempotencyConflict);
    expect(await repository.inbox(bob)).toEqual(inboxState(bob, 0, 0));
    expect(publisher.pushes).toHaveLength(1);
  });
});

describe('Creating what a recipient has switched off', () => {
  const promo = { metadata: { type: 'Promo' } };

  beforeEach(async () => {
    await repository.choose(alice, { off: ['promo'], on: [] });
  });

  it('writes nothing, pushes nothing, and says so', async () => {
    expect(await tryOne(promo)).toMatchObject({ notification: null, created: false, suppressed: true });
    expect(await repository.inbox(alice)).toEqual(inboxState(alice, 0, 0));
    expect(publisher.pushes).toEqual([]);
  });

  it('names those who have switched it off, and creates for the others', async () => {
    const { notifications, suppressed } = await createMany([bob, alice], promo);
    expect(notifications).toMatchObject([{ user_id: bob, created: true }]);
    expect(suppressed).toEqual([alice]);
    expect(publisher.pushes.map(({ user_id }) => user_id)).toEqual([bob]);
  });

  it('leaves nothing of its key, which may create later', async () => {
    await tryOne({ ...promo, idempotency_key: 'k' });
    await repository.choose(alice, { off: [], on: ['promo'] });
    expect(await tryOne({ ...promo, idempotency_key: 'k' })).toMatchObject({
      created: true,
      suppressed: false,
    });
  });

  it('is the same for a type that is off by default, until a user switches it on', async () => {
    const digest = { metadata: { type: 'digest' } };
    expect(await tryOne(digest)).toMatchObject({ suppressed: true });
    await repository.choose(alice, { off: [], on: ['digest'] });
    expect(await tryOne(digest)).toMatchObject({ created: true, suppressed: false });
  });

  it('is measured by door and type, as the settings spell it', async () => {
    await tryOne(promo);
    await createMany([bob, alice], promo);
    expect(metrics.measured).toEqual([
      { name: 'NotificationsSuppressed', value: 1, labels: { door: 'invoke', type: 'promo' } },
      { name: 'NotificationsCreated', value: 1, labels: { door: 'queue', type: 'promo' } },
      { name: 'NotificationsSuppressed', value: 1, labels: { door: 'queue', type: 'promo' } },
    ]);
  });
});

describe('A repeated idempotency key', () => {
  it('makes nothing and answers with the first notification', async () => {
    const first = await createOne({ idempotency_key: 'k' });
    const second = await createOne({ idempotency_key: 'k' });
    expect(second).toMatchObject({ created: false, notification: first.notification });
    expect(await repository.inbox(alice)).toEqual(inboxState(alice, 1, 1));
  });

  it('delivers again in full while the creation is the latest change', async () => {
    await createOne({ idempotency_key: 'k' });
    await createOne({ idempotency_key: 'k' });
    const [first, second] = publisher.pushes;
    expect(second).toEqual(first);
  });

  it('delivers again as inbox.changed if the notification has changed, which others may have done with it', async () => {
    const [{ notification }, { notification: other }] = [
      await createOne({ idempotency_key: 'k' }),
      await createOne(),
    ];
    const marks = [notification, other].map(({ id }) => ({ id, position: null }));
    await repository.markMany(alice, 'read', marks);
    await clock.advance(1);
    await repository.markMany(alice, 'unread', marks);
    await createOne({ idempotency_key: 'k' });
    expect(lastPush()?.frame).toEqual({ type: 'inbox.changed', ...inboxState(alice, 4, 2, 0) });
  });

  it('delivers again as inbox.changed if the inbox has changed since', async () => {
    await createOne({ idempotency_key: 'k' });
    await createOne();
    await createOne({ idempotency_key: 'k' });
    expect(lastPush()?.frame).toEqual({ type: 'inbox.changed', ...inboxState(alice, 2, 2) });
  });

  it('delivers again as inbox.changed after a read-all, which changed other rows too', async () => {
    await createOne();
    await createOne({ idempotency_key: 'k' });
    await clock.advance(1);
    await repository.readAll(alice, wholeInbox);
    await createOne({ idempotency_key: 'k' });
    expect(lastPush()?.frame).toEqual({ type: 'inbox.changed', ...inboxState(alice, 3, 0) });
  });

  it('is another key for another user', async () => {
    await createOne({ idempotency_key: 'k' });
    expect(await createOne({ idempotency_key: 'k', user_id: bob })).toMatchObject({ created: true });
  });
});

describe('What is measured of a create', () => {
  const delivered = { connections: 1, posted: 1, gone: 0, failed: 0 };
  /** A publisher that takes some time to reach one connection. */
  const slow = (ms: number, report = delivered): Publisher => ({
    async publish() {
      await clock.advance(ms);
      return report;
    },
  });

  it('is each notification that was made, by door and type', async () => {
    await createOne({ metadata: { type: 'comment' } });
    await createMany([alice, bob]);
    expect(metrics.measured).toEqual([
      { name: 'NotificationsCreated', value: 1, labels: { door: 'invoke', type: 'comment' } },
      { name: 'NotificationsCreated', value: 2, labels: { door: 'queue' } },
    ]);
  });

  it('is no notification for a repeated key', async () => {
    await createOne({ idempotency_key: 'k' });
    await createOne({ idempotency_key: 'k' });
    expect(metrics.measured).toMatchObject([{ name: 'NotificationsCreated', value: 1 }]);
  });

  it('is what went into the notification of its group', async () => {
    const group = { key: 'event-1' };
    await createOne({ group });
    await createOne({ group, idempotency_key: 'k' });
    await createOne({ group, idempotency_key: 'k' });
    expect(metrics.measured).toEqual([
      { name: 'NotificationsCreated', value: 1, labels: { door: 'invoke' } },
      { name: 'NotificationsGrouped', value: 1, labels: { door: 'invoke' } },
    ]);
  });

  it('is the time from taking the command until all posts were answered', async () => {
    await createOne({}, serviceWith({ publisher: slow(70) }));
    expect(metrics.measured).toContainEqual({ name: 'CreateToPostLatency', value: 70 });
  });

  it('is no such time if nothing was posted', async () => {
    await createOne({}, serviceWith({ publisher: slow(70, { ...delivered, posted: 0, failed: 1 }) }));
    expect(metrics.measured.map(({ name }) => name)).toEqual(['NotificationsCreated']);
  });
});
