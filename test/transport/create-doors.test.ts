import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPolicy } from '../../functions/core/create-policy.ts';
import { Unavailable } from '../../functions/core/errors.ts';
import { serveCreate } from '../../functions/transport/create-doors.ts';
import { createRoutes } from '../../functions/transport/create-routes.ts';
import { serve } from '../../functions/transport/serve.ts';
import { createInMemoryRateLimiter } from '../fakes/in-memory-rate-limiter.ts';
import { createInMemoryRepository, type InMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../fakes/recording-metrics.ts';
import { nobodyConnected } from '../fakes/recording-publisher.ts';
import { inboxState } from '../support/inbox-state.ts';
import { policyOf } from '../support/policy.ts';
import { servicesOver } from '../support/services.ts';
import { alice, httpEvent, identity, now } from './http-event.ts';

const bob = 'b21d6f0c-3e54-4f7b-8c19-64a0d2e8f533';
const command = { user_id: alice, title: 'Build passed', body: 'Green.' };
const { user_id: _, ...content } = command;

const settings = policyOf({
  types: { payout: { sources: ['payments'] }, digest: { default: 'off' } },
});

let repository: InMemoryRepository;
let logger: RecordingLogger;
let metrics: RecordingMetrics;
/** The key under which each create reached the repository. */
let keys: (string | null)[];
let invoke: (event: unknown, requestId?: string) => Promise<unknown>;

beforeEach(() => {
  const inMemory = createInMemoryRepository(() => now, settings);
  keys = [];
  repository = {
    ...inMemory,
    create(content, rule, user_ids, key) {
      keys.push(key);
      if (content.title === 'outage') throw new Unavailable('The database');
      if (content.title === 'defect')
        throw Object.assign(new Error('SQL'), { detail: 'Failing row: secret' });
      return inMemory.create(content, rule, user_ids, key);
    },
  };
  logger = createRecordingLogger();
  metrics = createRecordingMetrics();
  const clock = () => now;
  const { commands: service } = servicesOver(repository, { clock });
  const policy = createPolicy(settings);
  const limiter = createInMemoryRateLimiter(() => now);
  const http = serve(createRoutes({ service, policy, limiter, metrics, clock }), { clock, logger });
  const handler = serveCreate({ service, policy, http, metrics, logger, clock });
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
      grouped: false,
      suppressed: false,
      delivery: nobodyConnected,
    });
  });

  it('answers with a list for user_ids', async () => {
    expect(await invoke({ ...content, user_ids: [alice, bob] })).toEqual({
      notifications: [
        { id: expect.any(Number), user_id: alice, created: true, grouped: false },
        { id: expect.any(Number), user_id: bob, created: true, grouped: false },
      ],
      suppressed: [],
      delivery: nobodyConnected,
    });
  });

  it('says who has switched the type off', async () => {
    const digest = { ...content, metadata: { type: 'digest' } };
    expect(await invoke({ ...digest, user_id: alice })).toMatchObject({
      notification: null,
      created: false,
      suppressed: true,
    });
    expect(await invoke({ ...digest, user_ids: [alice, bob] })).toMatchObject({
      notifications: [],
      suppressed: [alice, bob],
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

/** What AWS services make of a command, or of anything else, if they are not told to send the command alone. */
const envelopes: Record<string, { input: unknown; doors: string; hint: RegExp }> = {
  'a notification of SNS': {
    input: {
      Type: 'Notification',
      MessageId: 'sns-1',
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:topic',
      Message: JSON.stringify(command),
      Timestamp: '2026-01-01T00:00:00.000Z',
    },
    doors: 'invoke event queue http',
    hint: /notification of SNS.*raw message delivery/,
  },
  'a record of SNS': {
    input: {
      Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', Sns: { Message: JSON.stringify(command) } }],
    },
    doors: 'invoke event queue',
    hint: /notification of SNS.*raw message delivery/,
  },
  'an event of EventBridge': {
    input: busEvent(command),
    doors: 'event queue http',
    hint: /event of EventBridge.*input transformer/,
  },
  'an event of EventBridge about something else': {
    input: { ...busEvent({ bucket: { name: 'tickets' } }, 'aws.s3'), 'detail-type': 'Object Created' },
    doors: 'invoke event queue http',
    hint: /input transformer/,
  },
  'a schedule without an input': {
    input: { ...busEvent('{}', 'aws.scheduler'), 'detail-type': 'Scheduled Event' },
    doors: 'invoke',
    hint: /schedule.*set its input/,
  },
  'a batch of a pipe': {
    input: [message(command, 'message-2')],
    doors: 'invoke event queue http',
    hint: /a list.*pipe.*input transformer/,
  },
  'commands of a pipe': {
    input: [command, command],
    doors: 'invoke event queue http',
    hint: /pipe.*create queue/,
  },
  'a record of a pipe': {
    input: message(command, 'message-2'),
    doors: 'invoke event queue http',
    hint: /Pipes.*input transformer/,
  },
  'a record of a stream': {
    input: { eventID: '1', eventName: 'INSERT', eventSource: 'aws:dynamodb', dynamodb: { NewImage: {} } },
    doors: 'invoke event queue http',
    hint: /Pipes.*input transformer/,
  },
  'a notification of S3': {
    input: { Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: 'tickets' } } }] },
    doors: 'invoke event queue http',
    hint: /batch of records.*input transformer/,
  },
  'a batch of Kafka': {
    input: { eventSource: 'aws:kafka', records: { 'topic-0': [{ value: 'e30=' }] } },
    doors: 'invoke queue',
    hint: /batch of records.*input transformer/,
  },
  'a batch of another queue': {
    input: { Records: [message(command, 'message-2')] },
    doors: 'event queue http',
    hint: /batch of records.*input transformer/,
  },
  'a request of a REST API': {
    input: {
      resource: '/notify',
      httpMethod: 'POST',
      headers: {},
      requestContext: { stage: 'prod' },
      body: JSON.stringify(command),
    },
    doors: 'invoke event queue',
    hint: /request of an API.*mapping/,
  },
  'the record of an invocation': {
    input: {
      version: '1.0',
      requestContext: { requestId: 'r' },
      requestPayload: command,
      responsePayload: {},
    },
    doors: 'invoke event queue',
    hint: /record of an invocation.*function of your own/,
  },
  'an alarm': {
    input: { source: 'aws.cloudwatch', alarmArn: 'arn:aws:cloudwatch:…', alarmData: { alarmName: 'full' } },
    doors: 'invoke queue',
    hint: /alarm of CloudWatch.*input transformer/,
  },
  'log entries': {
    input: { awslogs: { data: 'H4sI' } },
    doors: 'invoke',
    hint: /CloudWatch Logs.*function of your own/,
  },
  'JSON in JSON': {
    input: JSON.stringify(command),
    doors: 'invoke event http',
    hint: /JSON inside of a JSON text.*once/,
  },
};
const envelopesByDoor = Object.entries(envelopes).flatMap(([name, { input, doors, hint }]) =>
  doors.split(' ').map((door) => ({ name, door, input, hint })),
);

describe('What an AWS service puts around a command', () => {
  const sources: Record<string, unknown> = {
    invoke: expect.stringMatching(/^(request|event)-1$/),
    event: 'event-1',
    queue: 'message-1',
  };

  it.each(envelopesByDoor)(
    'is refused with what to do: $name by the door $door',
    async ({ door, input, hint }) => {
      const answer = await byDoor[door]?.(input).catch((error: Error) => error);
      if (door === 'http') {
        expect(answer).toMatchObject({ statusCode: 400, body: expect.stringMatching(hint) });
      } else if (door === 'queue') {
        expect(answer).toMatchObject({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
      } else {
        // So it is in the record of the dead-letter queue.
        expect(answer).toMatchObject({ name: 'ValidationError', message: expect.stringMatching(hint) });
        expect(String(answer)).not.toContain('.;');
      }
      if (door !== 'http') {
        expect(logger.lines).toMatchObject([
          {
            message: 'create_refused',
            fields: { source_id: sources[door], reason: expect.stringMatching(hint) },
          },
        ]);
      }
      expect(keys).toEqual([]);
    },
  );

  it('is a command all the same if it is an event whose detail is one, whatever its type', async () => {
    const event = { ...busEvent(command), 'detail-type': 'Seat sold' };
    expect(await invoke(event)).toMatchObject({ created: true });
  });

  it('is not suspected of a command that is only wrong', async () => {
    await expect(invoke({ ...command, title: ' ' })).rejects.toThrow(/^title must not be blank$/);
    await expect(invoke(busEvent({ ...command, title: ' ' }))).rejects.toThrow(/^title must not be blank$/);
    const unknown = { messageId: '1', source: 'booking', Message: 'Hello', detail: {}, type: 'seat' };
    await expect(invoke({ ...command, ...unknown })).rejects.toThrow(/^messageId is not a known field; /);
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

  it.each(['Payout', 'payout\u200B', 'ｐａｙｏｕｔ'])(
    'is restricted in whatever way it is spelled: %j',
    async (type) => {
      const spelled = { ...command, metadata: { type } };
      await expect(invoke(busEvent(spelled))).rejects.toMatchObject({ name: 'Forbidden' });
      expect(await invoke(busEvent(spelled, 'payments'))).toMatchObject({ created: true });
    },
  );

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
    expect(await repository.inbox(alice)).toEqual(inboxState(alice, 1, 1));
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
    expect(await repository.inbox(alice)).toEqual(inboxState(alice, 1, 1));
    expect(await repository.inbox(bob)).toEqual(inboxState(bob, 1, 1));
  });

  it('create once however often they are received', async () => {
    await deliver(command);
    await deliver(command);
    expect(keys).toEqual(['message-0', 'message-0']);
    expect(await repository.inbox(alice)).toEqual(inboxState(alice, 1, 1));
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
    expect(await repository.inbox(alice)).toEqual(inboxState(alice, 1, 1));
    expect(await repository.inbox(bob)).toEqual(inboxState(bob, 1, 1));
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

describe('Commands about what was created', () => {
  const keyed = { ...command, idempotency_key: 'k' };
  const update = { action: 'update', user_id: alice, idempotency_key: 'k', title: 'Build failed' };
  const retract = { action: 'retract', user_id: alice, idempotency_key: 'k' };
  const deliver = (body: unknown) => invoke({ Records: [message(body, 'message-1')] });
  const titleOf = async () => (await repository.changes(alice, 0)).notifications[0];

  it('are answered by a direct invocation', async () => {
    await invoke(keyed);
    expect(await invoke(update)).toMatchObject({ notification: { title: 'Build failed' }, changed: true });
    expect(await invoke(retract)).toMatchObject({ retracted: [{ user_id: alice }], missing: [] });
    const deliver_at = new Date(now + 60_000).toISOString();
    expect(await invoke({ ...command, deliver_at })).toEqual({ scheduled: { id: 1, deliver_at } });
    expect(await invoke({ action: 'cancel', scheduled_id: 1 })).toEqual({ cancelled: { id: 1 } });
  });

  it('are done by an event and by a message', async () => {
    await invoke(keyed);
    await invoke(busEvent(update));
    expect(await titleOf()).toMatchObject({ title: 'Build failed' });
    expect(await deliver(retract)).toEqual({ batchItemFailures: [] });
    expect(await titleOf()).toMatchObject({ status: 'retracted' });
  });

  it('fail if no recipient has it, so that an update that has overtaken its create is tried again', async () => {
    await expect(invoke(update)).rejects.toMatchObject({ name: 'NotFound' });
    await expect(invoke(busEvent(update))).rejects.toMatchObject({ name: 'NotFound' });
    expect(await deliver(update)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
    expect(logger.lines).toMatchObject(
      Array(3).fill({
        level: 'info',
        message: 'create_refused',
        fields: { reason: expect.stringContaining('None of these users') },
      }),
    );
    await invoke(keyed);
    expect(await deliver(update)).toEqual({ batchItemFailures: [] });
  });

  it('fail with a name of their own if a scheduled create was sent', async () => {
    await invoke({ ...command, deliver_at: new Date(now).toISOString() });
    await repository.claimScheduled();
    await expect(invoke({ action: 'cancel', scheduled_id: 1 })).rejects.toMatchObject({
      name: 'AlreadySent',
    });
  });

  it('never get the key of their door', async () => {
    await invoke(command, 'request-1');
    const { idempotency_key: _, ...keyless } = update;
    await expect(invoke(keyless, 'request-1')).rejects.toThrow('idempotency_key is required');
    await expect(invoke({ action: 'retract', user_id: alice }, 'request-1')).rejects.toThrow(
      'set exactly one of idempotency_key and group_key',
    );
  });

  it('of an event are refused for a type that its source may not create', async () => {
    await invoke({ ...payout, idempotency_key: 'k' });
    for (const one of [update, retract]) {
      await expect(invoke(busEvent(one, 'booking'))).rejects.toMatchObject({ name: 'Forbidden' });
    }
    await expect(invoke(busEvent({ ...update, metadata: { type: 'payout' } }, 'booking'))).rejects.toThrow(
      'The event source booking may not create the type payout.',
    );
    await invoke(busEvent(update, 'payments'));
    expect(await titleOf()).toMatchObject({ title: 'Build failed', version: 2 });
  });

  it('schedule once however often a message with a create is received', async () => {
    const later = { ...command, deliver_at: new Date(now + 60_000).toISOString() };
    await deliver(later);
    await deliver(later);
    expect(repository.waiting()).toHaveLength(1);
  });
});

describe('What is counted of commands', () => {
  const later = { ...command, deliver_at: new Date(now + 60_000).toISOString() };
  const counts = () => metrics.measured.map(({ name, labels }) => [name, labels]);

  it('is each one, by its door and what it does', async () => {
    await invoke(command);
    await invoke(busEvent(later));
    await invoke({ Records: [message(command, 'message-1'), message(command, 'message-2')] });
    expect(counts()).toEqual([
      ['Commands', { door: 'invoke', action: 'create' }],
      ['Commands', { door: 'event', action: 'schedule' }],
      ['Commands', { door: 'queue', action: 'create' }],
      ['Commands', { door: 'queue', action: 'create' }],
    ]);
  });

  it.each<[string, object, string, string]>([
    ['an invalid create', { ...command, title: '' }, 'create', 'invalid_request'],
    ['a create for many with a mistake', { ...content, user_ids: [alice, 'x'] }, 'create', 'invalid_request'],
    ['a create with a group that is none', { ...command, group: { key: '' } }, 'create', 'invalid_request'],
    [
      'a schedule that comes too late',
      { ...later, deliver_at: '2036-01-01T00:00:00Z' },
      'schedule',
      'invalid_request',
    ],
    [
      'an update of what is not there',
      { action: 'update', user_id: alice, idempotency_key: 'k', title: 'New' },
      'update',
      'not_found',
    ],
    ['a retract without a key', { action: 'retract', user_id: alice }, 'retract', 'invalid_request'],
    ['a cancel of what is not there', { action: 'cancel', scheduled_id: 7 }, 'cancel', 'not_found'],
    ['an action that there is not', { action: 'updat' }, 'other', 'invalid_request'],
  ])('is the reason of a refusal: %s', async (_what, input, action, reason) => {
    await expect(invoke(input)).rejects.toThrow();
    expect(counts()).toEqual([
      ['Commands', { door: 'invoke', action }],
      ['CommandsRefused', { door: 'invoke', action, reason }],
    ]);
  });

  it('is a sender that may not, and a key of other content', async () => {
    await expect(invoke(busEvent(payout))).rejects.toThrow();
    await invoke({ ...command, idempotency_key: 'k' });
    await expect(invoke({ ...command, idempotency_key: 'k', title: 'Other' })).rejects.toThrow();
    expect(counts().filter(([name]) => name === 'CommandsRefused')).toEqual([
      ['CommandsRefused', { door: 'event', action: 'create', reason: 'forbidden' }],
      ['CommandsRefused', { door: 'invoke', action: 'create', reason: 'idempotency_conflict' }],
    ]);
  });

  it.each(['outage', 'defect'])('is a failure of ours, which is no refusal: %s', async (title) => {
    await expect(invoke({ ...command, title })).rejects.toThrow();
    expect(counts()).toEqual([
      ['Commands', { door: 'invoke', action: 'create' }],
      ['CommandsFailed', { door: 'invoke', action: 'create' }],
    ]);
  });
});
