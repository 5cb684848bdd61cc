import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { publishAgain, redriveAll } from '../../../bin/redrive.ts';
import type { Schedule } from '../../../functions/core/answers.ts';
import type { Event } from '../../../local/aws/event-delivery.ts';
import { runAsOwner } from '../../support/database.ts';
import { command, type Installation, newUser } from '../../support/installation.ts';
import { type OwnSystem, startOwnSystem } from '../../support/own-system.ts';
import { patience } from '../../support/patience.ts';
import { policySettings } from '../../support/shared-settings.ts';
import { nameOfResource } from '../../support/templates.ts';

// A system of its own, whose time the tests move. The database has a clock of its own, so they move its times too.
let own: OwnSystem;
let belfry: Installation;
const events: Event[] = [];

beforeAll(async () => {
  const types = JSON.stringify({ booking: { events: true } });
  own = await startOwnSystem({
    context: { allowedOrigins: 'http://localhost:*', ...policySettings, types },
  });
  ({ belfry } = own);
  own.system.onBusEvent((event) => events.push(event));
});

afterAll(() => own?.stop());

let user: string;
beforeEach(() => {
  user = newUser();
});

const inMs = (ms: number) => new Date(own.clock.now() + ms).toISOString();

/** Sets a time of the user's rows to a moment ago, as if the time had gone by. */
const letPass = (table: 'notifications' | 'scheduled', column: string) =>
  runAsOwner(
    own.system.databaseUrl ?? '',
    table === 'notifications'
      ? `UPDATE notifications SET ${column} = now() - interval '1 second' WHERE user_id = '${user}'`
      : `UPDATE scheduled SET ${column} = now() - interval '1 second' WHERE command->'user_ids' ? '${user}'`,
  );

async function create(changes: object = {}) {
  const { created } = await belfry.invoke({ ...command(user), metadata: { type: 'booking' }, ...changes });
  return created.notification;
}

const eventsOf = () => events.filter(({ detail }) => detail.user_id === user);
const told = (name: string) =>
  vi.waitFor(() => {
    const found = eventsOf().find((event) => event['detail-type'] === name);
    if (!found) throw new Error(`${name} is not on the bus.`);
    return found;
  }, patience);

describe('Without a hand, by the schedule alone', () => {
  it('a snoozed notification comes back at its time, and is pushed as new', async () => {
    const { id } = await create();
    const socket = await belfry.connect(user);
    const { status } = await belfry.as(user).post(`/notifications/${id}/snooze`, { until: inMs(61_000) });
    expect(status).toBe(200);
    expect(await socket.next()).toMatchObject({ type: 'notification.updated', unread_count: 0 });
    await letPass('notifications', 'snoozed_until');
    // The item of the due time says when the tick must look, and the schedule starts it.
    const frame = await own.later(10_000, socket.next());
    expect(frame).toMatchObject({
      type: 'notification.created',
      unread_count: 1,
      notification: { id, status: 'unread', snoozed_until: null },
    });
    await socket.close();
  });
});

describe('The tick', () => {
  it('archives what has expired, and pushes it', async () => {
    const { id } = await create({ expires_at: inMs(3_600_000) });
    const socket = await belfry.connect(user);
    await letPass('notifications', 'expires_at');
    await belfry.tick();
    expect(await socket.next()).toMatchObject({
      type: 'notification.updated',
      notification: { id, status: 'archived' },
    });
    await socket.close();
  });

  it('sends a scheduled create once', async () => {
    const socket = await belfry.connect(user);
    const answer = await belfry.invoke<{ scheduled: Schedule }>({
      ...command(user),
      deliver_at: inMs(3_600_000),
    });
    const { id } = answer.created.scheduled;
    expect(await socket.settled()).toEqual([]);
    await letPass('scheduled', 'deliver_at');
    await Promise.all([belfry.tick(), belfry.tick()]);
    await belfry.tick();
    expect((await socket.settled()).map(({ type }) => type)).toEqual(['notification.created']);
    const { body } = await belfry.as(newUser(), { scope: 'notifications:admin' }).get(`/scheduled/${id}`);
    expect(body).toMatchObject({ id, status: 'sent' });
    await socket.close();
  });

  it('tells on the bus what is still unread, under an id that says what has happened', async () => {
    const { id, version } = await create({ alert_after: 3_600 });
    await letPass('notifications', 'alert_at');
    await Promise.all([belfry.tick(), belfry.tick()]);
    const event = await told('notification.unread_after');
    expect(event).toMatchObject({
      source: 'belfry',
      detail: {
        id: `${user}:${version}:${id}:notification.unread_after`,
        notification_id: id,
        type: 'booking',
        notification: { id, title: 'Your seat is confirmed' },
      },
    });
  });

  it('tells what its user has done, once, and only of types that have events', async () => {
    const { id } = await create();
    const { id: other } = await create({ metadata: {} });
    const as = belfry.as(user);
    await as.post(`/notifications/${other}/read`);
    await as.post(`/notifications/${id}/read`);
    await as.post(`/notifications/${id}/archive`);
    await belfry.tick();
    await told('notification.archived');
    await belfry.tick();
    expect(eventsOf().map(({ detail }) => [detail.event, detail.notification_id])).toEqual([
      ['notification.read', id],
      ['notification.archived', id],
    ]);
  });
});

describe('Dead letters of events', () => {
  it('are redriven to the bus under their ids, and those without an event stay', async () => {
    const { system, assemblyDirectory } = own;
    const client = {
      endpoint: system.awsEndpointUrl,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    const [sqs, dynamo] = [new SQSClient(client), new DynamoDBClient(client)];
    const { EventDeadLettersUrl: from, EventBusName } = belfry.outputs;
    // One that the bus never takes.
    const TableName = nameOfResource(assemblyDirectory, 'AWS::DynamoDB::Table', 'OutgoingEvents');
    const Item = { id: { S: 'unreadable' }, event: { S: 'notification.read' }, detail: { S: 'no JSON' } };
    await dynamo.send(new PutItemCommand({ TableName, Item }));
    const letters = async () => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: from, AttributeNames: ['All'] }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages);
    };
    await vi.waitFor(async () => expect(await letters()).toBe(1), patience);
    const detail = JSON.stringify({ id: 'i', event: 'notification.read', user_id: user });
    const MessageBody = JSON.stringify({ id: 'i', name: 'notification.read', detail, reason: 'late' });
    await sqs.send(new SendMessageCommand({ QueueUrl: from, MessageBody }));

    const lines: string[] = [];
    const tryAgain = publishAgain(new EventBridgeClient(client), EventBusName);
    expect(await redriveAll(sqs, from, tryAgain, (line) => lines.push(line))).toEqual({ done: 1, left: 1 });
    expect(lines.join()).toContain('MalformedDetail');
    expect(await told('notification.read')).toMatchObject({ source: 'belfry', detail: { id: 'i' } });
  });
});
