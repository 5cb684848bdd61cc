import { describe, expect, it } from 'vitest';
import { sharedState } from '../../support/inbox-state.ts';
import {
  batchCommand,
  type CreatedMany,
  type CreatedOne,
  command,
  installation,
  newUser,
} from '../../support/installation.ts';

const belfry = installation();

interface Problem {
  status: number;
  code: string;
  detail: string;
  request_id: string;
  errors: { path: string; message: string }[];
}

/** A producer that no other test uses, with the scope. */
const producer = () => belfry.as(newUser(), { scope: 'openid notifications:create' });
const create = <Body = CreatedOne>(body: unknown, headers: Record<string, string> = {}) =>
  producer().post<Body>('/notifications', body, headers);

const inboxOf = async (user: string) =>
  (await belfry.as(user).get<{ unread_count: number; version: number }>('/notifications/unread-count')).body;

describe('POST /notifications', () => {
  it('answers 201 with the notification, and every socket of the recipient has its frame', async () => {
    const user = newUser();
    const sockets = await Promise.all([belfry.connect(user), belfry.connect(user)]);
    const { status, headers, body } = await create(command(user, { metadata: { type: 'booking' } }));
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toEqual({
      notification: expect.objectContaining({ ...command(user), metadata: { type: 'booking' }, version: 1 }),
      created: true,
      grouped: false,
      suppressed: false,
      delivery: { connections: 2, posted: 2, gone: 0, failed: 0 },
    });
    for (const socket of sockets) {
      expect(await socket.next()).toEqual({
        type: 'notification.created',
        ...sharedState(user, 1, 1),
        notification: body.notification,
      });
    }
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  it('answers 200 for a repeated key with the first notification, and delivers it again', async () => {
    const user = newUser();
    const first = await create(command(user), { 'Idempotency-Key': 'booking-981' });
    const socket = await belfry.connect(user);
    const second = await create(command(user, { idempotency_key: 'booking-981' }));
    expect(first.status).toBe(201);
    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({ created: false, notification: first.body.notification });
    expect(await socket.next()).toMatchObject({ type: 'notification.created', version: 1 });
    expect(await inboxOf(user)).toEqual(sharedState(user, 1, 1));
    await socket.close();
  });

  it('creates for many users: 201 if any is new, 200 if none is', async () => {
    const users = [newUser(), newUser(), newUser()];
    await create(batchCommand(users.slice(0, 1), { idempotency_key: 'k' }));
    const some = await create<CreatedMany>(batchCommand(users, { idempotency_key: 'k' }));
    expect(some.status).toBe(201);
    expect(some.body.notifications.map(({ user_id, created }) => ({ user_id, created }))).toEqual([
      { user_id: users[0], created: false },
      { user_id: users[1], created: true },
      { user_id: users[2], created: true },
    ]);
    expect((await create(batchCommand(users, { idempotency_key: 'k' }))).status).toBe(200);
  });

  it.each(['text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded'])(
    'reads a body that is JSON whatever it is declared as: %s',
    async (type) => {
      expect((await create(command(newUser()), { 'content-type': type })).status).toBe(201);
    },
  );
});

describe('A create that is refused', () => {
  it('is a conflict if the key was used with other content, and writes nothing for anybody', async () => {
    const [known, unknown] = [newUser(), newUser()];
    await create(command(known), { 'Idempotency-Key': 'k' });
    const { status, body } = await create<Problem>(batchCommand([unknown, known]), {
      'Idempotency-Key': 'k',
    });
    expect(status).toBe(409);
    expect(body.code).toBe('idempotency_conflict');
    expect(await inboxOf(unknown)).toEqual(sharedState(unknown, 0, 0));
  });

  it('has another key in its body than in its header', async () => {
    const user = newUser();
    const { status, body } = await create<Problem>(command(user, { idempotency_key: 'a' }), {
      'Idempotency-Key': 'b',
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_request', errors: [{ path: 'idempotency_key' }] });
    expect(await inboxOf(user)).toEqual(sharedState(user, 0, 0));
  });
});
