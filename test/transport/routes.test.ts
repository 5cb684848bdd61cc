import { beforeEach, describe, expect, it } from 'vitest';
import { createInboxReader } from '../../functions/core/inbox-reader.ts';
import type { Metadata } from '../../functions/core/metadata.ts';
import type { CreateContent } from '../../functions/core/notification-repository.ts';
import { routeKeys } from '../../functions/transport/route-keys.ts';
import { readRoutes, updateRoutes } from '../../functions/transport/routes.ts';
import { serve } from '../../functions/transport/serve.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { contentOf, ruleOf } from '../support/content.ts';
import { policyOf } from '../support/policy.ts';
import { servicesOver } from '../support/services.ts';
import { alice, httpEvent, identity, now } from './http-event.ts';

const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';

let repository: InMemoryRepository;
let ask: (
  routeKey: string,
  request?: Parameters<typeof httpEvent>[0],
) => Promise<{ status: number | undefined; body: unknown }>;

const policy = policyOf({
  scopes: ['attendee', 'organizer'],
  types: { promo: {}, payout: { critical: true } },
});

/** The state of Alice's inbox, whose notifications have no scope and are unseen as long as they are unread. */
const stateOf = (version: number, unread_count: number) => {
  const counts = { unread_count, unseen_count: unread_count };
  return { user_id: alice, version, ...counts, scopes: { attendee: counts, organizer: counts } };
};

function tables() {
  const clock = () => now;
  const { service } = servicesOver(repository, { policy, clock });
  return {
    read: readRoutes({ inbox: createInboxReader({ repository, policy }), policy }),
    update: updateRoutes({ service, policy, clock }),
  };
}

beforeEach(() => {
  repository = createInMemoryRepository(() => now, policy);
  const { read, update } = tables();
  const handler = serve({ ...read, ...update }, { clock: () => now, logger: createRecordingLogger() });
  ask = async (routeKey, request = {}) => {
    const { statusCode, body } = await handler(httpEvent({ routeKey, ...request }));
    return { status: statusCode, body: JSON.parse(body ?? '') };
  };
});

/** Answers the id, which is the position of what has not moved. */
async function create(
  user_id = alice,
  metadata: Metadata = {},
  scope: string | null = null,
): Promise<number> {
  const [stored] = await repository.create(contentOf({ metadata }), ruleOf({ scope }), [user_id], null);
  return stored?.notification?.id ?? 0;
}

it('The route tables have exactly the routes from which the API is made', () => {
  const { read, update } = tables();
  expect(Object.keys(read)).toEqual([...routeKeys.read]);
  expect(Object.keys(update)).toEqual([...routeKeys.update]);
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
        ...stateOf(1, 1),
      },
    });
  });

  it('takes limit, cursor, status, scope and types', async () => {
    await create(alice, { type: 'build' }, 'organizer');
    const id = await create(alice, { type: 'build' }, 'attendee');
    await create(alice, { type: 'chat' });
    const newest = await create(alice, { type: 'deploy' });
    const query = {
      limit: '1',
      cursor: `${newest}`,
      status: 'unread',
      scope: 'attendee',
      type: 'build,deploy',
    };
    expect(await ask('GET /notifications', { query })).toMatchObject({ body: { data: [{ id }] } });
  });

  it('refuses a scope that is not configured', async () => {
    expect(await ask('GET /notifications', { query: { scope: 'speaker' } })).toMatchObject({
      status: 400,
      body: { detail: 'scope must be one of attendee, organizer; it is "speaker"' },
    });
  });
});

describe('GET /notifications/unread-count', () => {
  it('answers the state of the inbox', async () => {
    await create();
    expect(await ask('GET /notifications/unread-count')).toEqual({
      status: 200,
      body: stateOf(1, 1),
    });
  });
});

describe('GET /notifications/changes', () => {
  it('answers what changed since a version', async () => {
    await create();
    const id = await create();
    expect(await ask('GET /notifications/changes', { query: { since: '1' } })).toMatchObject({
      status: 200,
      body: { data: [{ id }], ...stateOf(2, 2), reset: false },
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

  const byId = [...routeKeys.read, ...routeKeys.update].filter((key) => key.includes('{id}'));
  const until = new Date(now + 3_600_000).toISOString();
  /** What routes need beside the id. */
  const asked = (routeKey: string, id: string) => ({
    path: { id, action_id: 'accept' },
    ...(routeKey.endsWith('/snooze') && { body: JSON.stringify({ until }) }),
  });

  it.each(byId)(
    'is 404 where it is another user’s, exactly as where it is nobody’s: %s',
    async (routeKey) => {
      const id = await create(bob);
      const other = await ask(routeKey, asked(routeKey, `${id}`));
      const missing = await ask(routeKey, asked(routeKey, `${id + 1}`));
      expect(other.status).toBe(404);
      expect(JSON.stringify(missing.body)).toBe(JSON.stringify(other.body).replace(` ${id} `, ` ${id + 1} `));
      expect(await repository.find(bob, id)).toMatchObject({ status: 'unread' });
    },
  );

  it.each(byId)('must be a positive integer that JavaScript knows exactly: %s', async (routeKey) => {
    for (const id of ['0', '-1', '1.5', '01', 'abc', '', ' 1', '1e3', '9007199254740992', '9'.repeat(30)]) {
      expect(await ask(routeKey, asked(routeKey, id))).toMatchObject({
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
      body: { updated: 1, ...stateOf(2, 0) },
    });
  });

  it('marks those up to before_position', async () => {
    const id = await create();
    await create();
    expect(await readAll(JSON.stringify({ before_position: id }))).toEqual({
      status: 200,
      body: { updated: 1, ...stateOf(3, 1) },
    });
  });

  it.each([
    ['before_position', '{"before_position":0}'],
    ['before_position', '{"before_position":-1}'],
    ['before_position', '{"before_position":1.5}'],
    ['before_position', '{"before_position":"7"}'],
    ['before_position', '{"before_position":null}'],
    ['before_position', '{"before_position":9007199254740992}'],
    ['before_position', '{"before_position":1e999}'],
    ['scope', '{"scope":"speaker"}'],
    ['types', '{"types":[]}'],
    ['user_id', `{"user_id":"${bob}"}`],
    ['__proto__', '{"__proto__":{}}'],
    ['', '[]'],
    ['', '7'],
    ['', '"all"'],
  ])('refuses %j in %s and marks nothing', async (path, body) => {
    await create();
    expect(await readAll(body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    expect(await repository.inbox(alice)).toEqual(stateOf(1, 1));
  });
});

describe('POST /notifications/mark', () => {
  const mark = (body: unknown) => ask('POST /notifications/mark', { body: JSON.stringify(body) });

  it('marks those that are named and have not moved up, and answers which', async () => {
    const [first, second, moved] = [await create(), await create(), await create()];
    repository.moveUp(alice, moved);
    const ids = [first, second, moved, first];
    expect(await mark({ action: 'read', ids, positions: ids })).toMatchObject({
      status: 200,
      body: { updated: [first, second], version: 5, unread_count: 1 },
    });
  });

  it('changes nothing in the inbox of another user', async () => {
    const id = await create(bob);
    expect(await mark({ action: 'read', ids: [id] })).toEqual({
      status: 200,
      body: { updated: [], ...stateOf(0, 0) },
    });
    expect(await repository.find(bob, id)).toMatchObject({ status: 'unread' });
  });

  it('refuses 101 ids, and marks nothing', async () => {
    const id = await create();
    const ids = Array.from({ length: 101 }, (_, n) => id + n);
    expect(await mark({ action: 'read', ids })).toMatchObject({
      status: 400,
      body: { detail: 'ids must name 1 to 100 notifications' },
    });
    expect(await repository.inbox(alice)).toEqual(stateOf(1, 1));
  });

  it('needs a body', async () => {
    expect(await ask('POST /notifications/mark')).toMatchObject({ status: 400 });
  });
});

describe('POST /notifications/archive-read', () => {
  it('archives what is read within the bounds', async () => {
    const [read, later] = [await create(), await create()];
    for (const id of [read, later]) await repository.mark(alice, id, 'read');
    const body = JSON.stringify({ before_position: read });
    expect(await ask('POST /notifications/archive-read', { body })).toEqual({
      status: 200,
      body: { updated: 1, ...stateOf(5, 0) },
    });
    expect(await ask('POST /notifications/archive-read')).toEqual({
      status: 200,
      body: { updated: 1, ...stateOf(6, 0) },
    });
  });

  it('refuses a scope that is not configured', async () => {
    expect(await ask('POST /notifications/archive-read', { body: '{"scope":"speaker"}' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'scope' }] },
    });
  });
});

describe('POST /notifications/seen', () => {
  const seen = (body: unknown) => ask('POST /notifications/seen', { body: JSON.stringify(body) });

  it('takes what was seen in the bell of a scope out of its count', async () => {
    const before_position = await create(alice, {}, 'attendee');
    await create(alice, {}, 'organizer');
    expect(await seen({ before_position, scope: 'attendee' })).toMatchObject({
      status: 200,
      body: {
        version: 3,
        unread_count: 2,
        unseen_count: 1,
        scopes: { attendee: { unread_count: 1, unseen_count: 0 }, organizer: { unseen_count: 1 } },
      },
    });
  });

  it.each([
    [{}, 'before_position'],
    [{ before_position: 1, scope: 'speaker' }, 'scope'],
  ])('refuses %j, and changes nothing', async (body, path) => {
    await create();
    expect(await seen(body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    expect(await repository.inbox(alice)).toEqual(stateOf(1, 1));
  });
});

describe('The preferences', () => {
  const put = (types: unknown) => ask('PUT /preferences', { body: JSON.stringify({ types }) });
  const answer = (promo: boolean) => ({
    status: 200,
    body: {
      user_id: alice,
      types: {
        promo: { enabled: promo, critical: false },
        payout: { enabled: true, critical: true },
      },
    },
  });

  it('are those of every configured type', async () => {
    expect(await ask('GET /preferences')).toEqual(answer(true));
  });

  it('are set as far as they are named', async () => {
    expect(await put({ promo: false })).toEqual(answer(false));
    expect(await ask('GET /preferences')).toEqual(answer(false));
    expect(await put({ promo: true })).toEqual(answer(true));
  });

  it.each([
    [{ promo: false, payout: false }, 'types.payout is critical and cannot be switched on or off'],
    [{ promo: false, chat: false }, 'types.chat is not a configured type; these are: promo, payout'],
  ])('refuse %j as a whole', async (types, detail) => {
    expect(await put(types)).toMatchObject({ status: 400, body: { detail } });
    expect(await ask('GET /preferences')).toEqual(answer(true));
  });
});

describe('Living notifications', () => {
  const actions = [{ id: 'accept', label: 'Accept' }];
  const stored = async (changes: Partial<CreateContent>): Promise<Record<string, string>> => {
    const [outcome] = await repository.create(contentOf(changes), ruleOf(), [alice], 'k');
    return { id: String(outcome?.notification?.id) };
  };
  const snooze = (path: Record<string, string>, body: unknown) =>
    ask('POST /notifications/{id}/snooze', { path, body: JSON.stringify(body) });

  it('are snoozed, listed so, and brought back', async () => {
    const path = await stored({});
    const until = '2026-01-02T10:00:00+01:00';
    expect(await snooze(path, { until })).toMatchObject({
      status: 200,
      body: {
        notification: { status: 'snoozed', snoozed_until: '2026-01-02T09:00:00.000Z' },
        ...stateOf(2, 0),
      },
    });
    expect(await ask('GET /notifications')).toMatchObject({ body: { data: [] } });
    expect(await ask('GET /notifications', { query: { status: 'snoozed' } })).toMatchObject({
      body: { data: [{ status: 'snoozed' }] },
    });
    expect(await ask('POST /notifications/{id}/unsnooze', { path })).toMatchObject({
      body: { notification: { status: 'unread', snoozed_until: null } },
    });
  });

  it.each([
    [{}, 'until'],
    [{ until: '2026-01-01T00:00:59Z' }, 'until'],
    [{ until: '2026-04-01T00:00:01Z' }, 'until'],
    [{ until: '2026-01-02T00:00:00Z', extra: 1 }, 'extra'],
  ])('are not snoozed by %j', async (body, field) => {
    const path = await stored({});
    expect(await snooze(path, body)).toMatchObject({ status: 400, body: { errors: [{ path: field }] } });
    expect(await repository.inbox(alice)).toEqual(stateOf(1, 1));
  });

  it('record the action that was taken, until it is taken back', async () => {
    const path = {
      ...(await stored({ actions: [...actions, { id: 'no', label: 'No' }] })),
      action_id: 'accept',
    };
    const press = (action_id: string) =>
      ask('POST /notifications/{id}/actions/{action_id}', { path: { ...path, action_id } });
    expect(await press('accept')).toMatchObject({
      status: 200,
      body: { notification: { status: 'read', action_id: 'accept' } },
    });
    expect(await press('no')).toMatchObject({ status: 409, body: { code: 'action_taken' } });
    expect(await press('later')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await ask('DELETE /notifications/{id}/actions/{action_id}', { path })).toMatchObject({
      status: 200,
      body: { notification: { status: 'read', action_id: null, action_at: null } },
    });
  });

  it('say who went into them, by pages', async () => {
    const group = { key: 'event-1', title: null, body: null };
    const path = await stored({ actor_id: alice, group });
    await repository.create(contentOf({ actor_id: bob, group }), ruleOf(), [alice], null);
    const page = (query: Record<string, string>) =>
      ask('GET /notifications/{id}/activities', { path, query });
    const first = await page({ limit: '1' });
    expect(first).toMatchObject({ status: 200, body: { data: [{ actor_id: bob }] } });
    const { next_cursor } = Object(first.body);
    expect(await page({ limit: '1', cursor: next_cursor })).toMatchObject({
      body: { data: [{ actor_id: alice }], next_cursor: null },
    });
    expect(await page({ limit: '101' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'limit' }] },
    });
    expect(await page({ status: 'read' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'status' }] },
    });
  });

  it('that are retracted are not there', async () => {
    const path = await stored({ actions });
    await repository.retract({ idempotency_key: 'k' }, [alice], []);
    const until = '2026-01-02T10:00:00Z';
    for (const [routeKey, body] of [
      ['GET /notifications/{id}'],
      ['GET /notifications/{id}/activities'],
      ['POST /notifications/{id}/read'],
      ['POST /notifications/{id}/snooze', { until }],
      ['POST /notifications/{id}/actions/{action_id}'],
    ] as const) {
      const request = { path: { ...path, action_id: 'accept' }, body: body && JSON.stringify(body) };
      expect(
        await ask(routeKey, { path: request.path, ...(request.body && { body: request.body }) }),
      ).toMatchObject({
        status: 404,
      });
    }
  });
});
