import { setTimeout } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Unavailable } from '../core/errors.ts';
import type { DueTimes } from '../core/timers.ts';
import { dueTimeKey } from './due-time-key.ts';

/** How often a write is tried. Each try is two of the client. */
const attempts = 3;

const pauseMs = 100;

/**
 * The due time in DynamoDB, as writers use it: one conditional update, which moves `due_at` earlier or does nothing. The
 * protocol is in core/due-time.ts.
 */
export function createDueTimes({
  dynamo,
  tableName,
  pause = setTimeout,
}: {
  dynamo: DynamoDBDocumentClient;
  tableName: string;
  /** Waits for so many milliseconds before another try. Default: a timer. */
  pause?: (ms: number) => Promise<unknown>;
}): DueTimes {
  return {
    async by(at) {
      const update = new UpdateCommand({
        TableName: tableName,
        Key: dueTimeKey,
        UpdateExpression: 'SET due_at = :at',
        ConditionExpression: 'attribute_not_exists(due_at) OR due_at > :at',
        ExpressionAttributeValues: { ':at': Math.floor(at) },
      });
      for (let attempt = 1; ; attempt += 1) {
        try {
          await dynamo.send(update);
          return;
        } catch (cause) {
          // The item has this time already, or an earlier one.
          if (cause instanceof ConditionalCheckFailedException) return;
          if (attempt === attempts) throw new Unavailable('The table of due times', { cause });
        }
        await pause(pauseMs * 2 ** attempt * (0.5 + 0.5 * Math.random()));
      }
    },
  };
}
