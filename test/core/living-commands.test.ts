import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandService } from '../../functions/core/command-service.ts';
import { createPolicy } from '../../functions/core/create-policy.ts';
import {
  AlreadySent,
  Forbidden,
  IdempotencyConflict,
  NotFound,
  Unavailable,
} from '../../functions/core/errors.ts';
import type { UpdateCommand } from '../../functions/core/update-command.ts';
import { createInMemoryDueTimes, type InMemoryDueTimes } from '../fakes/in-memory-due-times.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../fakes/recording-metrics.ts';
import {
  createRecordingPublisher,
  nobodyConnected,
  type RecordingPublisher,
} from '../fakes/recording-publisher.ts';
import { inboxState } from '../support/inbox-state.ts';
import { policyOf } from '../support/policy.ts';
import { createOf, servicesOver } from '../support/services.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';
const carol = '0b5e55ed-0000-4000-8000-000000000001';

const policy = policyOf({ types: { promo: {}, payout: { sources: ['payments'] } } });
const { rule } = createPolicy(policy);

let clock: TestClock;
let repository: InMemoryRepository;
let publisher: RecordingPublisher;
let metrics: RecordingMetrics;
let dueTimes: InMemoryDueTimes;
let commands: CommandService;

beforeEach(() => {
  clock = createTestClock();
  repository = createInMemoryRepository(clock.now, policy);
  publisher = createRecordingPublisher();
  metrics = createRecordingMetrics();
  dueTimes = createInMemoryDueTimes();
  commands = servicesOver(repository, { publisher, metrics, dueTimes, clock: clock.now }).commands;
});

const at = (ms: number) => new Date(clock.now() + ms).toISOString();

function create(changes: object = {}, by = commands) {
  const command = createOf({ user_id: alice, title: 'Ada booked', ...changes }, clock.now());
  return by.create(command, rule(command), 'invoke');
}

const update = (changes: Partial<UpdateCommand> = {}, forbidden: string[] = []) =>
  commands.update(
    {
      user_ids: [alice],
      is_batch: false,
      idempotency_key: 'k',
      patch: { title: 'New' },
      realert: false,
      ...changes,
    },
    forbidden,
  );

const retract = (
  which: { idempotency_key: string } | { group_key: string } = { idempotency_key: 'k' },
  { user_ids = [alice], forbidden = [] }: { user_ids?: string[]; forbidden?: string[] } = {},
) => commands.retract({ user_ids, is_batch: false, which }, forbidden);

const rows = async () => (await repository.changes(alice, 0)).notifications;
const frames = () => publisher.pushes.map(({ frame }) => frame);
const lastFrame = () => frames().at(-1);

/** Commands that cannot store a due time. */
const withoutDueTimes = () =>
  servicesOver(repository, {
    publisher,
    metrics,
    dueTimes: {
      by: async () => {
        throw new Unavailable('The table of due times');
      },
    },
    clock: clock.now,
  }).commands;

describe('A create of a group', () => {
  const group = { key: 'event-1', title: '{count} people booked', body: null };

  it('goes into the unread one, which counts and moves up', async () => {
    await create({ group, actor_id: bob });
    await create();
    const second = await create({ group, actor_id: carol });
    expect(second).toMatchObject({
      notification: {
        id: 1,
        position: 3,
        title: '2 people booked',
        actor_id: carol,
        actor_ids: [bob, carol],
        group_key: 'event-1',
        group_count: 2,
        status: 'unread',
      },
      created: false,
      grouped: true,
      suppressed: false,
    });
    expect(await repository.inbox(alice)).toEqual(inboxState(alice, 3, 2));
  });

  it('is pushed as an update of that one', async () => {
    await create({ group });
    const second = await create({ group });
    const { notification } = { notification: null, ...second };
    expect(lastFrame()).toEqual({ type: 'notification.updated', ...inboxState(alice, 2, 1), notification });
  });

  it('says so for each of several users', async () => {
    await create({ group });
    expect(await create({ group, user_id: null, user_ids: [bob, alice] })).toMatchObject({
      notifications: [
        { user_id: bob, created: true, grouped: false },
        { user_id: alice, created: false, grouped: true },
      ],
    });
  });

  it('that is repeated by its key pushes only that something has changed', async () => {
    await create({ group });
    await create({ group, idempotency_key: 'k' });
    expect(await create({ group, idempotency_key: 'k' })).toMatchObject({ created: false });
    expect(await rows()).toMatchObject([{ group_count: 2 }]);
    expect(lastFrame()).toEqual({ type: 'inbox.changed', ...inboxState(alice, 2, 1) });
  });
});

describe('A create with a time', () => {
  it('lets the tick look when it expires', async () => {
    await create({ expires_at: at(90_000) });
    expect(dueTimes.item).toEqual({ due_at: clock.now() + 90_000 });
  });

  it('lets the tick look when it may still be unread', async () => {
    await create({ alert_after: 60 });
    expect(dueTimes.item).toEqual({ due_at: clock.now() + 60_000 });
  });

  it('lets the tick look at the earlier of both', async () => {
    await create({ alert_after: 60, expires_at: at(50_000) });
    expect(dueTimes.item).toEqual({ due_at: clock.now() + 50_000 });
  });

  it('writes nothing if that cannot be made sure', async () => {
    await expect(create({ expires_at: at(1_000) }, withoutDueTimes())).rejects.toThrow(Unavailable);
    expect(await repository.inbox(alice)).toEqual(inboxState(alice, 0, 0));
    expect(metrics.measured).toEqual([]);
  });

  it('is the only create that asks for it', async () => {
    await create({ group: { key: 'event-1' }, actions: [{ id: 'a', label: 'A' }] }, withoutDueTimes());
    expect(await repository.inbox(alice)).toEqual(inboxState(alice, 1, 1));
  });
});

describe('An update', () => {
  it('edits the notification and pushes it', async () => {
    await create({ idempotency_key: 'k', body: 'Row F' });
    const answer = await update({ patch: { title: 'New', actor_id: bob } });
    expect(answer).toMatchObject({
      notification: { id: 1, position: 1, title: 'New', body: 'Row F', actor_id: bob, version: 2 },
      changed: true,
      delivery: nobodyConnected,
    });
    const { notification } = { notification: null, ...answer };
    expect(lastFrame()).toEqual({ type: 'notification.updated', ...inboxState(alice, 2, 1), notification });
  });

  it('with the same content changes nothing, with realert too, and makes up for a push that was lost', async () => {
    await create({ idempotency_key: 'k' });
    await update({ realert: true });
    const again = await update({ realert: true });
    expect(again).toMatchObject({ notification: { version: 2 }, changed: false });
    expect(lastFrame()).toEqual({ type: 'inbox.changed', ...inboxState(alice, 2, 1) });
  });

  it('with realert makes it unread and moves it up', async () => {
    await create({ idempotency_key: 'k' });
    await create();
    await repository.mark(alice, 1, 'read');
    expect(await update({ realert: true })).toMatchObject({
      notification: { id: 1, position: 3, status: 'unread' },
      changed: true,
    });
  });

  it('for several users answers each, in their order, and names who has none', async () => {
    await create({ user_id: null, user_ids: [alice, bob], idempotency_key: 'k' });
    expect(await update({ user_ids: [bob, carol, alice], is_batch: true })).toEqual({
      notifications: [
        { id: expect.any(Number), user_id: bob, changed: true },
        { id: expect.any(Number), user_id: alice, changed: true },
      ],
      missing: [carol],
      delivery: nobodyConnected,
    });
    expect(publisher.pushes.slice(2).map(({ user_id }) => user_id)).toEqual([bob, alice]);
  });

  it('is refused if no recipient has it, with the key', async () => {
    await create({ idempotency_key: 'other' });
    const refused = update({ user_ids: [alice, bob], is_batch: true });
    await expect(refused).rejects.toThrow(NotFound);
    await expect(refused).rejects.toThrow(
      'None of these users has a notification with the idempotency key "k".',
    );
    expect(publisher.pushes).toHaveLength(1);
    expect(metrics.measured.map(({ name }) => name)).toEqual(['NotificationsCreated']);
  });

  it('is refused for a type that the sender may not create, and changes nothing for any recipient', async () => {
    await create({
      user_id: null,
      user_ids: [alice, bob],
      idempotency_key: 'k',
      metadata: { type: 'Payout' },
    });
    const refused = update({ user_ids: [alice, bob], is_batch: true }, ['payout']);
    await expect(refused).rejects.toThrow(Forbidden);
    expect(await repository.inbox(bob)).toEqual(inboxState(bob, 1, 1));
    expect(metrics.measured.map(({ name }) => name)).toEqual(['NotificationsCreated']);
  });

  it('says that a retracted one stays so', async () => {
    await create({ idempotency_key: 'k' });
    await retract();
    expect(await update()).toMatchObject({
      notification: { id: 1, status: 'retracted', version: 2 },
      changed: false,
    });
  });

  it('lets the tick look when it expires, and soon if it moves one up', async () => {
    await create({ idempotency_key: 'k' });
    await update({ patch: { expires_at: at(3_600_000) } });
    expect(dueTimes.item).toEqual({ due_at: clock.now() + 3_600_000 });
    await update({ patch: { title: 'Newer' }, realert: true });
    expect(dueTimes.item).toEqual({ due_at: clock.now() + 60_000 });
  });

  it('asks for no such look otherwise, also if it takes the expiry away', async () => {
    await create({ idempotency_key: 'k' });
    await update({ patch: { title: 'Newer', expires_at: null } });
    expect(dueTimes.item).toEqual({});
  });
});

describe('A retract', () => {
  it('by key empties the notification and pushes what is left', async () => {
    await create({ idempotency_key: 'k' });
    expect(await retract()).toEqual({
      retracted: [{ id: 1, user_id: alice }],
      missing: [],
      delivery: nobodyConnected,
    });
    expect(await repository.find(alice, 1)).toBeUndefined();
    expect(lastFrame()).toEqual({
      type: 'notification.updated',
      ...inboxState(alice, 2, 0),
      notification: { id: 1, user_id: alice, position: 1, status: 'retracted', version: 2 },
    });
  });

  it('by group takes all of it back, in one version and one frame', async () => {
    const group = { key: 'event-1' };
    await create({ group });
    await repository.mark(alice, 1, 'archive');
    await create({ group });
    await create();
    const answer = await retract({ group_key: 'event-1' });
    expect(answer.retracted.toSorted((a, b) => a.id - b.id)).toEqual([
      { id: 1, user_id: alice },
      { id: 2, user_id: alice },
    ]);
    expect(lastFrame()).toMatchObject({
      type: 'inbox.marked',
      ...inboxState(alice, 5, 1),
      action: 'retract',
      status: 'retracted',
      ids: expect.arrayContaining([1, 2]),
    });
  });

  it('of more than a frame can name is pushed as inbox.changed', async () => {
    const group = { key: 'event-1' };
    for (let n = 0; n < 101; n += 1) {
      await create({ group });
      await repository.mark(alice, n + 1, 'read');
    }
    await clock.advance(1_001);
    expect((await retract({ group_key: 'event-1' })).retracted).toHaveLength(101);
    expect(lastFrame()).toEqual({ type: 'inbox.changed', ...inboxState(alice, 203, 0) });
  });

  it('twice retracts nothing more, and makes up for a push that was lost', async () => {
    await create({ idempotency_key: 'k' });
    await retract();
    expect(await retract()).toMatchObject({ retracted: [], missing: [] });
    expect(lastFrame()).toEqual({ type: 'inbox.changed', ...inboxState(alice, 2, 0) });
  });

  it('keeps the key, so that a late create brings nothing back', async () => {
    await create({ idempotency_key: 'k' });
    await retract();
    expect(await create({ idempotency_key: 'k' })).toMatchObject({
      notification: { id: 1, status: 'retracted' },
      created: false,
      grouped: false,
    });
    expect(lastFrame()).toEqual({ type: 'inbox.changed', ...inboxState(alice, 2, 0) });
  });

  it.each([
    [{ idempotency_key: 'k' }, 'None of these users has a notification with the idempotency key "k".'],
    [{ group_key: 'event-1' }, 'None of these users has a notification with the group key "event-1".'],
  ])('is refused if no recipient has it: %j', async (which, message) => {
    const refused = retract(which);
    await expect(refused).rejects.toThrow(NotFound);
    await expect(refused).rejects.toThrow(message);
  });

  it('names who has none', async () => {
    await create({ idempotency_key: 'k' });
    expect(await retract({ idempotency_key: 'k' }, { user_ids: [bob, alice] })).toMatchObject({
      retracted: [{ id: 1, user_id: alice }],
      missing: [bob],
    });
  });

  it('is refused for a type that the sender may not create', async () => {
    await create({ idempotency_key: 'k', metadata: { type: 'payout' } });
    await expect(retract({ idempotency_key: 'k' }, { forbidden: ['payout'] })).rejects.toThrow(Forbidden);
    expect(await repository.find(alice, 1)).toBeDefined();
  });
});

describe('A scheduled create', () => {
  const schedule = (changes: object = {}, made_by: string | null = alice, by = commands) => {
    const deliver_at = at(3_600_000);
    const command = createOf({ user_id: bob, title: 'Doors open', ...changes }, clock.now());
    return by.schedule({ command, deliver_at }, made_by);
  };

  it('is kept, and the tick looks at its time', async () => {
    expect(await schedule()).toEqual({ scheduled: { id: 1, deliver_at: at(3_600_000) } });
    expect(dueTimes.item).toEqual({ due_at: clock.now() + 3_600_000 });
    expect(await repository.inbox(bob)).toEqual(inboxState(bob, 0, 0));
    expect(publisher.pushes).toEqual([]);
  });

  it('is not kept if the tick cannot be made to look', async () => {
    await expect(schedule({}, alice, withoutDueTimes())).rejects.toThrow(Unavailable);
    expect(repository.waiting()).toEqual([]);
  });

  it('is kept once for a repeated key, and refused with other content', async () => {
    const first = await schedule({ idempotency_key: 'k' });
    expect(await schedule({ idempotency_key: 'k' })).toEqual(first);
    await expect(schedule({ idempotency_key: 'k', title: 'Other' })).rejects.toThrow(IdempotencyConflict);
    expect(metrics.measured).toEqual([]);
  });

  it('is shown to who made it and to who may see all, and is not there for others', async () => {
    await schedule();
    const shown = { id: 1, deliver_at: at(3_600_000), created_at: at(0), status: 'scheduled' };
    expect(await commands.findSchedule(1, alice)).toEqual(shown);
    expect(await commands.findSchedule(1, null)).toEqual(shown);
    await expect(commands.findSchedule(1, bob)).rejects.toThrow(NotFound);
    await expect(commands.findSchedule(2, alice)).rejects.toThrow(
      'There is no scheduled create 2, or it was sent or cancelled long ago.',
    );
  });

  it('that a door of AWS made is not there for any token without the right to see all', async () => {
    await schedule({}, null);
    await expect(commands.findSchedule(1, alice)).rejects.toThrow(NotFound);
    await expect(commands.cancel(1, alice)).rejects.toThrow(NotFound);
  });

  it('is called off, also twice', async () => {
    await schedule();
    await expect(commands.cancel(1, bob)).rejects.toThrow(NotFound);
    for (const asker of [alice, null]) {
      expect(await commands.cancel(1, asker)).toEqual({ cancelled: { id: 1 } });
    }
    expect(await commands.findSchedule(1, alice)).toMatchObject({ status: 'cancelled' });
  });

  it('is refused to be called off once it is being sent', async () => {
    await schedule();
    await clock.advance(3_600_000);
    await repository.claimScheduled();
    const late = commands.cancel(1, alice);
    await expect(late).rejects.toThrow(AlreadySent);
    await expect(late).rejects.toThrow('The scheduled create 1 was sent already, or is being sent.');
  });
});
