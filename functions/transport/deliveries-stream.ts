import type { AttributeValue, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { reasonOf } from '../core/errors.ts';
import { parsePendingDelivery } from '../core/parse-pending-delivery.ts';
import type { PendingDelivery } from '../core/pending-delivery.ts';
import type { DeadLetters, Logger, Redelivery } from '../core/ports.ts';

/**
 * The handler of the deliveries table's stream. It takes new items, and it never fails a batch: Lambda would block the
 * shard and deliver the whole batch again because of one item. A record that is no pending delivery becomes a dead letter.
 */
export function serveRedelivery({
  redelivery,
  deadLetters,
  logger,
}: {
  redelivery: Redelivery;
  deadLetters: DeadLetters;
  logger: Logger;
}) {
  async function giveUp(record: DynamoDBRecord, error: unknown): Promise<void> {
    const event_id = record.eventID;
    logger.error('pending_delivery_unreadable', { event_id, reason: reasonOf(error) });
    try {
      await deadLetters.keep(record);
    } catch (lost) {
      logger.error('dead_letter_lost', { event_id, reason: reasonOf(lost) });
    }
  }

  return async ({ Records }: DynamoDBStreamEvent): Promise<void> => {
    const deliveries: PendingDelivery[] = [];
    const unreadable: Promise<void>[] = [];
    for (const record of Records) {
      if (record.eventName !== 'INSERT') continue;
      try {
        deliveries.push(parsePendingDelivery(readImage(record.dynamodb?.NewImage)));
      } catch (error) {
        unreadable.push(giveUp(record, error));
      }
    }
    await Promise.all([redelivery.redeliver(deliveries), ...unreadable]);
  };
}

/**
 * An item of a table's stream as plain values. It reads the types that our items have. A value of any other type becomes
 * undefined, and the schema of the item refuses it.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html
 */
export function readImage(image: Record<string, AttributeValue> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, read(value)]));
}

function read({ S, N, L, M }: AttributeValue): unknown {
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (L !== undefined) return L.map(read);
  if (M !== undefined) return readImage(M);
  return undefined;
}
