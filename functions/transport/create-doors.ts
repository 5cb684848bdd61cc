import type { APIGatewayProxyStructuredResultV2, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { CreatedMany, CreatedOne } from '../core/answers.ts';
import { parseCreateCommand } from '../core/create-command.ts';
import type { CreateDoor, CreatePolicy } from '../core/create-policy.ts';
import { Forbidden, IdempotencyConflict, Unavailable, ValidationError } from '../core/errors.ts';
import type { NotificationService } from '../core/notification-service.ts';
import type { Logger } from '../core/ports.ts';
import { isBusEvent, isHttpEvent, isQueueEvent, parseJson } from './create-events.ts';
import type { HttpHandler } from './serve.ts';

type Created = CreatedOne | CreatedMany;

/**
 * The handler of the create function, which has several doors: a direct invocation with the command, a message of the
 * create queue, an event of the bus, and a request of the HTTP API. What fails is thrown, so that the invocation fails
 * (`errorType` is the error's name), or, for messages, comes back alone and leaves its neighbours done; a request is
 * always answered.
 *
 * The doors are told apart by the outermost fields of the payload, which AWS writes: whoever sends an event, a message
 * or a request decides what is inside of `detail`, `body` or `headers`, never what is beside them. Whoever invokes the
 * function directly writes the whole payload, and could hand in one that looks like any of the others, identity and
 * source included. That gains nothing: IAM has let them in by the door that may create everything for everybody, and
 * the others may do less. All they could reach besides is the count of another subject's creates.
 */
export function serveCreate({
  service,
  policy,
  http,
  logger,
}: {
  service: NotificationService;
  policy: CreatePolicy;
  /** Answers the requests of the HTTP API. */
  http: HttpHandler;
  logger: Logger;
}) {
  async function create(input: unknown, source_id: string, door: CreateDoor): Promise<Created> {
    try {
      const command = parseCreateCommand(input, source_id);
      policy.check(door, command.metadata.type);
      return await service.create(command, door.name);
    } catch (error) {
      if (isRefusal(error)) {
        logger.info('create_refused', { door: door.name, source_id, reason: error.message });
        throw error;
      }
      logger.error('create_failed', { door: door.name, source_id, error });
      throw error instanceof Unavailable ? error : new Internal();
    }
  }

  async function createFromQueue({ Records }: SQSEvent): Promise<SQSBatchResponse> {
    const results = await Promise.allSettled(
      Records.map((record) => create(parseJson(record.body), record.messageId, { name: 'queue' })),
    );
    const failed = Records.filter((_, index) => results[index]?.status === 'rejected');
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  }

  return async (
    event: unknown,
    { awsRequestId }: Context,
  ): Promise<Created | SQSBatchResponse | APIGatewayProxyStructuredResultV2> => {
    if (isHttpEvent(event)) return http(event);
    if (isQueueEvent(event)) return createFromQueue(event);
    if (isBusEvent(event)) {
      return create(event.detail, event.id, { name: 'event', source: event.source });
    }
    // The request id stays the same over the retries of an asynchronous invocation.
    return create(event, awsRequestId, { name: 'invoke' });
  };
}

/** The command itself cannot be carried out, now or later. */
const isRefusal = (error: unknown): error is ValidationError | IdempotencyConflict | Forbidden =>
  error instanceof ValidationError || error instanceof IdempotencyConflict || error instanceof Forbidden;

/** What an invocation fails with where the fault is ours: the cause stays in the log, since the runtime prints errors whole. */
class Internal extends Error {
  override readonly name = 'Internal';

  constructor() {
    super('Something went wrong on our side; the request id finds it in the logs.');
  }
}
