import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { RateLimited } from '../core/errors.ts';
import type { Clock, Logger, RateLimiter } from '../core/ports.ts';

const minuteMs = 60_000;

/**
 * The limiter in DynamoDB: partition key `subject`, sort key `minute` (minutes since the Unix epoch). Each minute of a
 * subject is one item. One conditional update adds 1 to its count if the count is below the limit, so concurrent requests
 * cannot exceed the limit. If the answer of an update is lost, the update is sent again and counts twice. Then the subject
 * gets less than the limit, never more.
 */
export function createRateLimiter({
  dynamo,
  tableName,
  perMinute,
  clock,
  logger,
  patienceMs = 1_000,
}: {
  dynamo: DynamoDBDocumentClient;
  tableName: string;
  /** How many pass in a minute; 0: all of them, and nothing is counted. */
  perMinute: number;
  clock: Clock;
  logger: Logger;
  /** The longest time that a create waits for its count, retries included; then it goes on uncounted. Default: 1,000. */
  patienceMs?: number;
}): RateLimiter {
  async function count(subject: string, minute: number): Promise<void> {
    const update = new UpdateCommand({
      TableName: tableName,
      Key: { subject, minute },
      UpdateExpression: 'ADD #count :one SET #ttl = :ttl',
      ConditionExpression: 'attribute_not_exists(#count) OR #count < :limit',
      // Both names are reserved words of DynamoDB.
      ExpressionAttributeNames: { '#count': 'count', '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':one': 1,
        ':limit': perMinute,
        // In seconds. An environment whose clock is late may still count in a minute that is over for others.
        ':ttl': ((minute + 5) * minuteMs) / 1_000,
      },
    });
    await dynamo.send(update, { abortSignal: AbortSignal.timeout(patienceMs) });
  }

  return {
    async spend(subject) {
      if (perMinute === 0) return;
      const now = clock();
      const minute = Math.floor(now / minuteMs);
      try {
        await count(subject, minute);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          throw new RateLimited(Math.ceil(((minute + 1) * minuteMs - now) / 1_000));
        }
        logger.error('rate_not_counted', { error });
      }
    },
  };
}
