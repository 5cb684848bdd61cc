import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { reasonOf } from '../core/errors.ts';
import { type PendingDelivery, parsePendingDelivery } from '../core/pending-delivery.ts';
import type { DeadLetters, Logger, Redelivery } from '../core/ports.ts';
import { readImage } from './stream-image.ts';

/**
 * The handler of the deliveries table's stream. It takes items that are new, and never fails a batch: Lambda would hold
 * the shard and hand on everybody's pending deliveries again because of one. A record that is no pending delivery becomes a dead letter.
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
