import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, DeliveryQueue } from '../core/ports.ts';

/** The stream has handed an item on by then or never will. */
const keptMs = 24 * 60 * 60 * 1_000;

/**
 * The queue as a DynamoDB table whose stream feeds the redelivery: the functions of the VPC reach DynamoDB by its free
 * endpoint and no queue. The partition key is `user_id`, since a stream keeps the order of one partition key; the sort
 * key `leftover_id` makes one item of each attempt: putting the same attempt twice changes an item, which the stream's
 * filter does not hand on.
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
