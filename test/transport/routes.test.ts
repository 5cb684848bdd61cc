import { beforeEach, describe, expect, it } from 'vitest';
import { encodeCursor } from '../../functions/core/feed.ts';
import { createInboxReader } from '../../functions/core/inbox-reader.ts';
import { createNotificationService } from '../../functions/core/notification-service.ts';
import { routeKeys } from '../../functions/transport/route-keys.ts';
import { readRoutes, updateRoutes } from '../../functions/transport/routes.ts';
import { serve } from '../../functions/transport/serve.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics } from '../fakes/recording-metrics.ts';
import { createRecordingPublisher } from '../fakes/recording-publisher.ts';
import { contentOf } from '../support/content.ts';
import { alice, httpEvent, identity, now } from './http-event.ts';

const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';

let repository: InMemoryRepository;
let ask: (
  routeKey: string,
  request?: Parameters<typeof httpEvent>[0],
) => Promise<{ status: number | undefined; body: unknown }>;

beforeEach(() => {
  repository = createInMemoryRepository(() => now);
  const publisher = createRecordingPublisher();
  const routes = {
    ...readRoutes(createInboxReader({ repository })),
    ...updateRoutes(
      createNotificationService({
        repository,
        publisher,
        metrics: createRecordingMetrics(),
        clock: () => now,
      }),
    ),
  };
  const handler = serve(routes, { clock: () => now, logger: createRecordingLogger() });
  ask = async (routeKey, request = {}) => {
    const { statusCode, body } = await handler(httpEvent({ routeKey, ...request }));
    return { status: statusCode, body: JSON.parse(body ?? '') };
  };
});

async function create(user_id = alice, metadata = {}): Promise<number> {
  const [stored] = await repository.create(contentOf({ metadata }), [user_id], null);
  return stored?.notification.id ?? 0;
}

describe('The route tables', () => {
  it('have exactly the routes from which the API is made', () => {
    const repository = createInMemoryRepository(() => now);
    const service = createNotificationService({
      repository,
      publisher: createRecordingPublisher(),
      metrics: createRecordingMetrics(),
      clock: () => now,
    });
    expect(Object.keys(readRoutes(createInboxReader({ repository })))).toEqual([...routeKeys.read]);
    expect(Object.keys(updateRoutes(service))).toEqual([...routeKeys.update]);
  });
});

describe('GET /notifications', () => {
  it('answers a page of the caller’s own feed', async () => {
    const id = await create();
    await create(bob);
    expect(await ask('GET /notifications')).toMatchObject({
      status: 200,
      body: {
        data: [{ id, user_id: alice }],
        next_cursor: null,
        user_id: alice,
        version: 1,
        unread_count: 1,
      },
    });
  });

  it('takes limit, cursor, status and type', async () => {
    const id = await create(alice, { type: 'build' });
    const newest = await create(alice, { type: 'build' });
    await create(alice, { type: 'chat' });
    const query = { limit: '1', cursor: encodeCursor(newest), status: 'unread', type: 'build' };
    expect(await ask('GET /notifications', { query })).toMatchObject({ body: { data: [{ id }] } });
  });
});

describe('GET /notifications/unread-count', () => {
  it('answers count and version', async () => {
    await create();
    expect(await ask('GET /notifications/unread-count')).toEqual({
      status: 200,
      body: { user_id: alice, version: 1, unread_count: 1 },
    });
  });
});

describe('GET /notifications/changes', () => {
  it('answers what changed since a version', async () => {
    await create();
    const id = await create();
    expect(await ask('GET /notifications/changes', { query: { since: '1' } })).toMatchObject({
      status: 200,
      body: { data: [{ id }], user_id: alice, version: 2, unread_count: 2, reset: false },
    });
  });

  it('needs the version', async () => {
    expect(await ask('GET /notifications/changes')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'since' }] },
    });
  });
});

describe('A notification by its id', () => {
  it('is answered as it is', async () => {
    const id = await create();
    expect(await ask('GET /notifications/{id}', { path: { id: `${id}` } })).toMatchObject({
      status: 200,
      body: { id, status: 'unread' },
    });
  });

  const byId = ['GET /notifications/{id}', ...routeKeys.update.filter((key) => key.includes('{id}'))];

  it.each(byId)(
    'is 404 where it is another user’s, exactly as where it is nobody’s: %s',
    async (routeKey) => {
      const id = await create(bob);
      const other = await ask(routeKey, { path: { id: `${id}` } });
      const missing = await ask(routeKey, { path: { id: `${id + 1}` } });
      expect(other.status).toBe(404);
      expect(JSON.stringify(missing.body)).toBe(JSON.stringify(other.body).replace(` ${id} `, ` ${id + 1} `));
      expect(await repository.find(bob, id)).toMatchObject({ status: 'unread' });
    },
  );

  it.each(byId)('must be a positive integer that JavaScript knows exactly: %s', async (routeKey) => {
    for (const id of ['0', '-1', '1.5', '01', 'abc', '', ' 1', '1e3', '9007199254740992', '9'.repeat(30)]) {
      expect(await ask(routeKey, { path: { id } })).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'id' }] },
      });
    }
  });
});

describe('POST /notifications/{id}/…', () => {
  it.each([
    ['read', 'read', 0],
    ['archive', 'archived', 0],
  ])('%s makes it %s', async (action, status, unread_count) => {
    const id = await create();
    expect(await ask(`POST /notifications/{id}/${action}`, { path: { id: `${id}` } })).toMatchObject({
      status: 200,
      body: { notification: { id, status, version: 2 }, user_id: alice, version: 2, unread_count },
    });
  });

  it('leads back by unread and unarchive', async () => {
    const path = { id: `${await create()}` };
    await ask('POST /notifications/{id}/archive', { path });
    const unarchived = await ask('POST /notifications/{id}/unarchive', { path });
    expect(unarchived.body).toMatchObject({ notification: { status: 'read' } });
    const unread = await ask('POST /notifications/{id}/unread', { path });
    expect(unread.body).toMatchObject({ notification: { status: 'unread' }, unread_count: 1 });
  });

  it('answers 200 and changes nothing if the action leads nowhere', async () => {
    const path = { id: `${await create()}` };
    expect(await ask('POST /notifications/{id}/unarchive', { path })).toMatchObject({
      status: 200,
      body: { notification: { status: 'unread' }, user_id: alice, version: 1, unread_count: 1 },
    });
  });
});

describe('POST /notifications/read-all', () => {
  const readAll = (body?: string) =>
    ask('POST /notifications/read-all', { ...(body !== undefined && { body }), identity: identity() });

  it.each([undefined, '', '{}'])('marks all with the body %j', async (body) => {
    await create();
    expect(await readAll(body)).toEqual({
      status: 200,
      body: { updated: 1, user_id: alice, version: 2, unread_count: 0 },
    });
  });

  it('marks those up to before_id', async () => {
    const id = await create();
    await create();
    expect(await readAll(JSON.stringify({ before_id: id }))).toEqual({
      status: 200,
      body: { updated: 1, user_id: alice, version: 3, unread_count: 1 },
    });
  });

  it.each([
    ['before_id', '{"before_id":0}'],
    ['before_id', '{"before_id":-1}'],
    ['before_id', '{"before_id":1.5}'],
    ['before_id', '{"before_id":"7"}'],
    ['before_id', '{"before_id":null}'],
    ['before_id', '{"before_id":9007199254740992}'],
    ['before_id', '{"before_id":1e999}'],
    ['user_id', `{"user_id":"${bob}"}`],
    ['__proto__', '{"__proto__":{}}'],
    ['', '[]'],
    ['', '7'],
    ['', '"all"'],
  ])('refuses %j in %s and marks nothing', async (path, body) => {
    await create();
    expect(await readAll(body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    expect(await repository.inbox(alice)).toEqual({ user_id: alice, version: 1, unread_count: 1 });
  });
});
