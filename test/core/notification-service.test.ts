import { beforeEach, describe, expect, it } from 'vitest';
import { ActionTaken, NotFound, Unavailable } from '../../functions/core/errors.ts';
import type { Notification } from '../../functions/core/notification.ts';
import type { CreateContent } from '../../functions/core/notification-repository.ts';
import type { NotificationService } from '../../functions/core/notification-service.ts';
import type { Policy } from '../../functions/core/policy.ts';
import { createInMemoryDueTimes, type InMemoryDueTimes } from '../fakes/in-memory-due-times.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingPublisher, type RecordingPublisher } from '../fakes/recording-publisher.ts';
import { contentOf, ruleOf, wholeInbox } from '../support/content.ts';
import { inboxState } from '../support/inbox-state.ts';
import { policyOf } from '../support/policy.ts';
import { servicesOver } from '../support/services.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';

let clock: TestClock;
let repository: InMemoryRepository;
let publisher: RecordingPublisher;
let dueTimes: InMemoryDueTimes;
let service: NotificationService;

function open(policy: Policy = policyOf()): void {
  clock = createTestClock();
  repository = createInMemoryRepository(clock.now, policy);
  publisher = createRecordingPublisher();
  dueTimes = createInMemoryDueTimes();
  service = servicesOver(repository, { publisher, dueTimes, policy, clock: clock.now }).service;
}
beforeEach(() => open());

/** Due times that cannot be stored. */
const unreachable: InMemoryDueTimes = {
  ...createInMemoryDueTimes(),
  by: async () => {
    throw new Unavailable('The table of due times');
  },
};

/** A notification of Alice, which comes without a push. */
async function stored(changes: Partial<CreateContent> = {}): Promise<Notification> {
  const [outcome] = await repository.create(contentOf(changes), ruleOf(), [alice], null);
  const notification = outcome?.notification;
  if (!notification || notification.status === 'retracted') throw new Error('create answered nothing');
  return notification;
}

const types = () => publisher.pushes.map(({ frame }) => frame.type);
const lastPush = () => publisher.pushes.at(-1);
const inAnHour = () => new Date(clock.now() + 3_600_000).toISOString();

describe('Marking a notification', () => {
  it('answers with the notification and the inbox', async () => {
    const notification = await stored();
    expect(await service.mark(alice, notification.id, 'read')).toEqual({
      notification: { ...notification, status: 'read', version: 2 },
      ...inboxState(alice, 2, 0),
    });
  });

  it('pushes the change', async () => {
    const before = await stored();
    const { notification } = await service.mark(alice, before.id, 'archive');
    expect(lastPush()).toEqual({
      user_id: alice,
      frame: { type: 'notification.updated', ...inboxState(alice, 2, 0), notification },
    });
  });

  it('pushes nothing if nothing changes', async () => {
    const notification = await stored();
    const answer = await service.mark(alice, notification.id, 'unread');
    expect(answer).toEqual({ notification, ...inboxState(alice, 1, 1) });
    expect(types()).toEqual([]);
  });

  it('counts in the burst', async () => {
    const notification = await stored();
    for (let n = 0; n < 20; n += 1) {
      await service.mark(alice, notification.id, n % 2 === 0 ? 'read' : 'unread');
    }
    expect(types().slice(-2)).toEqual(['notification.updated', 'inbox.changed']);
  });

  it('is refused for a notification of another user as for one that is not there', async () => {
    const notification = await stored();
    const other = service.mark(bob, notification.id, 'read');
    await expect(other).rejects.toThrow(NotFound);
    await expect(other).rejects.toThrow(`There is no notification ${notification.id} in this inbox.`);
    await expect(service.mark(bob, 999, 'read')).rejects.toThrow(
      'There is no notification 999 in this inbox.',
    );
    expect(types()).toEqual([]);
  });
});

describe('Reading all', () => {
  it('marks what is unread and pushes the highest position as its bound', async () => {
    await stored();
    const notification = await stored();
    expect(await service.readAll(alice, wholeInbox)).toEqual({
      updated: 2,
      ...inboxState(alice, 3, 0),
    });
    expect(lastPush()).toEqual({
      user_id: alice,
      frame: {
        type: 'inbox.read_all',
        ...inboxState(alice, 3, 0),
        before_position: notification.position,
      },
    });
  });

  it('leaves what is newer than its bound', async () => {
    const notification = await stored();
    await stored();
    const before_position = notification.position;
    expect(await service.readAll(alice, { ...wholeInbox, before_position })).toEqual({
      updated: 1,
      ...inboxState(alice, 3, 1),
    });
    expect(lastPush()?.frame).toMatchObject({ before_position, unread_count: 1 });
  });

  it('pushes nothing if nothing was unread', async () => {
    const nothing = { updated: 0, ...inboxState(alice, 0, 0) };
    expect(await service.readAll(alice, wholeInbox)).toEqual(nothing);
    expect(await service.readAll(alice, { ...wholeInbox, before_position: 5 })).toEqual(nothing);
    expect(publisher.pushes).toEqual([]);
  });

  it('is pushed as inbox.changed in a burst', async () => {
    for (let n = 0; n < 20; n += 1) await stored();
    await service.readAll(alice, wholeInbox);
    expect(lastPush()?.frame).toEqual({ type: 'inbox.changed', ...inboxState(alice, 21, 0) });
  });
});

describe('Snoozing a notification', () => {
  it('takes it out of the feed until then, and pushes it', async () => {
    const before = await stored();
    const until = inAnHour();
    const answer = await service.snooze(alice, before.id, until);
    expect(answer).toMatchObject({
      notification: { id: before.id, status: 'snoozed', snoozed_until: until, version: 2 },
      ...inboxState(alice, 2, 0),
    });
    const { notification } = answer;
    expect(publisher.pushes).toEqual([
      {
        user_id: alice,
        frame: { type: 'notification.updated', ...inboxState(alice, 2, 0), notification },
      },
    ]);
  });

  it('makes sure that the tick looks at that time', async () => {
    const { id } = await stored();
    const until = inAnHour();
    await service.snooze(alice, id, until);
    expect(dueTimes.item).toEqual({ due_at: Date.parse(until) });
  });

  it('does nothing if that cannot be made sure', async () => {
    const { id } = await stored();
    const { service } = servicesOver(repository, { publisher, dueTimes: unreachable, clock: clock.now });
    await expect(service.snooze(alice, id, inAnHour())).rejects.toThrow(Unavailable);
    expect(await repository.inbox(alice)).toEqual(inboxState(alice, 1, 1));
    expect(publisher.pushes).toEqual([]);
  });

  it('changes nothing about an archived one', async () => {
    const { id } = await stored();
    await repository.mark(alice, id, 'archive');
    expect(await service.snooze(alice, id, inAnHour())).toMatchObject({
      notification: { status: 'archived', snoozed_until: null },
      version: 2,
    });
    expect(publisher.pushes).toEqual([]);
  });

  it('ends by hand with the notification as it was before, seen', async () => {
    const { id } = await stored();
    await service.snooze(alice, id, inAnHour());
    expect(await service.unsnooze(alice, id)).toMatchObject({
      notification: { id, position: id, status: 'unread', snoozed_until: null },
      ...inboxState(alice, 3, 1, 0),
    });
    expect(types()).toEqual(['notification.updated', 'notification.updated']);
  });

  it('is refused for a notification of another user', async () => {
    const { id } = await stored();
    await expect(service.snooze(bob, id, inAnHour())).rejects.toThrow(NotFound);
    await expect(service.unsnooze(bob, id)).rejects.toThrow(NotFound);
  });
});

describe('Taking an action of a notification', () => {
  const actions = [
    { id: 'accept', label: 'Accept' },
    { id: 'decline', label: 'Decline' },
  ];

  it('records it, marks as read, and pushes it', async () => {
    const { id } = await stored({ actions });
    const action_at = new Date(clock.now()).toISOString();
    const answer = await service.press(alice, id, 'accept');
    expect(answer).toMatchObject({
      notification: { id, status: 'read', action_id: 'accept', action_at, version: 2 },
      ...inboxState(alice, 2, 0),
    });
    expect(lastPush()?.frame).toMatchObject({
      type: 'notification.updated',
      notification: answer.notification,
    });
  });

  it('twice changes nothing more', async () => {
    const { id } = await stored({ actions });
    const first = await service.press(alice, id, 'accept');
    expect(await service.press(alice, id, 'accept')).toEqual(first);
    expect(publisher.pushes).toHaveLength(1);
  });

  it('is refused after another one, which stays', async () => {
    const { id } = await stored({ actions });
    await service.press(alice, id, 'accept');
    const second = service.press(alice, id, 'decline');
    await expect(second).rejects.toThrow(ActionTaken);
    await expect(second).rejects.toThrow(
      `Another action of notification ${id} was taken before decline. Take it back first, or load the notification anew.`,
    );
    expect(await repository.find(alice, id)).toMatchObject({ action_id: 'accept' });
  });

  it('can be taken back, with the status as it is, and another one taken', async () => {
    const { id } = await stored({ actions });
    await service.press(alice, id, 'accept');
    expect(await service.unpress(alice, id, 'accept')).toMatchObject({
      notification: { status: 'read', action_id: null, action_at: null, version: 3 },
    });
    expect(await service.press(alice, id, 'decline')).toMatchObject({
      notification: { action_id: 'decline', version: 4 },
    });
  });

  it.each(['accept', 'later', 'no id', '..', '\0', 'x'.repeat(65)])(
    'that it does not have is refused: %j',
    async (action) => {
      const { id } = await stored({ actions: action === 'accept' ? null : actions });
      await expect(service.press(alice, id, action)).rejects.toThrow(NotFound);
      await expect(service.press(bob, id, action)).rejects.toThrow(
        `There is no notification ${id} with an action`,
      );
    },
  );
});

describe('Taking an action back', () => {
  it('that was not taken changes nothing', async () => {
    const { id } = await stored({ actions: [{ id: 'accept', label: 'Accept' }] });
    await service.press(alice, id, 'accept');
    expect(await service.unpress(alice, id, 'decline')).toMatchObject({
      notification: { action_id: 'accept' },
      version: 2,
    });
    expect(types()).toEqual(['notification.updated']);
  });

  it('is refused for a notification of another user, and with what can be no id', async () => {
    const { id } = await stored();
    await expect(service.unpress(bob, id, 'accept')).rejects.toThrow(NotFound);
    await expect(service.unpress(alice, id, '\0')).rejects.toThrow(NotFound);
  });
});

describe('A change that may be told on the event bus', () => {
  const actions = [{ id: 'accept', label: 'Accept' }];
  const changes: [string, (id: number) => Promise<unknown>][] = [
    ['a read', (id) => service.mark(alice, id, 'read')],
    ['an archive', (id) => service.mark(alice, id, 'archive')],
    [
      'a read of several',
      (id) => service.markMany(alice, { action: 'read', marks: [{ id, position: null }] }),
    ],
    ['a read-all', () => service.readAll(alice, wholeInbox)],
    ['an archive-read', () => service.archiveRead(alice, wholeInbox)],
    ['an action', (id) => service.press(alice, id, 'accept')],
  ];

  it.each(changes)('lets the tick look now: %s', async (_, change) => {
    open(policyOf({ types: { booking: { events: true }, promo: {} } }));
    const { id } = await stored({ actions });
    await change(id);
    expect(dueTimes.item).toEqual({ due_at: clock.now() });
  });

  it.each(changes)('asks for nothing if no type has events: %s', async (_, change) => {
    open(policyOf({ types: { booking: {}, promo: { events: false } } }));
    const { id } = await stored({ actions });
    await change(id);
    expect(dueTimes.item).toEqual({});
  });

  it('asks for nothing if it is none: unread, unarchive, unsnooze, an action taken back', async () => {
    open(policyOf({ types: { booking: { events: true } } }));
    const { id } = await stored({ actions });
    await repository.press(alice, id, 'accept');
    await service.mark(alice, id, 'unread');
    await service.mark(alice, id, 'unarchive');
    await service.unsnooze(alice, id);
    await service.unpress(alice, id, 'accept');
    expect(dueTimes.item).toEqual({});
  });
});
