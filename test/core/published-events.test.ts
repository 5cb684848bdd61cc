import { beforeEach, describe, expect, it } from 'vitest';
import {
  createEventPublisher,
  type EventBus,
  type KeptEvent,
} from '../../functions/core/published-events.ts';
import { createRecordingDeadLetters, type RecordingDeadLetters } from '../fakes/recording-dead-letters.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { createRecordingMetrics, type RecordingMetrics } from '../fakes/recording-metrics.ts';

const now = Date.UTC(2026, 0, 1);
const hour = 60 * 60_000;

let deadLetters: RecordingDeadLetters;
let metrics: RecordingMetrics;
let logger: RecordingLogger;
let requests: string[][];

beforeEach(() => {
  deadLetters = createRecordingDeadLetters();
  metrics = createRecordingMetrics();
  logger = createRecordingLogger();
  requests = [];
});

const eventNamed = (id: string, kept_at = now): KeptEvent => ({
  id,
  name: 'notification.read',
  detail: `{"id":"${id}"}`,
  kept_at,
});
const events = (count: number) => Array.from({ length: count }, (_, index) => eventNamed(`e${index}`));

/** A publisher over a bus that refuses events by their details, and keeps what it was asked for. */
function publisherWith({
  refuses = {},
  fails = false,
}: {
  refuses?: Record<string, string>;
  fails?: boolean;
} = {}) {
  const bus: EventBus = {
    async put(batch) {
      requests.push(batch.map(({ detail }) => JSON.parse(detail).id));
      if (fails) throw new Error('EventBridge answered 503 (no error type).');
      return batch.map(({ detail }) => refuses[JSON.parse(detail).id]);
    },
  };
  return createEventPublisher({ bus, deadLetters, metrics, clock: () => now, logger });
}

describe('The publisher of events', () => {
  it('puts them on the bus in their order, ten at once, and counts them', async () => {
    expect(await publisherWith().publish(events(23))).toBeUndefined();
    expect(requests.map(({ length }) => length)).toEqual([10, 10, 3]);
    expect(requests.flat()).toEqual(events(23).map(({ id }) => id));
    expect(metrics.measured.map(({ name, value }) => [name, value])).toEqual([
      ['EventsSent', 10],
      ['EventsSent', 10],
      ['EventsSent', 3],
    ]);
    expect(logger.lines).toEqual([]);
  });

  it('ends at the first that must be tried again, and puts none of the next batch', async () => {
    const publisher = publisherWith({ refuses: { e12: 'ThrottlingException' } });
    expect(await publisher.publish(events(25))).toBe(12);
    expect(requests).toHaveLength(2);
    expect(deadLetters.records).toEqual([]);
    expect(logger.lines).toMatchObject([
      {
        level: 'error',
        message: 'events_not_published',
        fields: { id: 'e12', reason: 'ThrottlingException' },
      },
    ]);
  });

  it('tries all of a batch again that the bus did not answer', async () => {
    expect(await publisherWith({ fails: true }).publish(events(3))).toBe(0);
    expect(metrics.measured).toEqual([]);
    expect(logger.lines[0]?.fields.reason).toBe('Error: EventBridge answered 503 (no error type).');
  });

  it('makes a dead letter of one that the bus never takes, and goes on', async () => {
    const publisher = publisherWith({ refuses: { e1: 'MalformedDetail' } });
    expect(await publisher.publish(events(3))).toBeUndefined();
    expect(deadLetters.records).toEqual([
      { id: 'e1', name: 'notification.read', detail: '{"id":"e1"}', reason: 'MalformedDetail' },
    ]);
    expect(logger.lines).toMatchObject([{ message: 'event_given_up', fields: { id: 'e1' } }]);
    expect(metrics.measured).toMatchObject([{ name: 'EventsSent', value: 2 }]);
  });

  it('makes a dead letter of one that has failed for so long that the stream will forget it', async () => {
    const publisher = publisherWith({ fails: true });
    const old = eventNamed('old', now - 23 * hour - 1);
    expect(await publisher.publish([old, eventNamed('new', now - 22 * hour)])).toBe(1);
    expect(deadLetters.records).toMatchObject([{ id: 'old' }]);
  });

  it('fails if a dead letter cannot be kept, so that nothing is lost', async () => {
    deadLetters.keep = () => Promise.reject(new Error('SQS answered 503.'));
    const publisher = publisherWith({ refuses: { e0: 'MalformedDetail' } });
    await expect(publisher.publish(events(1))).rejects.toThrow('SQS answered 503.');
  });
});
