import { beforeEach, describe, expect, it } from 'vitest';
import { createCommandService } from '../../functions/core/command-service.ts';
import { type CreateCommand, parseCreate } from '../../functions/core/create-command.ts';
import { createPolicy } from '../../functions/core/create-policy.ts';
import type { DueTime } from '../../functions/core/due-time.ts';
import { Unavailable } from '../../functions/core/errors.ts';
import type { OutgoingEvent } from '../../functions/core/outgoing-event.ts';
import type { Policy } from '../../functions/core/policy.ts';
import { createTick, type OutgoingEvents, type TickTime } from '../../functions/core/tick.ts';
import type { TimerRepository } from '../../functions/core/timers.ts';
import { createInMemoryDueTimes, type InMemoryDueTimes } from '../fakes/in-memory-due-times.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../fakes/recording-metrics.ts';
import { createRecordingPublisher, type RecordingPublisher } from '../fakes/recording-publisher.ts';
import { policyOf } from '../support/policy.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';

const alice = '5f9b3c1e-7d2a-4c8e-9a41-3b6d0e5f7a10';
const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';
const minute = 60_000;

const policy = policyOf({ types: { booking: { events: true } }, strictTypes: true });

let clock: TestClock;
let repository: InMemoryRepository;
let dueTimes: InMemoryDueTimes;
let publisher: RecordingPublisher;
let metrics: RecordingMetrics;
let logger: RecordingLogger;
let kept: OutgoingEvent[];

beforeEach(() => {
  clock = createTestClock(Date.UTC(2026, 0, 1, 12));
  repository = createInMemoryRepository(clock.now, { ...policy, batch: 3 });
  dueTimes = createInMemoryDueTimes({ looked_at: clock.now() });
  publisher = createRecordingPublisher();
  metrics = createRecordingMetrics();
  logger = createRecordingLogger();
  kept = [];
});

const service = () =>
  createCommandService({
    repository,
    schedules: repository,
    dueTimes,
    publisher,
    metrics,
    clock: clock.now,
  });

const keepAll: OutgoingEvents = { keep: async (event) => void kept.push(event) };

interface Changes {
  timers?: TimerRepository;
  events?: OutgoingEvents;
  rules?: Policy;
}

const tickWith = ({ timers = repository, events = keepAll, rules = policy }: Changes = {}) =>
  createTick({
    timers,
    dueTime: dueTimes,
    service: service(),
    policy: createPolicy(rules),
    publisher,
    events,
    metrics,
    logger,
  });

const run = (tick = tickWith(), time: Partial<TickTime> = {}) =>
  tick.run({ now: clock.now, remainingMs: () => 55_000, mustLook: false, ...time });

const command = (changes: object = {}): CreateCommand =>
  parseCreate({ user_id: alice, title: 'Booked', metadata: { type: 'booking' }, ...changes }, clock.now())
    .command;

const inMs = (ms: number) => new Date(clock.now() + ms).toISOString();

/** Creates a notification, as a producer does. */
async function create(changes: object = {}) {
  const created = command(changes);
  const [outcome] = await repository.create(
    created,
    createPolicy(policy).rule(created),
    created.user_ids,
    null,
  );
  const { notification } = outcome ?? {};
  if (!notification) throw new Error('Nothing was created.');
  const { expires_at, alert_after } = created;
  if (expires_at) await dueTimes.by(Date.parse(expires_at));
  if (alert_after) await dueTimes.by(clock.now() + alert_after * 1_000);
  return notification;
}

async function createSnoozed(ms: number) {
  const { id } = await create();
  await dueTimes.by(clock.now() + ms);
  await repository.snooze(alice, id, inMs(ms));
  return id;
}

const schedule = (ms: number, changes: object = {}) =>
  service().schedule({ command: command(changes), deliver_at: inMs(ms) }, null);

const frames = () => publisher.pushes.map(({ frame }) => frame.type);
const statusOf = async (id: number) => (await repository.find(alice, id))?.status;

describe('A tick', () => {
  it('does not ask the database before something is due', async () => {
    await createSnoozed(2 * minute);
    await clock.advance(minute);
    const asked: string[] = [];
    const timers = new Proxy<TimerRepository>(repository, {
      get(target, method: keyof TimerRepository) {
        asked.push(method);
        return target[method];
      },
    });
    expect(await run(tickWith({ timers }))).toMatchObject({ has_looked: false });
    expect(asked).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  it('looks in any case if it is told to', async () => {
    expect(await run(undefined, { mustLook: true })).toMatchObject({ has_looked: true, is_complete: true });
  });

  it('wakes what was snoozed, and pushes it as new', async () => {
    const id = await createSnoozed(minute);
    await clock.advance(minute);
    expect(await run()).toMatchObject({ woken: 1, is_complete: true });
    expect(await statusOf(id)).toBe('unread');
    expect(frames()).toEqual(['notification.created']);
  });

  it('archives what has expired, and pushes one as a row and several as one change', async () => {
    const { id } = await create({ expires_at: inMs(minute) });
    await clock.advance(minute);
    await run();
    expect(await statusOf(id)).toBe('archived');
    const ids = [await create({ expires_at: inMs(minute) }), await create({ expires_at: inMs(minute) })].map(
      (each) => each.id,
    );
    await clock.advance(minute);
    expect(await run()).toMatchObject({ archived: 2 });
    expect(frames()).toEqual(['notification.updated', 'inbox.marked']);
    expect(publisher.pushes[1]?.frame).toMatchObject({ action: 'archive', status: 'archived', ids });
  });

  it('pushes changes that come too fast as `inbox.changed`', async () => {
    for (let count = 0; count < 25; count += 1) await createSnoozed(minute);
    await clock.advance(minute);
    await run();
    expect(frames().filter((type) => type === 'notification.created')).toHaveLength(20);
    expect(frames().filter((type) => type === 'inbox.changed')).toHaveLength(5);
  });

  it('tells of what is still unread, and of what has expired if its type has events', async () => {
    const { id } = await create({ alert_after: 60, expires_at: inMs(2 * minute) });
    await clock.advance(minute);
    await run();
    await clock.advance(minute);
    await run();
    expect(kept.map(({ event, notification_id }) => [event, notification_id])).toEqual([
      ['notification.unread_after', id],
      ['notification.archived', id],
    ]);
    expect(await repository.takeEvents()).toEqual([]);
  });

  it('tells nothing of what was read before', async () => {
    const { id } = await create({ metadata: {}, alert_after: 60 });
    await repository.mark(alice, id, 'read');
    await clock.advance(minute);
    await run();
    expect(kept).toEqual([]);
  });

  it('sends a scheduled create once, with a key of its own', async () => {
    const { scheduled } = await schedule(minute);
    await clock.advance(minute);
    expect(await run()).toMatchObject({ sent: 1, refused: 0 });
    expect(await run(undefined, { mustLook: true })).toMatchObject({ sent: 0 });
    expect(await repository.findSchedule(scheduled.id)).toMatchObject({ status: 'sent' });
    expect((await repository.inbox(alice)).unread_count).toBe(1);
    const labels = { door: 'schedule', type: 'booking' };
    expect(metrics.measured).toContainEqual({ name: 'NotificationsCreated', value: 1, labels });
    const counted = { name: 'Commands', value: 1, labels: { door: 'schedule', action: 'create' } };
    expect(metrics.measured).toContainEqual(counted);
  });

  it('does not send what the rules refuse by now, and says so', async () => {
    const { scheduled } = await schedule(minute);
    await schedule(minute, { user_id: bob, metadata: {} });
    await clock.advance(minute);
    const rules = policyOf({ types: {}, strictTypes: true });
    expect(await run(tickWith({ rules }))).toMatchObject({ sent: 1, refused: 1, is_complete: true });
    expect(await repository.findSchedule(scheduled.id)).toMatchObject({ status: 'refused' });
    const labels = { door: 'schedule', action: 'create', reason: 'invalid_request' };
    expect(metrics.measured).toContainEqual({ name: 'CommandsRefused', value: 1, labels });
    expect(logger.lines).toContainEqual({
      level: 'error',
      message: 'scheduled_refused',
      fields: { id: scheduled.id, reason: expect.stringContaining('metadata.type') },
    });
  });

  it('does not send what has expired while no tick came, and says so', async () => {
    const expires_at = inMs(2 * minute);
    const { scheduled } = await schedule(minute, { expires_at });
    await clock.advance(3 * minute);
    expect(await run()).toMatchObject({ sent: 0, refused: 1, is_complete: true });
    expect(await repository.findSchedule(scheduled.id)).toMatchObject({ status: 'refused' });
    expect(frames()).toEqual([]);
    const reason = `ValidationError: expires_at must be in the future; it is "${expires_at}"`;
    expect(logger.lines).toContainEqual({
      level: 'error',
      message: 'scheduled_refused',
      fields: { id: scheduled.id, reason },
    });
  });

  it('catches up with more than one batch', async () => {
    for (let count = 0; count < 7; count += 1) await schedule(minute);
    for (let count = 0; count < 7; count += 1) await create({ expires_at: inMs(minute) });
    await clock.advance(minute);
    expect(await run()).toMatchObject({ archived: 7, sent: 7, events: 7, is_complete: true });
  });

  it('measures for how long what is due was due, and how much is scheduled', async () => {
    await createSnoozed(minute);
    await schedule(24 * 60 * minute);
    await clock.advance(3 * minute);
    await run();
    expect(metrics.measured).toEqual([
      { name: 'TimersLate', value: 2 * minute },
      { name: 'ScheduledLate', value: 0 },
      { name: 'EventsLate', value: 0 },
      { name: 'ScheduledBacklog', value: 1 },
    ]);
  });

  it('says in one line what it has done', async () => {
    await createSnoozed(minute);
    await clock.advance(minute);
    const done = await run();
    expect(logger.lines).toEqual([{ level: 'info', message: 'tick_run', fields: done }]);
  });
});

describe('When the time is short, a tick', () => {
  it('begins nothing new, and leaves the rest to the next', async () => {
    for (let count = 0; count < 7; count += 1) await create({ metadata: {}, expires_at: inMs(minute) });
    await clock.advance(minute);
    const left = [55_000, 30_000, 20_000];
    const first = await run(undefined, { remainingMs: () => left.shift() ?? 0 });
    expect(first).toMatchObject({ archived: 6, is_complete: false });
    expect(await run()).toMatchObject({ archived: 1, is_complete: true });
  });
});

describe('Two ticks at once', () => {
  it('do everything once', async () => {
    for (let count = 0; count < 5; count += 1) {
      await createSnoozed(minute);
      await schedule(minute, { user_id: bob });
    }
    await clock.advance(minute);
    const done = await Promise.all([run(), run()]);
    const sum = (count: 'woken' | 'sent') => done.reduce((total, each) => total + each[count], 0);
    expect([sum('woken'), sum('sent')]).toEqual([5, 5]);
    expect((await repository.inbox(bob)).unread_count).toBe(5);
  });
});

describe('A tick that dies half-way', () => {
  /** Breaks off at the n-th call of the database, as if the function had been killed. */
  function dyingAt(call: number): TimerRepository {
    let calls = 0;
    return new Proxy<TimerRepository>(repository, {
      get: (target, method: keyof TimerRepository) =>
        method in target &&
        (async (...input: never[]) => {
          calls += 1;
          if (calls >= call) throw new Unavailable('The database');
          // The cast: the call as it came.
          return (target[method] as (...input: never[]) => unknown)(...input);
        }),
    });
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'at call %i of the database is continued by the next, and nothing happens twice',
    async (call) => {
      const id = await createSnoozed(minute);
      await schedule(minute, { user_id: bob });
      await create({ alert_after: 60, user_id: bob });
      await clock.advance(minute);
      await expect(run(tickWith({ timers: dyingAt(call) }))).rejects.toThrow(Unavailable);
      // What it had taken is free again after five minutes.
      for (let wait = 0; wait < 6; wait += 1) {
        await clock.advance(minute);
        await run();
      }
      expect(await statusOf(id)).toBe('unread');
      expect((await repository.inbox(bob)).unread_count).toBe(2);
      expect(new Set(kept.map((event) => event.id)).size).toBe(1);
      expect(await repository.standing()).toMatchObject({ next_due: null, scheduled: 0 });
      expect(dueTimes.item).not.toHaveProperty('due_at');
    },
  );

  it('leaves the due time as it was, so that the next one looks', async () => {
    await createSnoozed(minute);
    await clock.advance(minute);
    const before = dueTimes.item;
    await expect(run(tickWith({ timers: dyingAt(2) }))).rejects.toThrow(Unavailable);
    expect(dueTimes.item).toEqual(before);
  });
});

describe('If one thing fails, a tick', () => {
  it('does the others, fails, and says which', async () => {
    const id = await createSnoozed(minute);
    await create({ alert_after: 60 });
    await clock.advance(minute);
    const broken: OutgoingEvents = { keep: () => Promise.reject(new Unavailable('The table of events')) };
    await expect(run(tickWith({ events: broken }))).rejects.toThrow('The table of events');
    expect(await statusOf(id)).toBe('unread');
    expect(logger.lines.map(({ message, fields }) => [message, fields.step])).toContainEqual([
      'tick_failed',
      'sendEvents',
    ]);
    expect(kept).toEqual([]);
    await clock.advance(6 * minute);
    await run();
    expect(kept).toHaveLength(1);
  });

  it('sends the other scheduled creates', async () => {
    const [first] = [await schedule(minute), await schedule(minute, { user_id: bob })];
    await clock.advance(minute);
    const { create: createAny } = repository;
    repository.create = (content, rule, user_ids, key) =>
      user_ids.includes(alice)
        ? Promise.reject(new TypeError('A fault of ours'))
        : createAny(content, rule, user_ids, key);
    expect(await run()).toMatchObject({ sent: 1, is_complete: false });
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        message: 'scheduled_failed',
        fields: expect.objectContaining({ id: first?.scheduled.id }),
      }),
    );
  });
});

describe('After a tick, the due time', () => {
  it('is that of what is next', async () => {
    await createSnoozed(minute);
    await createSnoozed(5 * minute);
    await clock.advance(minute);
    await run();
    expect(dueTimes.item).toMatchObject({ due_at: clock.now() + 4 * minute });
  });

  it('is there no more if nothing is due, and the tick looks once more a minute later', async () => {
    await createSnoozed(minute);
    await clock.advance(minute);
    await run();
    const item: DueTime = dueTimes.item;
    expect(item).toEqual({ look_at: clock.now() + minute, looked_at: clock.now() });
    await clock.advance(minute);
    expect(await run()).toMatchObject({ has_looked: true });
    await clock.advance(minute);
    expect(await run()).toMatchObject({ has_looked: false });
  });

  it('is not touched if a writer has moved it in the meantime', async () => {
    await createSnoozed(minute);
    await clock.advance(minute);
    const { standing } = repository;
    repository.standing = async () => {
      const answer = await standing();
      await dueTimes.by(clock.now() - 1);
      return answer;
    };
    await run();
    expect(dueTimes.item).toMatchObject({ due_at: clock.now() - 1 });
  });
});
