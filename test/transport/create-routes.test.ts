import { beforeEach, describe, expect, it } from 'vitest';
import { createPolicy } from '../../functions/core/create-policy.ts';
import { createNotificationService } from '../../functions/core/notification-service.ts';
import { createRoutes } from '../../functions/transport/create-routes.ts';
import { routeKeys } from '../../functions/transport/route-keys.ts';
import { serve } from '../../functions/transport/serve.ts';
import { createInMemoryRateLimiter } from '../fakes/in-memory-rate-limiter.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics } from '../fakes/recording-metrics.ts';
import { createRecordingPublisher } from '../fakes/recording-publisher.ts';
import { policyOf } from '../support/policy.ts';
import { alice, httpEvent, identity, now } from './http-event.ts';

const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';
const content = { title: 'Build passed', body: 'Green.' };
const command = { user_id: bob, ...content };
const payout = { ...command, metadata: { type: 'payout' } };

const settings = policyOf({
  scopes: ['attendee'],
  types: { payout: { sources: [] }, digest: { default: 'off' } },
});

let repository: InMemoryRepository;
let handler: ReturnType<typeof serve>;
/** Who was counted. */
let counted: string[];

function open(perMinute: number): void {
  repository = createInMemoryRepository(() => now, settings);
  const service = createNotificationService({
    repository,
    publisher: createRecordingPublisher(),
    policy: settings,
    metrics: createRecordingMetrics(),
    clock: () => now,
  });
  const counts = createInMemoryRateLimiter(() => now, perMinute);
  counted = [];
  const limiter = {
    async spend(subject: string) {
      await counts.spend(subject);
      counted.push(subject);
    },
  };
  const policy = createPolicy(settings);
  const logger = createRecordingLogger();
  handler = serve(createRoutes({ service, policy, limiter }), { clock: () => now, logger });
}
beforeEach(() => open(0));

interface Sent {
  scope?: string;
  user_id?: string;
  /** The header Idempotency-Key. */
  key?: string;
}

/** Sends a body as Alice with the scope, unless said otherwise. */
async function post(body: unknown, { scope = 'notifications:create', user_id = alice, key }: Sent = {}) {
  const answer = await handler(
    httpEvent({
      routeKey: 'POST /notifications',
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: key === undefined ? {} : { 'idempotency-key': key },
      identity: identity({ scope, user_id }),
    }),
  );
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body ?? '') };
}
const untouched = { user_id: bob, version: 0, unread_count: 0, unseen_count: 0 };

it('The table has exactly the routes from which the API is made', () => {
  const service = createNotificationService({
    repository,
    publisher: createRecordingPublisher(),
    policy: settings,
    metrics: createRecordingMetrics(),
    clock: () => now,
  });
  const limiter = createInMemoryRateLimiter(() => now);
  const table = createRoutes({ service, policy: createPolicy(settings), limiter });
  expect(Object.keys(table)).toEqual([...routeKeys.create]);
});

describe('POST /notifications', () => {
  it('answers 201 with the notification and its delivery', async () => {
    expect(await post(command)).toMatchObject({
      status: 201,
      body: {
        notification: { ...command, id: expect.any(Number), status: 'unread' },
        created: true,
        delivery: { connections: 0, posted: 0, gone: 0, failed: 0 },
      },
    });
  });

  it('answers for user_ids with a list: 201 if any was made, 200 if none was', async () => {
    await post({ ...command, idempotency_key: 'k' });
    const many = { user_ids: [bob, alice], ...content, idempotency_key: 'k' };
    expect(await post(many)).toMatchObject({
      status: 201,
      body: {
        notifications: [
          { user_id: bob, created: false },
          { user_id: alice, created: true },
        ],
      },
    });
    expect(await post(many)).toMatchObject({
      status: 200,
      body: { notifications: [{ created: false }, { created: false }] },
    });
  });

  it('answers 200 if the recipient has switched the type off', async () => {
    expect(await post({ ...command, metadata: { type: 'digest' } })).toEqual({
      status: 200,
      headers: expect.anything(),
      body: {
        notification: null,
        created: false,
        suppressed: true,
        delivery: { connections: 0, posted: 0, gone: 0, failed: 0 },
      },
    });
    const users = { user_ids: [bob, alice], ...content, metadata: { type: 'digest' } };
    expect(await post(users)).toMatchObject({
      status: 200,
      body: { notifications: [], suppressed: [bob, alice] },
    });
  });

  it('refuses a scope that is not configured, and creates nothing', async () => {
    expect(await post({ ...command, scope: 'speaker' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'scope', message: 'must be one of attendee; it is "speaker"' }] },
    });
    expect(await repository.inbox(bob)).toMatchObject(untouched);
    expect(counted).toEqual([]);
  });

  it.each([[undefined], [null], ['text'], [7], [[]], [[command]]])('refuses the body %j', async (body) => {
    expect(await post(body)).toMatchObject({ status: 400, body: { errors: [{ path: '' }] } });
  });

  it('names every field that is wrong', async () => {
    const { status, body } = await post({ user_id: 'bob', title: ' ', metadata: { url: 'x' }, to: 1 });
    expect(status).toBe(400);
    const paths = body.errors.map(({ path }: { path: string }) => path);
    expect(paths.toSorted()).toEqual(['metadata.url', 'title', 'to', 'user_id']);
  });
});

describe('The idempotency key', () => {
  it('may come in the header', async () => {
    expect((await post(command, { key: 'k' })).status).toBe(201);
    expect(await post(command, { key: 'k' })).toMatchObject({ status: 200, body: { created: false } });
  });

  it('is the same in header and body', async () => {
    await post(command, { key: 'k' });
    expect((await post({ ...command, idempotency_key: 'k' })).status).toBe(200);
    expect((await post({ ...command, idempotency_key: 'k' }, { key: 'k' })).status).toBe(200);
  });

  it('has no default: the same command again makes a second notification', async () => {
    await post(command);
    expect((await post(command)).status).toBe(201);
  });

  it('of other content is a conflict', async () => {
    await post(command, { key: 'k' });
    expect(await post({ ...command, title: 'Other' }, { key: 'k' })).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
  });

  it.each(['other', 'K', 'k ', ''])('may not be %j in the body and another in the header', async (own) => {
    const { status, body } = await post({ ...command, idempotency_key: own }, { key: 'k' });
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({ path: 'idempotency_key', message: /header Idempotency-Key/ });
    expect(await repository.inbox(bob)).toMatchObject(untouched);
  });

  it('is that of the header if the one of the body is null', async () => {
    const nulled = { ...command, idempotency_key: null };
    expect((await post(nulled, { key: 'k' })).status).toBe(201);
    expect(await post(nulled, { key: 'k' })).toMatchObject({ status: 200, body: { created: false } });
  });

  it.each([7, {}])('may not be %j in the body beside one in the header', async (own) => {
    const { status, body } = await post({ ...command, idempotency_key: own }, { key: 'k' });
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({ path: 'idempotency_key' });
  });

  it.each(['', 'x'.repeat(256), 'a\u0000b', '\u0085'])(
    'in the header obeys the field’s rules: %j',
    async (key) => {
      expect(await post(command, { key })).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'idempotency_key' }] },
      });
      expect((await post(command, { key: 'x'.repeat(255) })).status).toBe(201);
    },
  );

  it('that is wrong is named together with all other fields', async () => {
    const { body } = await post({ ...command, title: 7, idempotency_key: 'other' }, { key: 'k' });
    const paths = body.errors.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(['idempotency_key', 'title']);
  });

  it.each([[undefined], [[command]], ['text']])('makes no command of the body %j', async (body) => {
    expect(await post(body, { key: 'k' })).toMatchObject({ status: 400, body: { errors: [{ path: '' }] } });
  });

  it('hides no field that a body must not have', async () => {
    const body = JSON.parse(`{"user_id":"${bob}","title":"a","body":"b","__proto__":{}}`);
    expect(await post(body, { key: 'k' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: '__proto__' }] },
    });
  });
});

describe('Who may create', () => {
  it('must have the scope, before the command is looked at', async () => {
    for (const body of [command, {}, undefined]) {
      expect(await post(body, { scope: 'notifications:read' })).toMatchObject({
        status: 403,
        body: {
          code: 'forbidden',
          title: 'Forbidden',
          detail: expect.stringContaining('notifications:create'),
        },
      });
    }
    expect(await repository.inbox(bob)).toMatchObject(untouched);
  });

  it('must have a further scope for a restricted type', async () => {
    expect(await post(payout)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('notifications:create:payout') },
    });
    expect(await repository.inbox(bob)).toMatchObject(untouched);
    const scope = 'notifications:create notifications:create:payout';
    expect((await post(payout, { scope })).status).toBe(201);
    for (const type of ['Payout', 'payout\u200B', 'ｐａｙｏｕｔ']) {
      const spelled = { ...command, metadata: { type } };
      expect((await post(spelled)).status).toBe(403);
      expect((await post(spelled, { scope })).status).toBe(201);
    }
  });
});

describe('The rate limit', () => {
  it('answers 429 beyond it, says when to try again, and creates nothing', async () => {
    open(2);
    expect((await post(command)).status).toBe(201);
    expect((await post(command)).status).toBe(201);
    expect(await post(command)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '60' },
      body: { code: 'rate_limited', title: 'Too Many Requests' },
    });
    expect(await repository.inbox(bob)).toMatchObject({ user_id: bob, version: 2, unread_count: 2 });
  });

  it('is of the token’s subject, not of the recipient', async () => {
    open(1);
    expect((await post(command)).status).toBe(201);
    expect((await post(command, { user_id: bob })).status).toBe(201);
    expect((await post({ ...command, user_id: alice })).status).toBe(429);
    expect(counted).toEqual([alice, bob]);
  });

  it('counts a command for many users once, and a repeated key again', async () => {
    await post({ user_ids: [alice, bob], ...content }, { key: 'k' });
    await post({ user_ids: [alice, bob], ...content }, { key: 'k' });
    expect(counted).toEqual([alice, alice]);
  });

  it('counts nothing that is refused anyway', async () => {
    await post(command, { scope: '' });
    await post(payout);
    await post({ ...command, title: '' });
    expect(counted).toEqual([]);
  });
});
