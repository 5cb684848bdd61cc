import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Unavailable } from '../../functions/core/errors.ts';
import type { OutgoingEvent } from '../../functions/core/outgoing-event.ts';
import { createDueTimeItem } from '../../functions/realtime/due-time-item.ts';
import { createDueTimes } from '../../functions/realtime/due-times.ts';
import { createEventTable } from '../../functions/realtime/event-table.ts';
import { OutgoingEvents } from '../../lib/outgoing-events.ts';
import { Timers } from '../../lib/timers.ts';
import { synthesize, theResource } from '../lib/template.ts';
import { startTable } from '../support/dynamodb-table.ts';

type Table = Awaited<ReturnType<typeof startTable>>;

/** A table as the stack defines it. */
async function startTableOf(part: string, name: string): Promise<Table> {
  const template = await synthesize((stack) => {
    new Timers(stack, 'Timers');
    new OutgoingEvents(stack, 'OutgoingEvents', { bus: new EventBus(stack, 'Bus') });
  });
  const isOf = ({ id }: { id: string }) => id.includes(part);
  return startTable(name, theResource(template, 'AWS::DynamoDB::Table', isOf).Properties);
}

describe('The due time in DynamoDB', () => {
  const tableName = 'due-times';
  let table: Table;
  beforeAll(async () => {
    table = await startTableOf('DueTimes', tableName);
  });
  afterAll(() => table?.close());

  /** The adapters over an item that a tick has replaced. */
  async function start(first: { due_at?: number; look_at?: number } = {}) {
    const { dynamo } = table;
    const item = createDueTimeItem({ dynamo, tableName });
    const looked_at = Date.now();
    await item.replace(await item.read(), { ...first, looked_at });
    table.requests.length = 0;
    return { dueTimes: createDueTimes({ dynamo, tableName }), item, looked_at };
  }

  it('is moved earlier by a writer, by one request, and never later', async () => {
    const { dueTimes, item, looked_at } = await start();
    await dueTimes.by(2_000);
    await dueTimes.by(1_000.9);
    await dueTimes.by(3_000);
    expect(table.requests.map(({ operation }) => operation)).toEqual(Array(3).fill('UpdateItemCommand'));
    expect(await item.read()).toEqual({ due_at: 1_000, looked_at });
  });

  it('is the earliest of many writers at once', async () => {
    const { dueTimes, item } = await start({ due_at: 900 });
    await Promise.all(Array.from({ length: 20 }, (_, index) => dueTimes.by(500 + index)));
    expect(await item.read()).toMatchObject({ due_at: 500 });
  });

  it('is replaced by a tick as a whole, if it is as it was read', async () => {
    const { item } = await start({ due_at: 1_000, look_at: 1_500 });
    const read = await item.read();
    const next = { due_at: 9_000, looked_at: Date.now() + 1 };
    expect(await item.replace(read, next)).toBe(true);
    expect(await item.read()).toEqual(next);
  });

  it('can be no time', async () => {
    const { item } = await start({ due_at: 1_000, look_at: 1_500 });
    const looked_at = Date.now() + 1;
    expect(await item.replace(await item.read(), { looked_at })).toBe(true);
    expect(await item.read()).toEqual({ looked_at });
  });

  it('stays as it is if a writer has been there', async () => {
    const { dueTimes, item, looked_at } = await start({ due_at: 2_000 });
    const read = await item.read();
    await dueTimes.by(1_000);
    expect(await item.replace(read, { due_at: 9_000, looked_at: Date.now() + 1 })).toBe(false);
    expect(await item.read()).toEqual({ due_at: 1_000, looked_at });
  });

  it('is replaced by one of several ticks that have read the same', async () => {
    const { item } = await start({ due_at: 1_000 });
    const read = await item.read();
    const replaced = await Promise.all(
      [1, 2, 3].map((index) => item.replace(read, { due_at: 1_000, looked_at: Date.now() + index })),
    );
    expect(replaced.filter(Boolean)).toHaveLength(1);
  });

  it('has no fields before there is an item, and one that a writer makes has its time alone', async () => {
    const empty = await startTableOf('DueTimes', tableName);
    onTestFinished(() => empty.close());
    const { dynamo } = empty;
    const item = createDueTimeItem({ dynamo, tableName });
    expect(await item.read()).toEqual({});
    await createDueTimes({ dynamo, tableName }).by(1_000);
    expect(await item.read()).toEqual({ due_at: 1_000 });
  });

  it('that cannot be stored is an outage, after three tries', async () => {
    const server = createServer((socket) => socket.destroy());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    if (typeof address !== 'object' || !address) throw new Error('The server does not listen on a port.');
    const client = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${address.port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      maxAttempts: 1,
    });
    const pauses: number[] = [];
    const dueTimes = createDueTimes({
      dynamo: DynamoDBDocumentClient.from(client),
      tableName,
      pause: async (ms) => void pauses.push(ms),
    });
    await expect(dueTimes.by(1_000)).rejects.toThrow(Unavailable);
    expect(pauses).toHaveLength(2);
  });
});

describe('The table of events', () => {
  const tableName = 'events';
  let table: Table;
  beforeAll(async () => {
    table = await startTableOf('OutgoingEvents', tableName);
  });
  afterAll(() => table?.close());

  it('keeps an event under its id, with its detail as a text, for 14 days', async () => {
    const now = Date.UTC(2026, 0, 1);
    const user_id = randomUUID();
    const event: OutgoingEvent = {
      id: `${user_id}:7:12:notification.read`,
      event: 'notification.read',
      user_id,
      notification_id: 12,
      version: 7,
      at: new Date(now).toISOString(),
      type: 'booking',
    };
    const { dynamo } = table;
    const events = createEventTable({ dynamo, tableName, clock: () => now });
    await events.keep(event);
    await events.keep(event);
    const { Item } = await dynamo.send(new GetCommand({ TableName: tableName, Key: { id: event.id } }));
    const { detail, ...others } = Item ?? {};
    expect(JSON.parse(detail)).toEqual(event);
    expect(others).toEqual({
      id: event.id,
      event: 'notification.read',
      ttl: (now + 14 * 24 * 60 * 60_000) / 1_000,
    });
  });
});
