import { randomUUID } from 'node:crypto';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseRole } from '../../../functions/core/deployment.ts';
import { createTestDatabase, rolePassword, type TestDatabase } from '../../support/database.ts';
import { command, newUser } from '../../support/installation.ts';
import { modes } from '../../support/modes.ts';
import { pythonTool } from '../../support/python-tool.ts';
import { templateOf } from '../../support/templates.ts';
import { startAwsEnvironment } from './aws-environment.ts';
import { type ConnectionsApi, startConnectionsApi } from './connections-api.ts';
import { type Deployment, deployInto } from './deployment.ts';
import type { Answer, Environment } from './environment.ts';
import { authorizerEvent, busEvent, queueEvent, requestEvent, socketEvent } from './events.ts';
import { startLocalEnvironment } from './local-environment.ts';
import { type Moto, startMoto } from './moto.ts';
import { streamEvents } from './stream.ts';

const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token+/=' };
const { path: program = '', reason } = await pythonTool('moto_server', process.env.MOTO_SERVER);

describe.skipIf(reason)(`The functions of the template, with the events that AWS documents${reason}`, () => {
  let moto: Moto;
  let database: TestDatabase;
  let connections: ConnectionsApi;
  let deployment: Deployment;

  beforeAll(async () => {
    [moto, database, connections] = await Promise.all([
      startMoto(program),
      createTestDatabase({ empty: true }),
      startConnectionsApi(credentials),
    ]);
    const urlOf = (role: DatabaseRole) =>
      Object.assign(new URL(database.url), { username: database.userOf(role), password: rolePassword }).href;
    deployment = await deployInto(moto.endpoint, await templateOf(modes.existing), {
      databaseUrls: {
        owner: database.url,
        reader: urlOf('reader'),
        writer: urlOf('writer'),
        purger: urlOf('purger'),
      },
      overrides: { CONNECTIONS_ENDPOINT: connections.endpoint },
      credentials,
    });
  });
  afterAll(async () => {
    await connections?.stop();
    await database?.close();
    await moto?.stop();
  });

  const answers = { aws: {} as Record<string, unknown>, local: {} as Record<string, unknown> };

  describe.each([
    { name: 'AWS’s runtime client', key: 'aws' as const, start: startAwsEnvironment },
    { name: 'the local runtime', key: 'local' as const, start: startLocalEnvironment },
  ])('under $name', ({ key, start }) => {
    const environments = new Map<string, Promise<Environment>>();
    const user = newUser();
    const connection = `L0SM9c${randomUUID().slice(0, 8)}=`;
    afterAll(async () => {
      for (const environment of environments.values()) await (await environment).stop();
    });

    /** Gives an event to a function, and keeps the answer under the name of the function and a text. */
    async function ask(part: string, what: string, event: unknown): Promise<Answer> {
      if (!environments.has(part)) environments.set(part, start(deployment.functionOf(part)));
      const environment = await environments.get(part);
      if (!environment) throw new Error(`There is no environment of ${part}.`);
      const answer = await environment.invoke(event);
      answers[key][`${part}: ${what}`] = answer;
      return answer;
    }

    /** The entries of a function's log that have arrived, which are all JSON. */
    async function logOf(part: string): Promise<Record<string, unknown>[]> {
      const environment = await environments.get(part);
      return (environment?.printed ?? []).map((line) => JSON.parse(line));
    }

    async function authorizationOf(claims: JWTPayload = {}): Promise<string> {
      const { JWT_SECRET } = deployment.functionOf('Authorize').environment;
      const token = new SignJWT({ sub: user, ...claims }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt();
      return `Bearer ${await token.setExpirationTime('5m').sign(new TextEncoder().encode(JWT_SECRET))}`;
    }

    const caller = () => ({
      user_id: user,
      scope: 'notifications:create',
      expires_at: String(Date.now() + 60_000),
    });
    /** The records of a table's stream about this user. */
    const recordsOf = (part: string, variable: string) =>
      streamEvents(moto.endpoint, deployment.functionOf(part).environment[variable] ?? '', user);
    const deliveries = () => recordsOf('Create', 'DELIVERIES_TABLE_NAME');
    const body = ({ payload }: Answer) => JSON.parse(Object(payload).body);

    it('the migration makes the schema and the users, or finds them made', async () => {
      expect(await ask('Migrate', 'a deployment', {})).toEqual({ isFailure: false, payload: null });
      const failure = await ask('Migrate', 'a wrong event', { restored: 1 });
      expect(failure).toMatchObject({ isFailure: true, payload: { errorType: 'ValidationError' } });
    });

    it('the authorizer names the user of a token, and the reason for none', async () => {
      const sound = await ask(
        'Authorize',
        'a token',
        authorizerEvent(await authorizationOf({ scope: 'a b' })),
      );
      expect(sound.payload).toEqual({
        isAuthorized: true,
        context: { user_id: user, scope: 'a b', expires_at: expect.stringMatching(/^\d{13}$/) },
      });
      const wrong = await ask('Authorize', 'no token', authorizerEvent('Basic YTpi'));
      expect(wrong.payload).toEqual({
        isAuthorized: true,
        context: { reason: 'The Authorization header must be: Bearer <token>.' },
      });
    });

    it('a socket is accepted with a token, by the URL or as a subprotocol, and refused without one', async () => {
      const token = (await authorizationOf()).slice('Bearer '.length);
      const byUrl = { queryStringParameters: { token }, multiValueQueryStringParameters: { token: [token] } };
      const connect = (what: string, id: string, more: object) =>
        ask('Connect4', what, socketEvent('CONNECT', id, more));
      expect((await connect('a token', connection, byUrl)).payload).toEqual({ statusCode: 200, headers: {} });
      const offered = { 'Sec-WebSocket-Protocol': `belfry, ${token}` };
      expect((await connect('a subprotocol', `${connection}2`, { headers: offered })).payload).toEqual({
        statusCode: 200,
        headers: { 'Sec-WebSocket-Protocol': 'belfry' },
      });
      connections.answer(`${connection}2`, 410);
      expect((await connect('no token', `${connection}3`, {})).payload).toEqual({ statusCode: 401 });
    });

    it('a message of a socket that is no ping is answered on it', async () => {
      const answer = await ask(
        'Message',
        'an action',
        socketEvent('MESSAGE', connection, { body: '{"action":"sing"}' }),
      );
      expect(answer.payload).toEqual({
        statusCode: 200,
        body: expect.stringContaining('"code":"unknown_action"'),
      });
    });

    it('a command of an invocation is stored, and posted to the sockets that are there', async () => {
      const { isFailure, payload } = await ask('Create', 'an invocation', command(user, { title: 'One' }));
      expect({ isFailure, payload }).toMatchObject({
        isFailure: false,
        payload: {
          notification: { title: 'One' },
          delivery: { connections: 2, posted: 1, gone: 1, failed: 0 },
        },
      });
      expect(connections.postsTo(connection)).toMatchObject([
        {
          type: 'notification.created',
          user_id: user,
          version: 1,
          unread_count: 1,
          notification: { title: 'One' },
        },
      ]);
      await expect
        .poll(() => logOf('Create'))
        .toContainEqual(expect.objectContaining({ level: 'INFO', request_id: expect.any(String) }));
    });

    it('a command that is refused fails the invocation, by the whole name of its error', async () => {
      const { isFailure, payload } = await ask('Create', 'a refused invocation', { user_id: 'nobody' });
      expect({ isFailure, payload }).toMatchObject({
        isFailure: true,
        payload: { errorType: 'ValidationError' },
      });
      const errors = async () => (await logOf('Create')).filter(({ level }) => level === 'ERROR');
      await expect.poll(errors).toMatchObject([{ message: { errorType: 'ValidationError' } }]);
    });

    it('a command of an event is stored', async () => {
      const event = busEvent('booking', 'notification.create', command(user, { title: 'Two' }));
      expect((await ask('Create', 'an event', event)).payload).toMatchObject({
        notification: { title: 'Two' },
      });
    });

    it('of a batch of a queue, only the messages that failed come back', async () => {
      const batch = queueEvent({
        'm-1': JSON.stringify(command(user, { title: 'Three' })),
        'm-2': 'no JSON',
        'm-3': '{}',
      });
      const batchItemFailures = [{ itemIdentifier: 'm-2' }, { itemIdentifier: 'm-3' }];
      expect(await ask('Create', 'a batch', batch)).toEqual({
        isFailure: false,
        payload: { batchItemFailures },
      });
    });

    it('a command of a request is answered with its status', async () => {
      const routeKey = 'POST /notifications';
      const headers = { 'content-type': 'application/json' };
      const create = (what: string, authorizer: Record<string, string>) =>
        ask(
          'Create',
          what,
          requestEvent({ routeKey, headers, body: command(user, { title: 'Four' }) }, authorizer),
        );
      expect((await create('a request', caller())).payload).toMatchObject({ statusCode: 201 });
      const refused = await create('a request without the scope', { ...caller(), scope: 'other' });
      expect(refused.payload).toMatchObject({
        statusCode: 403,
        headers: { 'content-type': 'application/problem+json' },
      });
    });

    it('the inbox is read, and changed', async () => {
      const list = await ask(
        'Read',
        'a list',
        requestEvent({ routeKey: 'GET /notifications', query: { limit: '2' } }, caller()),
      );
      expect(body(list)).toMatchObject({
        data: [{ title: 'Four' }, { title: 'Three' }],
        version: 4,
        unread_count: 4,
      });
      const { id } = body(list).data[0];
      const mark = {
        routeKey: 'POST /notifications/{id}/read',
        path: `/notifications/${id}/read`,
        pathParameters: { id: String(id) },
      };
      const marked = await ask('Update', 'a mark', requestEvent(mark, caller()));
      expect(body(marked)).toMatchObject({ notification: { id, status: 'read' }, unread_count: 3 });
      expect(connections.postsTo(connection).at(-1)).toMatchObject({
        type: 'notification.updated',
        version: 5,
      });
      const unknown = await ask('Read', 'an unknown route', requestEvent({ routeKey: 'GET /' }, caller()));
      expect(unknown.payload).toMatchObject({ statusCode: 500 });
    });

    it('a frame that the gateway fails to post is delivered by the stream of the table', async () => {
      connections.answer(connection, 500);
      await ask('Create', 'a failed post', command(user, { title: 'Five' }));
      connections.answer(connection, 200);
      const posted = connections.postsTo(connection).length;
      const events = await deliveries();
      expect(events.Records).toMatchObject([{ eventName: 'INSERT', eventSource: 'aws:dynamodb' }]);
      expect(await ask('Deliver', 'a stream', events)).toEqual({ isFailure: false, payload: null });
      expect(connections.postsTo(connection).slice(posted)).toMatchObject([{ user_id: user, version: 6 }]);
    });

    it('a record of the stream that cannot be read becomes a dead letter', async () => {
      const [record] = (await deliveries()).Records;
      const unreadable = {
        ...record,
        eventID: randomUUID(),
        dynamodb: { NewImage: { user_id: { S: 'nobody' } } },
      };
      expect(await ask('Deliver', 'an unreadable record', { Records: [unreadable] })).toEqual({
        isFailure: false,
        payload: null,
      });
      const { DEAD_LETTER_QUEUE_URL } = deployment.functionOf('Deliver').environment;
      const sqs = new SQSClient({ endpoint: moto.endpoint, region: 'us-east-1', credentials });
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: DEAD_LETTER_QUEUE_URL,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 0,
        }),
      );
      expect(Messages.map(({ Body = '' }) => JSON.parse(Body).eventID)).toContain(unreadable.eventID);
    });

    it('schedules count connections and purge', async () => {
      const scheduled = busEvent('aws.events', 'Scheduled Event', {});
      expect(await ask('ConnectionCount', 'a schedule', scheduled)).toEqual({
        isFailure: false,
        payload: null,
      });
      const measured = async () => (await logOf('ConnectionCount')).filter((entry) => '_aws' in entry);
      await expect.poll(measured).toMatchObject([{ ConnectionsCurrent: expect.any(Number) }]);
      const purged = await ask('Purge', 'a schedule', scheduled);
      expect(purged).toMatchObject({ isFailure: false, payload: { archived: 0, deleted: 0 } });
    });

    it('the tick does what is due, and an event goes to the bus', async () => {
      const created = await ask('Create', 'an alert', command(user, { title: 'Six', alert_after: 60 }));
      const { id } = Object(created.payload).notification;
      await database.query("UPDATE notifications SET alert_at = now() - interval '1 second' WHERE id = $1", [
        id,
      ]);
      const due = { ...busEvent('aws.events', 'Scheduled Event', {}), look: true };
      expect(await ask('TimersTick', 'a schedule', due)).toMatchObject({
        isFailure: false,
        payload: { has_looked: true, events: 1, is_complete: true },
      });
      const { EVENT_BUS_NAME: Name } = deployment.functionOf('OutgoingEventsPublish').environment;
      const buses = new EventBridgeClient({ endpoint: moto.endpoint, region: 'us-east-1', credentials });
      // The second runtime finds the bus of the first.
      await buses.send(new CreateEventBusCommand({ Name })).catch(() => {});
      const events = await recordsOf('TimersTick', 'EVENTS_TABLE_NAME');
      expect(events.Records).toMatchObject([{ eventName: 'INSERT' }]);
      expect(await ask('OutgoingEventsPublish', 'a stream', events)).toEqual({
        isFailure: false,
        payload: { batchItemFailures: [] },
      });
      const measured = async () => (await logOf('OutgoingEventsPublish')).filter((entry) => '_aws' in entry);
      await expect.poll(measured).toMatchObject([{ EventsSent: 1 }]);
    });

    it('a closed socket is forgotten', async () => {
      await ask('Disconnect', 'a closed socket', socketEvent('DISCONNECT', connection));
      const { CONNECTIONS_TABLE_NAME: TableName } = deployment.functionOf('Disconnect').environment;
      const tables = new DynamoDBClient({ endpoint: moto.endpoint, region: 'us-east-1', credentials });
      const { Items = [] } = await tables.send(new ScanCommand({ TableName }));
      expect(Items.filter(({ connection_id }) => connection_id?.S === connection)).toEqual([]);
    });

    it('every entry of a log is one JSON object with a time and a level', async () => {
      for (const part of environments.keys()) {
        for (const entry of await logOf(part)) {
          if (!('_aws' in entry))
            expect(entry).toMatchObject({ timestamp: expect.any(String), level: expect.any(String) });
        }
      }
    });
  });

  it('get the same answers from both', () => {
    expect(Object.keys(answers.aws)).toHaveLength(26);
    expect(comparable(answers.local)).toEqual(comparable(answers.aws));
  });
});

/** The answers without ids, times, tokens and stacks. */
function comparable(answers: Record<string, unknown>): unknown {
  const text = JSON.stringify(answers, (key, value) => (key === 'trace' ? undefined : value))
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/("expires_at\\*":\\*")\d+/g, '$1<time>')
    .replace(/(\\*"(?:id|(?:before_)?position|next_cursor)\\*":)(?:\d+|\\*"[\w-]+\\*")/g, '$1<id>');
  return text;
}
