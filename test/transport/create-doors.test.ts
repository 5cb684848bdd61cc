import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPolicy } from '../../functions/core/create-policy.ts';
import { Unavailable } from '../../functions/core/errors.ts';
import { createNotificationService } from '../../functions/core/notification-service.ts';
import type { NotificationRepository } from '../../functions/core/ports.ts';
import { serveCreate } from '../../functions/transport/create-doors.ts';
import { createRoutes } from '../../functions/transport/create-routes.ts';
import { serve } from '../../functions/transport/serve.ts';
import { createInMemoryRateLimiter } from '../fakes/in-memory-rate-limiter.ts';
import { createInMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics } from '../fakes/recording-metrics.ts';
import { createRecordingPublisher, nobodyConnected } from '../fakes/recording-publisher.ts';
import { alice, httpEvent, identity, now } from './http-event.ts';

const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';
const command = { user_id: alice, title: 'Build passed', body: 'Green.' };
const { user_id: _, ...content } = command;

let repository: NotificationRepository;
let logger: RecordingLogger;
/** The key under which each create reached the repository. */
let keys: (string | null)[];
let invoke: (event: unknown, requestId?: string) => Promise<unknown>;

beforeEach(() => {
  const inMemory = createInMemoryRepository(() => now);
  keys = [];
  repository = {
    ...inMemory,
    create(content, user_ids, key) {
      keys.push(key);
      if (content.title === 'outage') throw new Unavailable('The database');
      if (content.title === 'defect')
        throw Object.assign(new Error('SQL'), { detail: 'Failing row: secret' });
      return inMemory.create(content, user_ids, key);
    },
  };
  logger = createRecordingLogger();
  const service = createNotificationService({
    repository,
    publisher: createRecordingPublisher(),
    metrics: createRecordingMetrics(),
    clock: () => now,
  });
  const policy = createPolicy({ payout: ['payments'] });
  const limiter = createInMemoryRateLimiter(() => now);
  const http = serve(createRoutes({ service, policy, limiter }), { clock: () => now, logger });
  const handler = serveCreate({ service, policy, http, logger });
  // The cast: the handler reads nothing else of the context.
  invoke = (event, requestId = 'request-1') => handler(event, { awsRequestId: requestId } as Context);
});

const message = (body: unknown, messageId: string) => ({
  messageId,
  receiptHandle: `receipt-${messageId}`,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attributes: {},
  messageAttributes: {},
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:create',
  awsRegion: 'us-east-1',
});

const payout = { ...command, metadata: { type: 'payout' } };

const busEvent = (detail: unknown, source = 'booking') => ({
  version: '0',
  id: 'event-1',
  'detail-type': 'notification.create',
  source,
  account: '000000000000',
  time: '2026-01-01T00:00:00Z',
  region: 'us-east-1',
  resources: [],
  detail,
});

describe('A direct invocation', () => {
  it('answers with the notification and its delivery', async () => {
    expect(await invoke(command)).toEqual({
      notification: expect.objectContaining({ ...command, id: expect.any(Number), status: 'unread' }),
      created: true,
      delivery: nobodyConnected,
    });
  });

  it('answers with a list for user_ids', async () => {
    expect(await invoke({ ...content, user_ids: [alice, bob] })).toEqual({
      notifications: [
        { id: expect.any(Number), user_id: alice, created: true },
        { id: expect.any(Number), user_id: bob, created: true },
      ],
      delivery: nobodyConnected,
    });
  });

  it('creates once over the retries of an asynchronous invocation, which keep the request id', async () => {
    await invoke(command, 'request-7');
    expect(await invoke(command, 'request-7')).toMatchObject({ created: false });
    expect(await invoke(command, 'request-8')).toMatchObject({ created: true });
    expect(keys).toEqual(['request-7', 'request-7', 'request-8']);
  });

  it('goes by its own key if it has one', async () => {
    await invoke({ ...command, idempotency_key: 'own' });
    expect(keys).toEqual(['own']);
  });

  it('fails with ValidationError, naming each field', async () => {
    const failure = invoke({ user_id: 'alice', title: '', body: 'Green.' });
    await expect(failure).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(failure).rejects.toThrow(/user_id .*title /);
    expect(keys).toEqual([]);
  });

  it('fails with IdempotencyConflict', async () => {
    await invoke({ ...command, idempotency_key: 'k' });
    const failure = invoke({ ...command, idempotency_key: 'k', title: 'Other' });
    await expect(failure).rejects.toMatchObject({ name: 'IdempotencyConflict' });
  });

  it('fails with Unavailable', async () => {
    await expect(invoke({ ...command, title: 'outage' })).rejects.toMatchObject({ name: 'Unavailable' });
  });

  it('creates restricted types too: IAM has let it in', async () => {
    expect(await invoke(payout)).toMatchObject({ created: true });
  });

  it.each([
    null,
    undefined,
    'text',
    7,
    [],
    {},
    { Records: [] },
    { Records: [{ eventSource: 'aws:s3' }] },
    { Records: [null] },
    { detail: {} },
    { routeKey: 'POST /notifications' },
    { routeKey: 'POST /notifications', requestContext: null },
  ])('is refused if it is no command: %j', async (event) => {
    await expect(invoke(event)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('fails without saying why if the fault is ours, and logs it', async () => {
    const failure = await invoke({ ...command, title: 'defect' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'Internal', message: expect.stringContaining('on our side') });
    expect(JSON.stringify(Object.entries(failure as object))).not.toMatch(/SQL|secret/);
    expect(logger.lines).toMatchObject([{ level: 'error', message: 'create_failed' }]);
  });

  it('that fails is logged once, without what it says', async () => {
    await expect(invoke({ ...command, title: 'outage', body: 'secret' })).rejects.toThrow();
    expect(logger.lines).toMatchObject([
      { level: 'error', message: 'create_failed', fields: { door: 'invoke', source_id: 'request-1' } },
    ]);
    expect(JSON.stringify(logger.lines)).not.toMatch(/outage|secret/);
  });
});

/** How a command reaches each door. */
const byDoor: Record<string, (command: unknown) => Promise<unknown>> = {
  invoke: (command) => invoke(command),
  event: (command) => invoke(busEvent(command)),
  queue: (command) => invoke({ Records: [message(command, 'message-1')] }),
  http: (command) =>
    invoke(
      httpEvent({
        routeKey: 'POST /notifications',
        body: JSON.stringify(command),
        identity: identity({ scope: 'notifications:create' }),
      }),
    ),
};

describe.each(Object.entries(byDoor))('By the door %s', (door, create) => {
  it('a title is enough, with every other field null', async () => {
    const nulls = {
      user_ids: null,
      body: null,
      actor_id: null,
      metadata: null,
      channel: null,
      idempotency_key: null,
    };
    await create({ user_id: alice, title: 'Build passed', ...nulls });
    const { notifications } = await repository.changes(alice, 0);
    expect(notifications).toMatchObject([{ title: 'Build passed', body: '', actor_id: null, metadata: {} }]);
    // Null is no key: that of the door counts.
    expect(keys).toEqual([door === 'http' ? null : expect.any(String)]);
  });

  it('a number that is not exact is refused by its path', async () => {
    const answer = await create({ ...command, metadata: { order: { id: 2 ** 60 } } }).catch(
      (error: Error) => error,
    );
    const reasons = JSON.stringify([answer, answer instanceof Error && answer.message, logger.lines]);
    expect(reasons).toMatch(/metadata\.order\.id.{0,99}send it as text/);
    expect(keys).toEqual([]);
  });
});

describe('An event of the bus', () => {
  it('creates by its detail, and by its id only once', async () => {
    expect(await invoke(busEvent(command), 'request-1')).toMatchObject({ created: true });
    expect(await invoke(busEvent(command), 'request-2')).toMatchObject({ created: false });
    expect(keys).toEqual(['event-1', 'event-1']);
  });

  it('goes by its own key if it has one', async () => {
    await invoke(busEvent({ ...command, idempotency_key: 'own' }));
    expect(keys).toEqual(['own']);
  });

  it('that is malformed fails the invocation', async () => {
    await expect(invoke(busEvent('text'))).rejects.toMatchObject({ name: 'ValidationError' });
    expect(logger.lines).toMatchObject([
      { level: 'info', message: 'create_refused', fields: { door: 'event', source_id: 'event-1' } },
    ]);
  });
});

describe('An event of a restricted type', () => {
  it('creates if its source is on the list', async () => {
    expect(await invoke(busEvent(payout, 'payments'))).toMatchObject({ created: true });
  });

  it('fails the invocation and creates nothing if it is not', async () => {
    await expect(invoke(busEvent(payout))).rejects.toMatchObject({ name: 'Forbidden' });
    expect(keys).toEqual([]);
    expect(logger.lines).toMatchObject([
      { level: 'info', message: 'create_refused', fields: { door: 'event', source_id: 'event-1' } },
    ]);
  });

  it('is not allowed by a source that only its detail names', async () => {
    const detail = { ...payout, source: 'payments' };
    await expect(invoke(busEvent(detail))).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe('A request of the HTTP API', () => {
  const request = (body: unknown, scope = 'notifications:create') =>
    httpEvent({
      routeKey: 'POST /notifications',
      body: JSON.stringify(body),
      identity: identity({ scope }),
    });

  it('is answered by the route', async () => {
    expect(await invoke(request(command))).toMatchObject({ statusCode: 201 });
    expect(await repository.inbox(alice)).toEqual({ user_id: alice, version: 1, unread_count: 1 });
  });

  it('is answered if it fails, too', async () => {
    expect(await invoke(request(command, ''))).toMatchObject({ statusCode: 403 });
    expect(await invoke(request({ ...command, title: 'outage' }))).toMatchObject({ statusCode: 503 });
    expect(await invoke(request({ ...command, title: 'defect' }))).toMatchObject({ statusCode: 500 });
  });

  it('has no default key', async () => {
    await invoke(request(command));
    expect(keys).toEqual([null]);
  });

  it('is no event and no message, whatever its body says', async () => {
    const bodies = [busEvent(payout, 'payments'), { Records: [message(payout, 'm')] }];
    for (const body of bodies) expect(await invoke(request(body))).toMatchObject({ statusCode: 400 });
    expect(keys).toEqual([]);
  });

  it('gets nowhere without an identity from the gateway', async () => {
    const { authorizer: _, ...requestContext } = request(command).requestContext;
    expect(await invoke({ ...request(command), requestContext })).toMatchObject({ statusCode: 401 });
    expect(keys).toEqual([]);
  });
});

describe('Messages of the queue', () => {
  const deliver = (...bodies: unknown[]) =>
    invoke({ Records: bodies.map((body, index) => message(body, `message-${index}`)) });

  it('create one notification each, and none is reported back', async () => {
    expect(await deliver(command, { ...content, user_ids: [bob] })).toEqual({ batchItemFailures: [] });
    expect(await repository.inbox(alice)).toEqual({ user_id: alice, version: 1, unread_count: 1 });
    expect(await repository.inbox(bob)).toEqual({ user_id: bob, version: 1, unread_count: 1 });
  });

  it('create once however often they are received', async () => {
    await deliver(command);
    await deliver(command);
    expect(keys).toEqual(['message-0', 'message-0']);
    expect(await repository.inbox(alice)).toEqual({ user_id: alice, version: 1, unread_count: 1 });
  });

  it('go by their own key if they have one', async () => {
    await deliver({ ...command, idempotency_key: 'own' });
    expect(keys).toEqual(['own']);
  });

  it('create restricted types too: IAM has let them in', async () => {
    expect(await deliver(payout)).toEqual({ batchItemFailures: [] });
  });

  it('come back alone if they fail, and leave their neighbours done', async () => {
    const outage = { ...command, title: 'outage' };
    expect(
      await deliver(command, 'not json', outage, { user_id: bob }, { ...command, user_id: bob }),
    ).toEqual({
      batchItemFailures: [
        { itemIdentifier: 'message-1' },
        { itemIdentifier: 'message-2' },
        { itemIdentifier: 'message-3' },
      ],
    });
    expect(await repository.inbox(alice)).toEqual({ user_id: alice, version: 1, unread_count: 1 });
    expect(await repository.inbox(bob)).toEqual({ user_id: bob, version: 1, unread_count: 1 });
  });

  it.each(['', 'null', '"text"', '[]', '{'])('come back where they are no command: %j', async (body) => {
    expect(await deliver(body)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  });

  it('are each logged if they fail, under their own id', async () => {
    await deliver(command, 'not json');
    expect(logger.lines).toMatchObject([
      { level: 'info', message: 'create_refused', fields: { door: 'queue', source_id: 'message-1' } },
    ]);
  });
});
