import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, DeliveryQueue } from '../core/ports.ts';

/** Longer than the stream keeps an item for its reader. */
const keptMs = 24 * 60 * 60 * 1_000;

/**
 * The queue as a DynamoDB table, whose stream feeds the redelivery. It is not an SQS queue, because functions in the VPC
 * reach DynamoDB by a free endpoint, and SQS only by a paid one. The partition key is `user_id`, because a stream keeps
 * the order within a partition key. The sort key `leftover_id` makes each attempt one item. Putting the same attempt twice
 * changes the item, and the stream's filter passes only new items on.
 */
export function createDeliveryQueue({
  dynamo,
  tableName,
  clock,
}: {
  dynamo: DynamoDBDocumentClient;
  tableName: string;
  clock: Clock;
}): DeliveryQueue {
  return {
    async put(pending) {
      const ttl = Math.ceil((clock() + keptMs) / 1_000);
      const leftover_id = `${pending.delivery_id}#${pending.attempt}`;
      await dynamo.send(new PutCommand({ TableName: tableName, Item: { ...pending, leftover_id, ttl } }));
    },
  };
}
