import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PendingDelivery } from '../../functions/core/pending-delivery.ts';
import { readImage, serveRedelivery } from '../../functions/transport/deliveries-stream.ts';
import { createRecordingDeadLetters, type RecordingDeadLetters } from '../fakes/recording-dead-letters.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';

let deadLetters: RecordingDeadLetters;
let logger: RecordingLogger;
let redelivered: PendingDelivery[];
beforeEach(() => {
  deadLetters = createRecordingDeadLetters();
  logger = createRecordingLogger();
  redelivered = [];
});

const handle = (...Records: DynamoDBRecord[]) =>
  serveRedelivery({
    redelivery: { redeliver: async (deliveries) => void redelivered.push(...deliveries) },
    deadLetters,
    logger,
  })({ Records });

const image = (changes: Record<string, AttributeValue> = {}): Record<string, AttributeValue> => ({
  delivery_id: { S: 'd' },
  attempt: { N: '2' },
  user_id: { S: 'u' },
  type: { S: 'inbox.changed' },
  version: { N: '7' },
  unread_count: { N: '2' },
  unseen_count: { N: '1' },
  scopes: { M: { attendee: { M: { unread_count: { N: '1' }, unseen_count: { N: '0' } } } } },
  connections: {
    L: [
      {
        M: {
          connection_id: { S: 'abc=' },
          user_id: { S: 'u' },
          connected_at: { N: '1767225600123' },
          expires_at: { N: '1767225660123' },
        },
      },
    ],
  },
  ttl: { N: '1767312000' },
  ...changes,
});
const record = (NewImage = image(), eventName: DynamoDBRecord['eventName'] = 'INSERT'): DynamoDBRecord => ({
  eventID: 'e',
  eventName,
  eventSource: 'aws:dynamodb',
  dynamodb: { NewImage, StreamViewType: 'NEW_IMAGE' },
});

describe('The stream of deliveries', () => {
  it('hands on the pending deliveries of a batch', async () => {
    await handle(record(), record(image({ delivery_id: { S: 'other' } })));
    expect(redelivered.map(({ delivery_id }) => delivery_id)).toEqual(['d', 'other']);
    expect(redelivered[0]).toEqual({
      delivery_id: 'd',
      attempt: 2,
      user_id: 'u',
      type: 'inbox.changed',
      version: 7,
      unread_count: 2,
      unseen_count: 1,
      scopes: { attendee: { unread_count: 1, unseen_count: 0 } },
      connections: [
        { connection_id: 'abc=', user_id: 'u', connected_at: 1767225600123, expires_at: 1767225660123 },
      ],
    });
  });

  it('hands on no item that was changed or has expired', async () => {
    await handle(record(image(), 'MODIFY'), record(image(), 'REMOVE'));
    expect(redelivered).toEqual([]);
  });

  it('makes a dead letter of a record that is no pending delivery, and hands on its neighbours', async () => {
    const unreadable = record(image({ version: { BOOL: true } }));
    await handle(unreadable, record());
    expect(deadLetters.records).toEqual([unreadable]);
    expect(redelivered).toHaveLength(1);
    expect(logger.lines).toMatchObject([
      { level: 'error', message: 'pending_delivery_unreadable', fields: { event_id: 'e' } },
    ]);
  });

  it('fails no batch if not even a dead letter can be kept', async () => {
    deadLetters.keep = async () => {
      throw new Error('The queue is away.');
    };
    await handle({ eventName: 'INSERT' }, record());
    expect(redelivered).toHaveLength(1);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', message: 'dead_letter_lost' });
  });
});

describe('The image of an item', () => {
  it('is read as plain values, empty ones too', () => {
    const values = { s: { S: '' }, n: { N: '0' }, l: { L: [{ S: 'x' }] }, m: { M: {} } };
    expect(readImage(values)).toEqual({ s: '', n: 0, l: ['x'], m: {} });
  });

  it('has nothing for a type that no item of ours has', () => {
    expect(readImage({ b: { BOOL: true } })).toEqual({ b: undefined });
    expect(readImage(undefined)).toEqual({});
  });
});
