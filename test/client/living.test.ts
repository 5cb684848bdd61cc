import { describe, expect, it, vi } from 'vitest';
import { press, unpress } from '../../client/src/actions.ts';
import { activities } from '../../client/src/groups.ts';
import { snooze, unsnooze } from '../../client/src/snooze.ts';
import type { NotificationClientOptions } from '../../client/src/types.ts';
import { createClientWorld } from './client-world.ts';

const hour = 3_600_000;
const actions = [
  { id: 'accept', label: 'Accept' },
  { id: 'not-now', label: 'Not now' },
];

/** A live client of a user with one notification, which has two buttons and a key. */
async function setUp(options: Partial<NotificationClientOptions> = {}) {
  const world = createClientWorld();
  const keyed = { user_id: world.user, idempotency_key: 'booking 1' };
  const { id } = await world.service.command({ ...keyed, title: 'Seat', actions });
  const client = world.client(options);
  client.start();
  await world.seconds(1);
  const row = () => client.getSnapshot().notifications.find((each) => each.id === id);
  return { world, client, id, row, keyed };
}

describe('a snooze', () => {
  it('takes the notification out of the list at once, and brings it back unread, at the top, as a new one', async () => {
    const { world, client, id, row } = await setUp();
    const heard = vi.fn();
    client.on('notification', heard);
    const done = snooze(client, id, new Date(client.now() + hour));
    expect([row(), client.getSnapshot().unreadCount]).toEqual([undefined, 0]);
    expect(await done).toBe(true);
    const later = await world.create('Later');
    await world.minutes(62);
    expect(client.getSnapshot().notifications.map((each) => each.id)).toEqual([id, later.id]);
    expect(row()).toMatchObject({ status: 'unread', snoozed_until: null });
    expect(heard.mock.calls.map(([each]) => each.id)).toEqual([later.id, id]);
  });

  it('shows in the list of the snoozed ones, with its end', async () => {
    const { world, client, id, row } = await setUp({ filter: { status: ['snoozed'] } });
    const until = new Date(client.now() + hour);
    await world.service.snooze(world.user, id, until.getTime());
    await world.seconds(1);
    expect(row()).toMatchObject({ status: 'snoozed', snoozed_until: until.toISOString() });
  });

  it('that is taken back puts the notification in its old place, as it was, and announces nothing', async () => {
    const { world, client, id, row } = await setUp();
    const heard = vi.fn();
    await client.markAsRead(id);
    await snooze(client, id, new Date(client.now() + hour));
    client.on('notification', heard);
    expect(await unsnooze(client, id)).toBe(true);
    expect(row()).toMatchObject({ id, position: id, status: 'read' });
    await world.seconds(1);
    expect(heard).not.toHaveBeenCalled();
  });

  it('that is refused is undone, and says why', async () => {
    const { client, id, row } = await setUp();
    expect(await snooze(client, id, new Date(client.now() - hour))).toBe(false);
    expect(row()?.status).toBe('unread');
    expect(client.getSnapshot().error).toMatchObject({ code: 'invalid_request', status: 400 });
  });

  it('that fails is repeated by retry', async () => {
    const { world, client, id, row } = await setUp();
    world.weather.isUnreachable = true;
    expect(await snooze(client, id, new Date(client.now() + hour))).toBe(false);
    expect(row()?.status).toBe('unread');
    world.weather.isUnreachable = false;
    expect(await client.retry()).toBe(true);
    expect(row()).toBeUndefined();
  });
});

describe('a button', () => {
  it('that is pressed marks as read at once, and is known when the service has answered', async () => {
    const { client, id, row } = await setUp();
    const done = press(client, id, 'not-now');
    expect(row()).toMatchObject({ status: 'read', action_id: null });
    expect(await done).toBe(true);
    expect(row()).toMatchObject({ status: 'read', action_id: 'not-now', action_at: expect.any(String) });
  });

  it('that another device was faster than is refused, and the list shows which one counts', async () => {
    const { world, client, id, row } = await setUp();
    await world.service.press(world.user, id, 'accept');
    expect(await press(client, id, 'not-now')).toBe(false);
    expect(client.getSnapshot().error).toMatchObject({ code: 'action_taken', status: 409 });
    await world.seconds(1);
    expect(row()?.action_id).toBe('accept');
  });

  it('that is taken back leaves the notification read, and lets another be pressed', async () => {
    const { client, id, row } = await setUp();
    await press(client, id, 'accept');
    expect(await unpress(client, id, 'accept')).toBe(true);
    expect(row()).toMatchObject({ status: 'read', action_id: null, action_at: null });
    expect(await press(client, id, 'not-now')).toBe(true);
  });
});

describe('the activities of a group', () => {
  it('are its creates, newest first, a page at a time', async () => {
    const { world, client } = await setUp();
    const actors = [1, 2, 3].map((digit) => `0b5e55ed-0000-4000-8000-00000000000${digit}`);
    const [first] = await Promise.all(
      actors.map((actor_id) =>
        world.service.command({ user_id: world.user, actor_id, title: 'Booked', group: { key: 'bookings' } }),
      ),
    );
    const { data, next_cursor } = await activities(client, first?.id ?? 0);
    expect(data.map(({ actor_id }) => actor_id)).toEqual(actors.toReversed());
    expect(next_cursor).toBeNull();
    const older = await activities(client, first?.id ?? 0, String(first?.position));
    expect(older.data).toEqual([]);
  });

  it('of a notification that does not exist reject, and the session goes on', async () => {
    const { client } = await setUp();
    await expect(activities(client, 999)).rejects.toMatchObject({ code: 'not_found', status: 404 });
    expect(client.getSnapshot()).toMatchObject({ status: 'live', unreadCount: 1 });
  });
});

describe('a create of a group', () => {
  it('goes into the unread one, which counts, moves up and is announced again', async () => {
    const { world, client, id } = await setUp();
    const heard = vi.fn();
    const booked = {
      user_id: world.user,
      title: 'Booked',
      group: { key: 'bookings', title: '{count} booked' },
    };
    const first = await world.service.command(booked);
    await world.create('Between');
    await world.seconds(1);
    client.on('notification', heard);
    await world.service.command(booked);
    await world.seconds(1);
    const [top, ...others] = client.getSnapshot().notifications;
    expect(top).toMatchObject({ id: first.id, title: '2 booked', group_count: 2 });
    expect(others.map(({ title }) => title)).toEqual(['Between', 'Seat']);
    expect(others.at(-1)?.id).toBe(id);
    expect(heard.mock.calls.map(([each]) => each.id)).toEqual([first.id]);
  });
});

describe('a notification that is retracted', () => {
  it('is gone at once, and counted no more', async () => {
    const { world, client, row, keyed } = await setUp();
    await world.service.command({ ...keyed, action: 'retract' });
    await world.seconds(1);
    expect([row(), client.getSnapshot().unreadCount]).toEqual([undefined, 0]);
  });

  it('comes back by no late create of its key', async () => {
    const { world, client, row, keyed } = await setUp();
    await world.service.command({ ...keyed, action: 'retract' });
    await world.service.command({ ...keyed, title: 'Seat', actions });
    await world.seconds(1);
    expect([row(), client.getSnapshot().unreadCount]).toEqual([undefined, 0]);
  });

  it('is gone also while another list is being loaded', async () => {
    const { world, client, row, keyed } = await setUp();
    const other = { ...keyed, idempotency_key: 'booking 2', title: 'Seat', group: { key: 'seats' } };
    await world.service.command(other);
    await world.seconds(1);
    world.weather.requestDelayMs = 2_000;
    client.setFilter({ status: ['unread'] });
    expect(row()).toBeDefined();
    await world.service.command({ ...keyed, action: 'retract' });
    await world.service.command({ action: 'retract', user_id: world.user, group_key: 'seats' });
    await world.seconds(0.2);
    expect(client.getSnapshot()).toMatchObject({ notifications: [], isLoading: true });
    await world.seconds(10);
    expect(client.getSnapshot()).toMatchObject({ notifications: [], isLoading: false });
  });
});

describe('a notification that expires', () => {
  it('leaves the list within two minutes', async () => {
    const { world, client } = await setUp();
    const expires_at = new Date(client.now() + hour).toISOString();
    const { id } = await world.service.command({ user_id: world.user, title: 'Today', expires_at });
    await world.minutes(59);
    expect(client.getSnapshot().notifications.map((each) => each.id)).toContain(id);
    await world.minutes(3);
    expect(client.getSnapshot().notifications.map((each) => each.id)).not.toContain(id);
    expect(client.getSnapshot().unreadCount).toBe(1);
  });
});
