import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { EventPublisher, KeptEvent } from '../core/published-events.ts';

/**
 * The handler of the event table's stream. If an event must be tried again, it names its record. Lambda then delivers this
 * record and those behind it again, until all are done.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function serveEvents(publisher: EventPublisher) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const failed = await publisher.publish(Records.map(toEvent));
    const itemIdentifier = failed === undefined ? undefined : Records[failed]?.dynamodb?.SequenceNumber;
    return { batchItemFailures: itemIdentifier === undefined ? [] : [{ itemIdentifier }] };
  };
}

/** An item that `createEventTable` has put. */
function toEvent({
  dynamodb: { NewImage: { id, event, detail } = {}, ApproximateCreationDateTime = 0 } = {},
}: DynamoDBRecord): KeptEvent {
  return {
    id: id?.S ?? '',
    name: event?.S ?? '',
    detail: detail?.S ?? '',
    kept_at: ApproximateCreationDateTime * 1_000,
  };
}
