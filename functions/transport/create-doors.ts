import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseCreateCommand } from '../core/create-command.ts';
import type { CreatedMany, CreatedOne, NotificationService } from '../core/notification-service.ts';
import type { Logger } from '../core/ports.ts';

type Created = CreatedOne | CreatedMany;

/**
 * The handler of the create function, which has several doors: a direct invocation with the command, a message of the
 * create queue, and an event of the bus. What fails is thrown, so that the invocation fails (`errorType` is the error's
 * name), or, for messages, comes back alone and leaves its neighbours done.
 */
export function serveCreate(service: NotificationService, logger: Logger) {
  async function create(command: unknown, defaultKey: string, door: string): Promise<Created> {
    try {
      return await service.create(parseCreateCommand(command, defaultKey));
    } catch (error) {
      logger.error('create_failed', { door, key: defaultKey, error });
      throw error;
    }
  }

  async function createFromQueue({ Records }: SQSEvent): Promise<SQSBatchResponse> {
    const results = await Promise.allSettled(
      Records.map((record) => create(parseMessage(record), record.messageId, 'sqs')),
    );
    const failed = Records.filter((_, index) => results[index]?.status === 'rejected');
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  }

  return async (event: unknown, { awsRequestId }: Context): Promise<Created | SQSBatchResponse> => {
    if (isQueueEvent(event)) return createFromQueue(event);
    if (isBusEvent(event)) return create(event.detail, event.id, 'event-bridge');
    // The request id stays the same over the retries of an asynchronous invocation.
    return create(event, awsRequestId, 'invoke');
  };
}

function isQueueEvent(event: unknown): event is SQSEvent {
  return isObject(event) && Array.isArray(event.Records) && event.Records[0]?.eventSource === 'aws:sqs';
}

function isBusEvent(event: unknown): event is EventBridgeEvent<string, unknown> {
  return isObject(event) && 'detail-type' in event && 'detail' in event;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

// A malformed message becomes a value that the command's schema refuses, so that it fails alone, like any other.
function parseMessage({ body }: SQSRecord): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
