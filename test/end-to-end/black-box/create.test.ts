import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { notificationOf } from '../../support/content.ts';
import { errorType } from '../../support/gateway-needs.ts';
import {
  batchCommand,
  type CreatedMany,
  command,
  installation,
  newUser,
} from '../../support/installation.ts';
import { patience } from '../../support/patience.ts';

const belfry = installation();

interface Page {
  data: { id: number; title: string }[];
  unread_count: number;
  version: number;
}

const inboxOf = async (user: string) => (await belfry.as(user).get<Page>('/notifications')).body;

describe('a direct invocation', () => {
  it('writes the notification and answers with all of it', async () => {
    const user = newUser();
    const actor_id = randomUUID();
    const metadata = { type: 'booking', route: '/bookings/981', event: { id: 7 } };
    const { created } = await belfry.invoke(command(user, { actor_id, metadata }));
    expect(created).toEqual({
      notification: {
        id: expect.any(Number),
        position: created.notification.id,
        user_id: user,
        ...notificationOf({ actor_id, title: 'Your seat is confirmed', body: 'Row F, seat 12.', metadata }),
        status: 'unread',
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        updated_at: created.notification.created_at,
        version: 1,
      },
      created: true,
      grouped: false,
      suppressed: false,
      delivery: { connections: 0, posted: 0, gone: 0, failed: 0 },
    });
    expect((await inboxOf(user)).data).toEqual([created.notification]);
  });

  it('creates one for each of many users, in the order in which they are named', async () => {
    const users = Array.from({ length: 500 }, newUser);
    const { created } = await belfry.invoke<CreatedMany>(batchCommand([...users, ...users.slice(0, 3)]));
    expect(created.notifications.map(({ user_id }) => user_id)).toEqual(users);
    expect(created.notifications.every((each) => each.created)).toBe(true);
    expect(await inboxOf(users[499] ?? '')).toMatchObject({ unread_count: 1, version: 1 });
  });

  it('creates nothing for a repeated idempotency key and answers with the first notification', async () => {
    const user = newUser();
    const first = await belfry.invoke(command(user, { idempotency_key: 'booking-981' }));
    const second = await belfry.invoke(command(user, { idempotency_key: 'booking-981' }));
    expect(second.created).toMatchObject({ created: false, notification: first.created.notification });
    expect(await inboxOf(user)).toMatchObject({ unread_count: 1, version: 1 });
  });

  it(
    'fails as IdempotencyConflict, for every recipient, when a key comes back with other content',
    errorType,
    async () => {
      const [known, unknown] = [newUser(), newUser()];
      await belfry.invoke(command(known, { idempotency_key: 'k' }));
      const { error } = await belfry.invoke(batchCommand([unknown, known], { idempotency_key: 'k' }));
      expect(error?.errorType).toBe('IdempotencyConflict');
      expect(await inboxOf(unknown)).toMatchObject({ data: [], version: 0 });
    },
  );

  it('fails as ValidationError and names every field that is wrong', errorType, async () => {
    const user = newUser();
    const { error } = await belfry.invoke({
      user_id: user,
      title: ' ',
      body: 7,
      metadata: { url: 'javascript:alert(1)' },
      to: 1,
    });
    expect(error?.errorType).toBe('ValidationError');
    for (const field of ['title', 'body', 'metadata.url', 'to']) expect(error?.errorMessage).toContain(field);
    expect(await inboxOf(user)).toMatchObject({ data: [], version: 0 });
  });

  it('creates also when it is asynchronous', async () => {
    const user = newUser();
    await belfry.invokeLater(command(user));
    await vi.waitFor(async () => expect(await inboxOf(user)).toMatchObject({ unread_count: 1 }), patience);
  });
});

describe('a title', () => {
  const nulls = {
    user_ids: null,
    body: null,
    actor_id: null,
    metadata: null,
    channel: null,
    actions: null,
    group: null,
    expires_at: null,
    alert_after: null,
    deliver_at: null,
    action: null,
    idempotency_key: null,
  };

  it('is enough for every door, with null for all that may be left out', async () => {
    const [invoked = '', posted = '', put = '', sent = ''] = Array.from({ length: 4 }, newUser);
    const commandFor = (user: string) => ({ user_id: user, title: 'Doors open', ...nulls });
    await belfry.invoke(commandFor(invoked));
    const producer = belfry.as(newUser(), { scope: 'notifications:create' });
    expect(await producer.post('/notifications', commandFor(posted))).toMatchObject({ status: 201 });
    await belfry.putEvent(commandFor(put));
    await belfry.sendMessage(JSON.stringify(commandFor(sent)));
    for (const user of [invoked, posted, put, sent]) {
      await vi.waitFor(
        async () =>
          expect((await inboxOf(user)).data).toMatchObject([
            notificationOf({ title: 'Doors open', body: '' }),
          ]),
        patience,
      );
    }
  });
});

describe('an event on the bus', () => {
  it('creates a notification', async () => {
    const user = newUser();
    await belfry.putEvent(command(user, { title: 'From an event' }));
    await vi.waitFor(
      async () => expect((await inboxOf(user)).data).toMatchObject([{ title: 'From an event' }]),
      patience,
    );
  });
});

describe('a message of the queue', () => {
  it('creates a notification', async () => {
    const user = newUser();
    await belfry.sendMessage(JSON.stringify(command(user, { title: 'From a message' })));
    await vi.waitFor(
      async () => expect((await inboxOf(user)).data).toMatchObject([{ title: 'From a message' }]),
      patience,
    );
  });

  it('is done although its neighbours are no commands', async () => {
    const user = newUser();
    await Promise.all([
      belfry.sendMessage('{ no JSON'),
      belfry.sendMessage(JSON.stringify(command(user))),
      belfry.sendMessage(JSON.stringify({ user_id: user })),
    ]);
    await vi.waitFor(async () => expect(await inboxOf(user)).toMatchObject({ unread_count: 1 }), patience);
  });
});
