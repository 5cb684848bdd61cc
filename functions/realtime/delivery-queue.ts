import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, DeliveryQueue } from '../core/ports.ts';

/** How long an item stays in the table: as long as the stream keeps its change. */
const keptMs = 24 * 60 * 60 * 1_000;

/**
 * The queue, as a DynamoDB table whose stream invokes the redelivery. It is not an SQS queue, because functions in the VPC
 * reach DynamoDB by a free endpoint, and SQS only by a paid one.
 *
 * - Partition key `user_id`: a stream keeps the order of changes within a partition key.
 * - Sort key `leftover_id`: one item for each attempt. If an attempt is put twice, the second put changes the item, and the
 *   stream's filter passes on new items only.
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
