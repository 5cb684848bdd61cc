import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalSystem } from '../../../local/system.ts';
import { command, type Installation, newUser, type Socket } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';

// A system of its own and without schedules, so that nothing but the one request is counted.
let own: OwnSystem;
let system: LocalSystem;
let belfry: Installation;

beforeAll(async () => {
  own = await startOwnSystem({ schedules: false });
  ({ system, belfry } = own);
});

// Nothing is to be warmed up: what it takes to connect to the database is not counted (local/database/rds.ts), whether an
// environment is new or has been idle for so long that it connects anew.
beforeEach(() => system.meters.reset());

const producer = () => belfry.as(newUser(), { scope: 'notifications:create' });

afterAll(() => own?.stop());

const spent = () => ({
  postgres: system.meters.postgresRoundTrips.total,
  dynamoDb: system.meters.dynamoDbRequests.total,
  posts: system.meters.posts.total,
});

/** Closes sockets and waits until the last has been forgotten, so that no later test counts it. */
async function closeAll(sockets: readonly Socket[]): Promise<void> {
  system.meters.reset();
  await Promise.all(sockets.map((socket) => socket.close()));
  // On a busy machine each socket may wait for an environment of its own to start.
  await expect.poll(spent).toEqual({ postgres: 0, dynamoDb: 2 * sockets.length, posts: 0 });
}

describe('the wire budget', () => {
  it.each([0, 1, 3])(
    'of a create is 1 round trip to PostgreSQL, 1 request to DynamoDB and 1 post for each of %i sockets',
    async (count) => {
      const user = newUser();
      const sockets = await Promise.all(Array.from({ length: count }, () => belfry.connect(user)));
      system.meters.reset();
      await belfry.invoke(command(user));
      expect(spent()).toEqual({ postgres: 1, dynamoDb: 1, posts: count });
      await closeAll(sockets);
    },
  );

  it.each([0, 3])(
    'of a create over HTTP is that and 1 request to DynamoDB for its count: %i sockets',
    async (count) => {
      const user = newUser();
      const sockets = await Promise.all(Array.from({ length: count }, () => belfry.connect(user)));
      system.meters.reset();
      expect((await producer().post('/notifications', command(user))).status).toBe(201);
      expect(spent()).toEqual({ postgres: 1, dynamoDb: 2, posts: count });
      await closeAll(sockets);
    },
  );

  it('of a create over HTTP that is refused is nothing', async () => {
    expect((await producer().post('/notifications', { title: 'Nobody' })).status).toBe(400);
    expect((await belfry.as(newUser()).post('/notifications', command(newUser()))).status).toBe(403);
    expect(spent()).toEqual({ postgres: 0, dynamoDb: 0, posts: 0 });
  });

  it('of a page with its count is 1 round trip', async () => {
    await belfry.as(newUser()).get('/notifications');
    expect(spent()).toEqual({ postgres: 1, dynamoDb: 0, posts: 0 });
  });

  it('of the unread count and of the changes is 1 round trip each', async () => {
    await belfry.as(newUser()).get('/notifications/unread-count');
    await belfry.as(newUser()).get('/notifications/changes?since=0');
    expect(spent()).toEqual({ postgres: 2, dynamoDb: 0, posts: 0 });
  });

  it('of a mark that changes something is 1 round trip and the delivery of its frame', async () => {
    const user = newUser();
    const { created } = await belfry.invoke(command(user));
    system.meters.reset();
    await belfry.as(user).post(`/notifications/${created.notification.id}/read`);
    expect(spent()).toEqual({ postgres: 1, dynamoDb: 1, posts: 0 });
  });

  it('of a mark that changes nothing is 1 round trip and nothing else', async () => {
    const user = newUser();
    const { created } = await belfry.invoke(command(user));
    system.meters.reset();
    await belfry.as(user).post(`/notifications/${created.notification.id}/unread`);
    expect(spent()).toEqual({ postgres: 1, dynamoDb: 0, posts: 0 });
  });

  it('of a create that is suppressed is 1 round trip and nothing else', async () => {
    await belfry.invoke(command(newUser(), { metadata: { type: 'digest' } }));
    expect(spent()).toEqual({ postgres: 1, dynamoDb: 0, posts: 0 });
  });

  it('of preferences is 1 round trip to read them, and 1 and the delivery of their frame to change them', async () => {
    const me = belfry.as(newUser());
    await me.get('/preferences');
    expect(spent()).toEqual({ postgres: 1, dynamoDb: 0, posts: 0 });
    system.meters.reset();
    await me.put('/preferences', { types: { promo: false } });
    expect(spent()).toEqual({ postgres: 1, dynamoDb: 1, posts: 0 });
  });

  it('of a mark of several, an archive-read and what was seen is 1 round trip and the delivery of their frame', async () => {
    const user = newUser();
    const me = belfry.as(user);
    const ids: number[] = [];
    for (let n = 0; n < 3; n += 1) ids.push((await belfry.invoke(command(user))).created.notification.id);
    const changes: [string, object][] = [
      ['seen', { before_position: ids.at(-1) }],
      ['mark', { action: 'read', ids }],
      ['archive-read', {}],
    ];
    for (const [path, body] of changes) {
      system.meters.reset();
      await me.post(`/notifications/${path}`, body);
      expect(spent()).toEqual({ postgres: 1, dynamoDb: 1, posts: 0 });
      system.meters.reset();
      // The second time nothing changes, and nothing is delivered.
      await me.post(`/notifications/${path}`, body);
      expect(spent()).toEqual({ postgres: 1, dynamoDb: 0, posts: 0 });
    }
  });

  it('of a create with a time, of a schedule and of a snooze is 1 request to DynamoDB more', async () => {
    const user = newUser();
    const later = new Date(own.clock.now() + 3_600_000).toISOString();
    const { created } = await belfry.invoke(command(user, { expires_at: later, alert_after: 3_600 }));
    expect(spent()).toEqual({ postgres: 1, dynamoDb: 2, posts: 0 });
    system.meters.reset();
    await belfry.invoke(command(user, { deliver_at: later }));
    expect(spent()).toEqual({ postgres: 1, dynamoDb: 1, posts: 0 });
    system.meters.reset();
    await belfry.as(user).post(`/notifications/${created.notification.id}/snooze`, { until: later });
    expect(spent()).toEqual({ postgres: 1, dynamoDb: 2, posts: 0 });
  });

  it('of a tick that finds nothing due is 1 request to DynamoDB', async () => {
    await belfry.tick();
    system.meters.reset();
    const { TickFunctionName } = belfry.outputs;
    await system.lambda.invoke(TickFunctionName, {}, { principal: 'account' });
    expect(spent()).toEqual({ postgres: 0, dynamoDb: 1, posts: 0 });
  });

  it('of a filtered page is 1 round trip', async () => {
    await belfry.as(newUser()).get('/notifications?scope=attendee&type=booking,promo&status=read,archived');
    expect(spent()).toEqual({ postgres: 1, dynamoDb: 0, posts: 0 });
  });

  it('of read-all is 1 round trip and the delivery of its frame', async () => {
    const user = newUser();
    await belfry.invoke(command(user));
    system.meters.reset();
    await belfry.as(user).post('/notifications/read-all');
    expect(spent()).toEqual({ postgres: 1, dynamoDb: 1, posts: 0 });
  });

  it('of connecting is 2 requests to DynamoDB and of disconnecting 2', async () => {
    const socket = await belfry.connect(newUser());
    expect(spent()).toEqual({ postgres: 0, dynamoDb: 2, posts: 0 });
    await closeAll([socket]);
  });
});
