import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inboxState } from '../../support/inbox-state.ts';
import { batchCommand, command, type Installation, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';

let own: OwnSystem;
let belfry: Installation;
afterAll(() => own?.stop());

const postsBy = (name: string) =>
  Object.entries(own.system.meters.posts.byFunction)
    .filter(([functionName]) => functionName.includes(name))
    .reduce((sum, [, posts]) => sum + posts, 0);

describe('an isolated network', () => {
  beforeAll(async () => {
    own = await startOwnSystem({ context: { network: 'isolated' } });
    belfry = own.belfry;
  });

  it('delivers each change in full, by the stream and outside the VPC', async () => {
    const user = newUser();
    const sockets = [await belfry.connect(user), await belfry.connect(user)];
    const content = command(user, { metadata: { type: 'seat', ratio: 1e-300, list: [null, 'ä', true] } });
    const { created } = await belfry.invoke(content);
    expect(created).toMatchObject({
      created: true,
      delivery: { connections: 0, posted: 0, gone: 0, failed: 0 },
    });
    const path = `/notifications/${created.notification.id}`;
    for (const socket of sockets) {
      expect(await socket.next()).toEqual({
        type: 'notification.created',
        ...inboxState(user, 1, 1),
        notification: created.notification,
      });
    }
    await belfry.as(user).post(`${path}/archive`);
    for (const socket of sockets) {
      expect(await socket.next()).toMatchObject({
        type: 'notification.updated',
        version: 2,
        notification: { status: 'archived' },
      });
    }
    await belfry.invoke(command(user));
    for (const socket of sockets) expect(await socket.next()).toMatchObject({ version: 3 });
    await belfry.as(user).post('/notifications/read-all');
    for (const socket of sockets) {
      expect(await socket.next()).toMatchObject({ type: 'inbox.read_all', version: 4, unread_count: 0 });
      await socket.close();
    }
    expect(postsBy('Deliver')).toBe(8);
    expect(postsBy('Create') + postsBy('Update')).toBe(0);
  });

  it('keeps the order of a user’s changes', async () => {
    const user = newUser();
    const socket = await belfry.connect(user);
    for (let number = 1; number <= 10; number += 1) await belfry.invoke(command(user));
    for (let version = 1; version <= 10; version += 1) {
      expect(await socket.next()).toMatchObject({ type: 'notification.created', version });
    }
    await socket.close();
  });

  it('reaches every recipient of a command', async () => {
    const users = [newUser(), newUser(), newUser()];
    const sockets = await Promise.all(users.map((user) => belfry.connect(user)));
    await belfry.invoke(batchCommand(users));
    for (const socket of sockets) {
      expect(await socket.next()).toMatchObject({ type: 'notification.created', version: 1 });
      await socket.close();
    }
  });

  it('delivers what the sockets do not take at once again, as inbox.changed', async () => {
    const user = newUser();
    const socket = await belfry.connect(user);
    own.system.socketApi?.failPosts({ status: 500 }, { times: 1 });
    await belfry.invoke(command(user));
    const frame = await own.later(2_000, socket.next());
    expect(frame).toEqual({ type: 'inbox.changed', ...inboxState(user, 1, 1) });
    await socket.close();
  });

  it('spends 1 round trip to PostgreSQL and 1 request to DynamoDB on a create', async () => {
    own.system.meters.reset();
    await belfry.invoke(command(newUser()));
    const by = (meter: { byFunction: Record<string, number> }) =>
      meter.byFunction[belfry.outputs.CreateFunctionName];
    expect(by(own.system.meters.postgresRoundTrips)).toBe(1);
    expect(by(own.system.meters.dynamoDbRequests)).toBe(1);
  });
});

describe('a network with a NAT gateway', () => {
  beforeAll(async () => {
    await own.stop();
    own = await startOwnSystem({ context: { network: 'nat' } });
    belfry = own.belfry;
  });

  it('lets functions post by themselves', async () => {
    const user = newUser();
    const socket = await belfry.connect(user);
    const { created } = await belfry.invoke(command(user));
    expect(created.delivery).toEqual({ connections: 1, posted: 1, gone: 0, failed: 0 });
    expect(await socket.next()).toMatchObject({ type: 'notification.created' });
    await belfry.as(user).post(`/notifications/${created.notification.id}/read`);
    expect(await socket.next()).toMatchObject({ type: 'notification.updated' });
    await socket.close();
    await vi.waitFor(() => expect([postsBy('Create'), postsBy('Update')]).toEqual([1, 1]), patience);
  });
});
