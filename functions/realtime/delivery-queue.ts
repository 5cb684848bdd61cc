import { setTimeout } from 'node:timers/promises';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { Clock, DeliveryQueue } from '../core/ports.ts';

/** How long an item stays in the table: as long as the stream keeps its change. */
const keptMs = 24 * 60 * 60 * 1_000;

/** The pauses before a put is tried again. Each is twice the one before, less a random part of up to a half. */
const pausesMs = { first: 100, longest: 400 };

/**
 * The queue, as a DynamoDB table whose stream invokes the redelivery. It is not an SQS queue, because functions in the VPC
 * reach DynamoDB by a free endpoint, and SQS only by a paid one.
 *
 * - Partition key `user_id`: a stream keeps the order of changes within a partition key.
 * - Sort key `leftover_id`: one item for each attempt. If an attempt is put twice, the second put changes the item, and the
 *   stream's filter passes on new items only.
 *
 * The client has its own retries, but it gives them up for all requests of an environment when many fail in a row. So a put
 * that the table refuses is also tried again here.
 */
export function createDeliveryQueue({
  dynamo,
  tableName,
  clock,
  pause = setTimeout,
}: {
  dynamo: DynamoDBDocumentClient;
  tableName: string;
  clock: Clock;
  /** Waits for so many milliseconds before a put is tried again. Default: a timer. */
  pause?: (ms: number) => Promise<unknown>;
}): DeliveryQueue {
  return {
    async put(pending, tryUntil = 0) {
      const ttl = Math.ceil((clock() + keptMs) / 1_000);
      const leftover_id = `${pending.delivery_id}#${pending.attempt}`;
      const put = new PutCommand({ TableName: tableName, Item: { ...pending, leftover_id, ttl } });
      for (let pauseMs = pausesMs.first; ; pauseMs = Math.min(2 * pauseMs, pausesMs.longest)) {
        try {
          await dynamo.send(put);
          return;
        } catch (error) {
          if (!isPassing(error) || clock() + pauseMs > tryUntil) throw error;
          await pause(pauseMs * (0.5 + 0.5 * Math.random()));
        }
      }
    },
  };
}

/** Whether a request may work in a moment: it was throttled, timed out, or failed by a fault of the table. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The cast: what the SDK throws. Every field of it can be missing.
  const thrown = error as Parameters<typeof isThrottlingError>[0];
  return isThrottlingError(thrown) || isTransientError(thrown);
}
