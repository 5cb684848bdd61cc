import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseCreateCommand } from '../core/create-command.ts';
import { IdempotencyConflict, Unavailable, ValidationError } from '../core/errors.ts';
import type { CreatedMany, CreatedOne, NotificationService } from '../core/notification-service.ts';
import type { Logger } from '../core/ports.ts';

type Created = CreatedOne | CreatedMany;

/**
 * The handler of the create function, which has several doors: a direct invocation with the command, a message of the
 * create queue, and an event of the bus. What fails is thrown, so that the invocation fails (`errorType` is the error's
 * name), or, for messages, comes back alone and leaves its neighbours done.
 */
export function serveCreate(service: NotificationService, logger: Logger) {
  async function create(command: unknown, source_id: string, door: string): Promise<Created> {
    try {
      return await service.create(parseCreateCommand(command, source_id));
    } catch (error) {
      if (isRefusal(error)) {
        logger.info('create_refused', { door, source_id, reason: error.message });
        throw error;
      }
      logger.error('create_failed', { door, source_id, error });
      throw error instanceof Unavailable ? error : new Internal();
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

/** The command itself cannot be carried out, now or later. */
const isRefusal = (error: unknown): error is ValidationError | IdempotencyConflict =>
  error instanceof ValidationError || error instanceof IdempotencyConflict;

/** What an invocation fails with where the fault is ours: the cause stays in the log, since the runtime prints errors whole. */
class Internal extends Error {
  override readonly name = 'Internal';

  constructor() {
    super('Something went wrong on our side; the request id finds it in the logs.');
  }
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
