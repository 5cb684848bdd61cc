import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import type { Clock } from '../core/ports.ts';
import type { OutgoingEvents } from '../core/tick.ts';

/** How long an event stays in the table. Within this time it goes to the bus once, however often it is kept. */
const keptMs = 14 * 24 * 60 * 60_000;

/** How many events are put at the same time. */
const concurrency = 16;

/**
 * Events on their way to the bus: a DynamoDB table with the partition key `id`, whose stream invokes the function that
 * publishes. A function in the VPC reaches DynamoDB in every mode of the network, and the bus only in some.
 *
 * The stream's filter passes on new items only. So an event that is kept again, because a tick died before it deleted the event
 * from the database, is not published again.
 */
export function createEventTable({
  dynamo,
  tableName,
  clock,
}: {
  dynamo: DynamoDBDocumentClient;
  tableName: string;
  clock: Clock;
}): OutgoingEvents {
  const limit = pLimit(concurrency);
  return {
    async keep({ id, event, ...rest }) {
      const ttl = Math.ceil((clock() + keptMs) / 1_000);
      // The detail is a text, so that the function that publishes need not understand it.
      const detail = JSON.stringify({ id, event, ...rest });
      await limit(() =>
        dynamo.send(new PutCommand({ TableName: tableName, Item: { id, event, detail, ttl } })),
      );
    },
  };
}
