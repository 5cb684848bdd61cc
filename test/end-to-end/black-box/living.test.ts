import { describe, expect, it, vi } from 'vitest';
import type {
  ActivitiesPage,
  ChangesPage,
  CreatedMany,
  FeedPage,
  Marked,
  RetractedMany,
  Schedule,
  Scheduled,
  UpdatedMany,
  UpdatedOne,
} from '../../../functions/core/answers.ts';
import type { Notification } from '../../../functions/core/notification.ts';
import { errorType } from '../../support/gateway-needs.ts';
import { command, installation, newUser } from '../../support/installation.ts';
import { patience } from '../../support/patience.ts';

const belfry = installation();
const producer = (user = newUser()) => belfry.as(user, { scope: 'notifications:create' });

/** An idempotency key that no other test uses. */
const newKey = () => `living-${newUser()}`;
const inFuture = (ms: number) => new Date(Date.now() + ms).toISOString();
const [minute, day] = [60_000, 86_400_000];

async function create(user: string, changes: object = {}): Promise<Notification> {
  return (await belfry.invoke(command(user, changes))).created.notification;
}

/** Lets the tick work until this scheduled create is sent. */
const untilSent = (maker: string, id: number) =>
  vi.waitFor(async () => {
    await belfry.tick();
    expect((await belfry.as(maker).get<Schedule>(`/scheduled/${id}`)).body.status).toBe('sent');
  }, patience);

const listed = async (user: string, query = '') =>
  (await belfry.as(user).get<FeedPage>(`/notifications${query}`)).body.data;

describe('Creates of a group', () => {
  it('become one notification that counts, moves up and keeps its last five actors', async () => {
    const user = newUser();
    const group = { key: 'event-1', title: '{count} people booked', body: 'Ada and {others} others' };
    const actors = Array.from({ length: 6 }, newUser);
    const first = await create(user, { group, actor_id: actors[0] });
    await create(user);
    const socket = await belfry.connect(user);
    for (const actor_id of actors.slice(1)) await create(user, { group, actor_id });
    const [grouped, other] = await listed(user);
    expect(grouped).toMatchObject({
      id: first.id,
      title: '6 people booked',
      body: 'Ada and 5 others',
      status: 'unread',
      group_key: 'event-1',
      group_count: 6,
      actor_ids: actors.slice(1),
      version: 7,
    });
    expect(grouped?.position).toBeGreaterThan(other?.position ?? Infinity);
    const frames = await socket.settled();
    expect(frames.map(({ type }) => type)).toEqual(Array(5).fill('notification.updated'));
    expect(frames.at(-1)).toMatchObject({ unread_count: 2, notification: grouped });
    await socket.close();
  });

  it('answer that they went into one, over HTTP with 200', async () => {
    const user = newUser();
    const group = { key: 'event-1' };
    const { post } = producer();
    expect(await post('/notifications', command(user, { group }))).toMatchObject({ status: 201 });
    const { status, body } = await post('/notifications', command(user, { group }));
    expect([status, body]).toMatchObject([200, { created: false, grouped: true, suppressed: false }]);
  });

  it('are listed as its activities, newest first, to its owner alone', async () => {
    const user = newUser();
    const actors = [newUser(), newUser(), newUser()];
    let id = 0;
    for (const actor_id of actors) ({ id } = await create(user, { actor_id, group: { key: 'event-1' } }));
    const page = (query: string, reader = user) =>
      belfry.as(reader).get<ActivitiesPage>(`/notifications/${id}/activities${query}`);
    const { body } = await page('?limit=2');
    expect(body.data.map(({ actor_id }) => actor_id)).toEqual([actors[2], actors[1]]);
    const rest = await page(`?limit=2&cursor=${body.next_cursor}`);
    expect(rest.body).toEqual({
      data: [{ actor_id: actors[0], created_at: expect.any(String) }],
      next_cursor: null,
    });
    expect(await page('', newUser())).toMatchObject({ status: 404 });
  });

  it('start another one once it was read', async () => {
    const user = newUser();
    const group = { key: 'event-1' };
    const { id } = await create(user, { group });
    await belfry.as(user).post(`/notifications/${id}/read`);
    expect(await create(user, { group })).toMatchObject({ group_count: 1, status: 'unread' });
    expect(await listed(user)).toHaveLength(2);
  });
});

describe('An update', () => {
  it('edits what a create has made, for each recipient, and pushes it', async () => {
    const [alice, bob, carol] = [newUser(), newUser(), newUser()];
    const idempotency_key = newKey();
    await belfry.invoke<CreatedMany>({ user_ids: [alice, bob], title: 'Row F', idempotency_key });
    const socket = await belfry.connect(bob);
    const update = { action: 'update', user_ids: [alice, bob, carol], idempotency_key, title: 'Row G' };
    const { created } = await belfry.invoke<UpdatedMany>(update);
    expect(created).toMatchObject({
      notifications: [
        { user_id: alice, changed: true },
        { user_id: bob, changed: true },
      ],
      missing: [carol],
      delivery: { posted: 1 },
    });
    expect(await socket.next()).toMatchObject({
      type: 'notification.updated',
      version: 2,
      notification: { title: 'Row G', version: 2 },
    });
    expect(await listed(alice)).toMatchObject([{ title: 'Row G' }]);
    await socket.close();
  });

  it('with realert brings it back, unread and at the top; twice it changes nothing', async () => {
    const user = newUser();
    const idempotency_key = newKey();
    const { id } = await create(user, { idempotency_key });
    const newest = await create(user);
    await belfry.as(user).post(`/notifications/${id}/archive`);
    const update = { action: 'update', user_id: user, idempotency_key, body: 'Row G', realert: true };
    const { post } = producer();
    const { body } = await post<UpdatedOne>('/notifications', update);
    expect(body).toMatchObject({ changed: true, notification: { id, status: 'unread', body: 'Row G' } });
    expect(body.notification.position).toBeGreaterThan(newest.position);
    expect(await post('/notifications', update)).toMatchObject({ status: 200, body: { changed: false } });
  });

  describe('of a notification that no recipient has', () => {
    const update = { action: 'update', user_id: newUser(), idempotency_key: newKey(), title: 'Row G' };

    it('is refused with 404', async () => {
      expect(await producer().post('/notifications', update)).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
    });

    it('fails as NotFound by an invocation', errorType, async () => {
      expect((await belfry.invoke(update)).error?.errorType).toBe('NotFound');
    });
  });

  it.each(['event', 'message'])('is done by an %s', async (door) => {
    const user = newUser();
    const idempotency_key = newKey();
    await create(user, { idempotency_key });
    const update = { action: 'update', user_id: user, idempotency_key, title: 'Row G' };
    if (door === 'event') await belfry.putEvent(update);
    else await belfry.sendMessage(JSON.stringify(update));
    await vi.waitFor(async () => expect(await listed(user)).toMatchObject([{ title: 'Row G' }]), patience);
  });
});

describe('A retract', () => {
  it('takes a notification back from everybody, and a late create of its key brings nothing back', async () => {
    const [alice, bob] = [newUser(), newUser()];
    const idempotency_key = newKey();
    const both = { user_ids: [alice, bob], title: 'Doors open', idempotency_key };
    await belfry.invoke<CreatedMany>(both);
    const [{ id = 0, position = 0 } = {}] = await listed(alice);
    const socket = await belfry.connect(alice);
    const retract = { action: 'retract', user_ids: [alice, bob], idempotency_key };
    const { body, status } = await producer().post<RetractedMany>('/notifications', retract);
    expect([status, body.retracted.length, body.missing]).toEqual([200, 2, []]);
    const left = { id, user_id: alice, position, status: 'retracted', version: 2 };
    expect(await socket.next()).toMatchObject({
      type: 'notification.updated',
      unread_count: 0,
      notification: left,
    });
    const { get } = belfry.as(alice);
    expect((await get<FeedPage>('/notifications?status=unread,read,archived,snoozed')).body.data).toEqual([]);
    expect(await get(`/notifications/${id}`)).toMatchObject({ status: 404 });
    expect((await get<ChangesPage>('/notifications/changes?since=1')).body.data).toEqual([left]);
    expect((await belfry.invoke<CreatedMany>(both)).created.notifications).toMatchObject([
      { id, created: false },
      { created: false },
    ]);
    expect(await listed(bob)).toEqual([]);
    await socket.close();
  });

  it('of a group takes back every notification of it, in one version', async () => {
    const user = newUser();
    const group = { key: 'event-1' };
    const { id } = await create(user, { group });
    await belfry.as(user).post(`/notifications/${id}/read`);
    await create(user, { group });
    await create(user);
    const retract = { action: 'retract', user_id: user, group_key: 'event-1' };
    expect((await belfry.invoke<RetractedMany>(retract)).created.retracted).toHaveLength(2);
    expect(await listed(user)).toMatchObject([{ group_key: null }]);
    expect((await belfry.as(user).get('/notifications/unread-count')).body).toMatchObject({
      version: 5,
      unread_count: 1,
    });
  });
});

describe('Snoozing', () => {
  it('takes a notification out of the feed until its time', async () => {
    const user = newUser();
    const { id } = await create(user);
    const until = inFuture(day);
    const { get, post } = belfry.as(user);
    const { body } = await post<Marked>(`/notifications/${id}/snooze`, { until });
    expect(body).toMatchObject({
      unread_count: 0,
      notification: { status: 'snoozed', snoozed_until: until },
    });
    expect((await get<FeedPage>('/notifications')).body.data).toEqual([]);
    expect((await get<FeedPage>('/notifications?status=snoozed')).body.data).toMatchObject([{ id }]);
    expect((await post<Marked>(`/notifications/${id}/unsnooze`)).body).toMatchObject({
      unread_count: 1,
      unseen_count: 0,
      notification: { status: 'unread', snoozed_until: null, position: id },
    });
  });

  it.each([-day, 0, minute - 5_000, 90 * day + minute])('by %i ms is refused, with the time', async (ms) => {
    const user = newUser();
    const { id } = await create(user);
    const until = inFuture(ms);
    const { status, body } = await belfry.as(user).post(`/notifications/${id}/snooze`, { until });
    expect([status, body]).toMatchObject([
      400,
      { errors: [{ path: 'until', message: `must be 1 minute to 90 days ahead; it is "${until}"` }] },
    ]);
  });
});

describe('A notification that expires', () => {
  it('is archived when the tick comes, and pushed', async () => {
    const user = newUser();
    const socket = await belfry.connect(user);
    // Later than the slowest answer, because it must lie in the future when the service reads it.
    const { id } = await create(user, { expires_at: inFuture(5_000) });
    expect(await socket.next()).toMatchObject({ type: 'notification.created' });
    await vi.waitFor(async () => {
      await belfry.tick();
      expect(await listed(user, '?status=archived')).toMatchObject([{ id, status: 'archived' }]);
    }, patience);
    expect(await socket.next()).toMatchObject({
      type: 'notification.updated',
      version: 2,
      unread_count: 0,
      notification: { id, status: 'archived' },
    });
    await socket.close();
  });
});

describe('A scheduled create', () => {
  const later = (user: string, changes: object = {}) =>
    command(user, { deliver_at: inFuture(day), ...changes });

  it('is kept for its maker, who may call it off, also twice', async () => {
    const maker = newUser();
    const user = newUser();
    const made = await producer(maker).post<Scheduled>('/notifications', later(user));
    const { id, deliver_at } = made.body.scheduled;
    expect(made.status).toBe(202);
    const asked = await belfry.as(maker).get<Schedule>(`/scheduled/${id}`);
    expect(asked.body).toEqual({ id, deliver_at, created_at: expect.any(String), status: 'scheduled' });
    for (const stranger of [belfry.as(user), producer()]) {
      expect(await stranger.get(`/scheduled/${id}`)).toMatchObject({ status: 404 });
      expect(await stranger.delete(`/scheduled/${id}`)).toMatchObject({ status: 404 });
    }
    const admin = belfry.as(newUser(), { scope: 'notifications:admin' });
    expect(await admin.get(`/scheduled/${id}`)).toMatchObject({ status: 200 });
    for (let tries = 0; tries < 2; tries += 1) {
      expect(await belfry.as(maker).delete(`/scheduled/${id}`)).toMatchObject({
        status: 204,
        body: undefined,
      });
    }
    expect((await belfry.as(maker).get<Schedule>(`/scheduled/${id}`)).body.status).toBe('cancelled');
  });

  it('is the same one for a repeated key, and a conflict for other content', async () => {
    const maker = producer();
    const create = later(newUser(), { idempotency_key: newKey() });
    const first = await maker.post<Scheduled>('/notifications', create);
    expect((await maker.post('/notifications', create)).body).toEqual(first.body);
    expect(await maker.post('/notifications', { ...create, title: 'Other' })).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
  });

  it('is created when the tick comes, and cannot be called off any more', async () => {
    const maker = newUser();
    const user = newUser();
    const socket = await belfry.connect(user);
    // A command that comes too late, as from a queue, is due at once.
    const created = later(user, { deliver_at: inFuture(-minute) });
    const { body } = await producer(maker).post<Scheduled>('/notifications', created);
    const { id } = body.scheduled;
    await untilSent(maker, id);
    expect(await listed(user)).toHaveLength(1);
    expect(await socket.next()).toMatchObject({ type: 'notification.created', version: 1 });
    expect(await belfry.as(maker).delete(`/scheduled/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'already_sent' },
    });
    await socket.close();
  });

  it('fails as AlreadySent if an invocation calls it off too late', errorType, async () => {
    const maker = newUser();
    const created = later(newUser(), { deliver_at: inFuture(-minute) });
    const { body } = await producer(maker).post<Scheduled>('/notifications', created);
    const { id } = body.scheduled;
    await untilSent(maker, id);
    const { error } = await belfry.invoke({ action: 'cancel', scheduled_id: id });
    expect(error?.errorType).toBe('AlreadySent');
  });
});

describe('An action', () => {
  const actions = [
    { id: 'accept', label: 'Accept' },
    { id: 'decline', label: 'Decline', route: '/bookings/981' },
  ];

  it('is taken once, by the first device, and can be taken back', async () => {
    const user = newUser();
    const { id, actions: stored } = await create(user, { actions });
    expect(stored).toEqual(actions);
    const { post, delete: remove } = belfry.as(user);
    const answers = await Promise.all(
      ['accept', 'decline'].map((action) => post<Marked>(`/notifications/${id}/actions/${action}`)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const [taken = ''] = answers.flatMap(({ status, body }) =>
      status === 200 ? [body.notification.action_id ?? ''] : [],
    );
    const read = await listed(user, '?status=read');
    expect(read).toMatchObject([{ action_id: taken, action_at: expect.any(String) }]);
    expect(await post(`/notifications/${id}/actions/later`)).toMatchObject({ status: 404 });
    expect((await remove<Marked>(`/notifications/${id}/actions/${taken}`)).body).toMatchObject({
      notification: { status: 'read', action_id: null, action_at: null },
    });
    expect(await post(`/notifications/${id}/actions/decline`)).toMatchObject({
      status: 200,
      body: { notification: { action_id: 'decline' } },
    });
  });
});

describe('A command that breaks a rule', () => {
  const action = { id: 'accept', label: 'Accept' };
  const user_id = newUser();
  const broken: [name: string, changes: object, path: string][] = [
    ['four actions', { actions: ['a', 'b', 'c', 'd'].map((id) => ({ ...action, id })) }, 'actions'],
    ['two actions with one id', { actions: [action, action] }, 'actions.1.id'],
    ['an empty group key', { group: { key: '' } }, 'group.key'],
    ['an alert at once', { alert_after: 0 }, 'alert_after'],
    ['deliver_at beyond 365 days', { deliver_at: inFuture(366 * day) }, 'deliver_at'],
    ['an expiry in the past', { expires_at: inFuture(-1_000) }, 'expires_at'],
    [
      'an expiry before deliver_at',
      { deliver_at: inFuture(2 * day), expires_at: inFuture(day) },
      'expires_at',
    ],
    [
      'an update without a field',
      { action: 'update', idempotency_key: 'k', title: undefined, body: undefined },
      '',
    ],
    ['a retract without a key', { action: 'retract', title: undefined, body: undefined }, 'idempotency_key'],
    ['an unknown action', { action: 'delete' }, 'action'],
  ];

  it.each(broken)('is refused whole, with its field: %s', async (_, changes, path) => {
    expect(await producer().post('/notifications', { ...command(user_id), ...changes })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path }] },
    });
    expect(await listed(user_id, '?status=unread,read,archived,snoozed')).toEqual([]);
  });

  it.each(broken)('fails as ValidationError by an invocation: %s', errorType, async (_, changes) => {
    const { error } = await belfry.invoke({ ...command(user_id), ...changes });
    expect(error?.errorType).toBe('ValidationError');
    expect(await listed(user_id, '?status=unread,read,archived,snoozed')).toEqual([]);
  });
});
