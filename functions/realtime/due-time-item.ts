import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { DueTime, DueTimeItem } from '../core/due-time.ts';
import { dueTimeKey } from './due-time-key.ts';

/** The fields that a replacement is compared by: writers change `due_at`, and each tick raises `looked_at`. */
const compared = ['due_at', 'looked_at'] as const;

/** The fields of the item. */
const fields = ['due_at', 'look_at', 'looked_at'] as const;

/** The due time in DynamoDB, as the tick uses it. */
export function createDueTimeItem({
  dynamo,
  tableName,
}: {
  dynamo: DynamoDBDocumentClient;
  tableName: string;
}): DueTimeItem {
  return {
    async read() {
      const { Item = {} } = await dynamo.send(
        new GetCommand({ TableName: tableName, Key: dueTimeKey, ConsistentRead: true }),
      );
      const { due_at, look_at, looked_at }: DueTime = Item;
      return {
        ...(due_at !== undefined && { due_at }),
        ...(look_at !== undefined && { look_at }),
        ...(looked_at !== undefined && { looked_at }),
      };
    },

    async replace(read, next) {
      const kept = fields.filter((field) => next[field] !== undefined);
      const removed = fields.filter((field) => next[field] === undefined);
      const conditions = compared.map((field) =>
        read[field] === undefined ? `attribute_not_exists(${field})` : `${field} = :read_${field}`,
      );
      const values = [
        ...kept.map((field) => [`:${field}`, next[field]]),
        ...compared.flatMap((field) => (read[field] === undefined ? [] : [[`:read_${field}`, read[field]]])),
      ];
      const update = new UpdateCommand({
        TableName: tableName,
        Key: dueTimeKey,
        UpdateExpression: [
          `SET ${kept.map((field) => `${field} = :${field}`).join(', ')}`,
          ...(removed.length > 0 ? [`REMOVE ${removed.join(', ')}`] : []),
        ].join(' '),
        ConditionExpression: conditions.join(' AND '),
        ExpressionAttributeValues: Object.fromEntries(values),
      });
      try {
        await dynamo.send(update);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
