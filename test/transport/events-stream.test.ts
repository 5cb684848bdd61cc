import type { DynamoDBRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import type { KeptEvent } from '../../functions/core/published-events.ts';
import { serveEvents } from '../../functions/transport/events-stream.ts';

const recordOf = (id: string): DynamoDBRecord => ({
  eventName: 'INSERT',
  dynamodb: {
    SequenceNumber: `seq-${id}`,
    ApproximateCreationDateTime: 1_767_225_600,
    NewImage: {
      id: { S: id },
      event: { S: 'notification.read' },
      detail: { S: `{"id":"${id}"}` },
      ttl: { N: '1768435200' },
    },
  },
});

/** The handler over a publisher that must try an event again. */
function handlerOf(again: number | undefined) {
  const published: KeptEvent[] = [];
  const handler = serveEvents({
    publish: async (events) => {
      published.push(...events);
      return again;
    },
  });
  return { handler, published };
}

it('New items of the table are published, with the text that they hold', async () => {
  const { handler, published } = handlerOf(undefined);
  expect(await handler({ Records: [recordOf('a'), recordOf('b')] })).toEqual({ batchItemFailures: [] });
  expect(published).toEqual(
    ['a', 'b'].map((id) => ({
      id,
      name: 'notification.read',
      detail: `{"id":"${id}"}`,
      kept_at: Date.UTC(2026, 0, 1),
    })),
  );
});

it('The record of an event that must be tried again is named, so that Lambda goes on from there', async () => {
  const { handler } = handlerOf(1);
  expect(await handler({ Records: [recordOf('a'), recordOf('b'), recordOf('c')] })).toEqual({
    batchItemFailures: [{ itemIdentifier: 'seq-b' }],
  });
});
