import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, LeftoverQueue } from '../core/ports.ts';

/** The stream has handed an item on by then or never will. */
const keptMs = 24 * 60 * 60 * 1_000;

/**
 * The queue as a DynamoDB table whose stream feeds the redelivery: the functions of the VPC reach DynamoDB by its free
 * endpoint and no queue. One item for each attempt, with the partition key `delivery_id` and the sort key `attempt`:
 * putting the same attempt twice changes an item, which the stream's filter does not hand on.
 */
export function createLeftoverQueue({
  dynamo,
  tableName,
  clock,
}: {
  dynamo: DynamoDBDocumentClient;
  tableName: string;
  clock: Clock;
}): LeftoverQueue {
  return {
    async put(leftover) {
      const ttl = Math.ceil((clock() + keptMs) / 1_000);
      await dynamo.send(new PutCommand({ TableName: tableName, Item: { ...leftover, ttl } }));
    },
  };
}
