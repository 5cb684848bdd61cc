import { beforeEach, describe, expect, it } from 'vitest';
import { createPolicy } from '../../functions/core/create-policy.ts';
import { createRoutes } from '../../functions/transport/create-routes.ts';
import { routeKeys } from '../../functions/transport/route-keys.ts';
import { serve } from '../../functions/transport/serve.ts';
import { createInMemoryRateLimiter } from '../fakes/in-memory-rate-limiter.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../fakes/recording-metrics.ts';
import { policyOf } from '../support/policy.ts';
import { servicesOver } from '../support/services.ts';
import { alice, httpEvent, identity, now } from './http-event.ts';

const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';
const content = { title: 'Build passed', body: 'Green.' };
const command = { user_id: bob, ...content };
const payout = { ...command, metadata: { type: 'payout' } };

const settings = policyOf({
  scopes: ['attendee'],
  types: { payout: { sources: [] }, digest: { default: 'off' } },
});

const clock = () => now;

let repository: InMemoryRepository;
let handler: ReturnType<typeof serve>;
/** Who was counted. */
let counted: string[];
let metrics: RecordingMetrics;

function open(perMinute: number): void {
  repository = createInMemoryRepository(() => now, settings);
  const { commands: service } = servicesOver(repository, { clock });
  const counts = createInMemoryRateLimiter(() => now, perMinute);
  counted = [];
  metrics = createRecordingMetrics();
  const limiter = {
    async spend(subject: string) {
      await counts.spend(subject);
      counted.push(subject);
    },
  };
  const policy = createPolicy(settings);
  const logger = createRecordingLogger();
  handler = serve(createRoutes({ service, policy, limiter, metrics, clock }), { clock, logger });
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
  const { commands: service } = servicesOver(repository, { clock });
  const limiter = createInMemoryRateLimiter(() => now);
  const table = createRoutes({ service, policy: createPolicy(settings), limiter, metrics, clock });
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
        grouped: false,
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

  it('measures what is beyond it as refused, as every other refusal', async () => {
    open(1);
    await post(command);
    await post(command);
    await post({ action: 'retract' }, { scope: '' });
    expect(
      metrics.measured.flatMap(({ name, labels }) => (name === 'CommandsRefused' ? labels : [])),
    ).toEqual([
      { door: 'http', action: 'create', reason: 'rate_limited' },
      { door: 'http', action: 'retract', reason: 'forbidden' },
    ]);
  });

  it('counts nothing that is refused anyway', async () => {
    await post(command, { scope: '' });
    await post(payout);
    await post({ ...command, title: '' });
    expect(counted).toEqual([]);
  });
});

describe('Commands about what was created', () => {
  const keyed = { ...command, idempotency_key: 'k' };
  const update = { action: 'update', user_id: bob, idempotency_key: 'k', title: 'Build failed' };

  it('update it', async () => {
    await post(keyed);
    expect(await post(update)).toMatchObject({
      status: 200,
      body: { notification: { title: 'Build failed', body: 'Green.', version: 2 }, changed: true },
    });
    expect(await post({ ...update, user_id: null, user_ids: [bob, alice] })).toMatchObject({
      status: 200,
      body: { notifications: [{ user_id: bob, changed: false }], missing: [alice] },
    });
  });

  it('retract it', async () => {
    await post(keyed);
    expect(await post({ action: 'retract', user_id: bob, idempotency_key: 'k' })).toMatchObject({
      status: 200,
      body: { retracted: [{ user_id: bob }], missing: [] },
    });
    expect(await post(keyed)).toMatchObject({
      status: 200,
      body: { notification: { status: 'retracted' }, created: false },
    });
  });

  it('answer 404 if no recipient has it', async () => {
    expect(await post(update)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    const retract = { action: 'retract', user_ids: [bob], group_key: 'event-1' };
    expect(await post(retract)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('get no key from the header', async () => {
    await post(keyed);
    const { idempotency_key: _, ...keyless } = update;
    expect(await post(keyless, { key: 'k' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'idempotency_key', message: 'is required' }] },
    });
    expect(await post(update, { key: 'k' })).toMatchObject({ status: 200 });
    expect(await post(update, { key: 'other' })).toMatchObject({ status: 400 });
  });

  it('are refused for a type that the token may not create, whether they find it or make it', async () => {
    const scope = 'notifications:create notifications:create:payout';
    await post({ ...payout, idempotency_key: 'k' }, { scope });
    for (const refused of [update, { action: 'retract', user_id: bob, idempotency_key: 'k' }]) {
      expect(await post(refused)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    expect(await post({ ...update, metadata: { type: 'Payout' } })).toMatchObject({
      status: 403,
      body: { detail: 'The token lacks the scope notifications:create:payout.' },
    });
    expect(await post(update, { scope })).toMatchObject({ status: 200 });
  });

  it('count against the limit of the token as a create does, and only if they are valid', async () => {
    await post(keyed);
    await post(update);
    await post({ ...update, title: '' });
    await post({ action: 'retract', user_id: bob, idempotency_key: 'k' });
    expect(counted).toEqual([alice, alice, alice]);
  });

  it('need the scope, before they are read', async () => {
    expect(await post({ action: 'update' }, { scope: '' })).toMatchObject({ status: 403 });
    expect(await post({ action: 'cancel', scheduled_id: 1 }, { scope: '' })).toMatchObject({ status: 403 });
  });

  it('are refused by an action that there is not', async () => {
    expect(await post({ ...keyed, action: 'delete' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'action', message: expect.stringContaining('it is "delete"') }] },
    });
  });
});

describe('A create that goes into a group', () => {
  it('answers 200', async () => {
    const grouped = { ...command, group: { key: 'event-1' } };
    expect(await post(grouped)).toMatchObject({ status: 201, body: { created: true, grouped: false } });
    expect(await post(grouped)).toMatchObject({
      status: 200,
      body: { created: false, grouped: true, notification: { group_count: 2 } },
    });
  });
});

describe('A create with deliver_at', () => {
  const deliver_at = '2026-01-02T10:00:00.000Z';
  const later = { ...command, deliver_at };
  /** Asks for a schedule as one of these subjects. */
  async function ask(method: 'GET' | 'DELETE', id: number, changes: object = {}) {
    const routeKey = `${method} /scheduled/{id}`;
    const answer = await handler(httpEvent({ routeKey, path: { id: `${id}` }, identity: identity(changes) }));
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body && JSON.parse(answer.body),
    };
  }
  const admin = { user_id: bob, scope: 'notifications:admin' };

  it('answers 202 with the schedule, also when it is repeated', async () => {
    const answer = { status: 202, body: { scheduled: { id: 1, deliver_at } } };
    expect(await post(later, { key: 'k' })).toMatchObject(answer);
    expect(await post(later, { key: 'k' })).toMatchObject(answer);
    expect(await post({ ...later, title: 'Other' }, { key: 'k' })).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
    expect(await repository.inbox(bob)).toMatchObject(untouched);
  });

  it('is checked against the rules when it is given', async () => {
    expect(await post({ ...payout, deliver_at })).toMatchObject({ status: 403 });
    expect(await post({ ...later, scope: 'speaker' })).toMatchObject({ status: 400 });
    expect(repository.waiting()).toEqual([]);
  });

  it('is shown to the subject of its token, without a scope, and to admins', async () => {
    await post(later);
    const shown = { id: 1, deliver_at, created_at: new Date(now).toISOString(), status: 'scheduled' };
    expect(await ask('GET', 1)).toMatchObject({ status: 200, body: shown });
    expect((await ask('GET', 1)).body).toEqual(shown);
    expect(await ask('GET', 1, admin)).toMatchObject({ status: 200 });
  });

  it('is not there for any other subject, also for the recipient, exactly as one that does not exist', async () => {
    await post(later);
    for (const method of ['GET', 'DELETE'] as const) {
      const other = await ask(method, 1, { user_id: bob });
      const missing = await ask(method, 2);
      expect(other.status).toBe(404);
      expect(JSON.stringify(missing.body)).toBe(JSON.stringify(other.body).replace(' 1,', ' 2,'));
    }
    expect(repository.waiting()).toHaveLength(1);
  });

  it.each(['0', 'x', '9007199254740992'])('needs a positive integer as its id: %s', async (id) => {
    const routeKey = 'GET /scheduled/{id}';
    expect(await handler(httpEvent({ routeKey, path: { id } }))).toMatchObject({ statusCode: 400 });
  });

  it('is called off with 204 and no body, also twice, and by admins', async () => {
    await post(later);
    for (const changes of [{}, {}, admin]) {
      expect(await ask('DELETE', 1, changes)).toEqual({
        status: 204,
        headers: { 'cache-control': 'no-store', 'x-request-id': 'request-1' },
        body: undefined,
      });
    }
    expect((await ask('GET', 1)).body).toMatchObject({ status: 'cancelled' });
  });

  it('is called off by a command too, of the same subject', async () => {
    await post(later);
    const cancel = { action: 'cancel', scheduled_id: 1 };
    expect(await post(cancel, { user_id: bob })).toMatchObject({ status: 404 });
    expect(await post(cancel)).toMatchObject({ status: 200, body: { cancelled: { id: 1 } } });
  });

  it('answers 409 once it was sent', async () => {
    await post({ ...later, deliver_at: new Date(now).toISOString() });
    await repository.claimScheduled();
    expect(await ask('DELETE', 1)).toMatchObject({ status: 409, body: { code: 'already_sent' } });
    expect(await post({ action: 'cancel', scheduled_id: 1 })).toMatchObject({ status: 409 });
  });

  it('is measured when it is called off, by either route', async () => {
    await ask('GET', 1);
    await ask('DELETE', 1);
    await post({ action: 'cancel', scheduled_id: 1 });
    const labels = { door: 'http', action: 'cancel' };
    const one = [
      { name: 'Commands', value: 1, labels },
      { name: 'CommandsRefused', value: 1, labels: { ...labels, reason: 'not_found' } },
    ];
    expect(metrics.measured).toEqual([...one, ...one]);
  });
});
