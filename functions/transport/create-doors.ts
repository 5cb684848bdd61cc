import type { APIGatewayProxyStructuredResultV2, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parseCommand } from '../core/command.ts';
import { countCommand, countedAction } from '../core/command-counts.ts';
import type { CommandService } from '../core/command-service.ts';
import type { CreateDoor, CreatePolicy } from '../core/create-policy.ts';
import { isRefusal, Unavailable } from '../core/errors.ts';
import type { Clock, Logger, Metrics } from '../core/ports.ts';
import { isBusEvent, isHttpEvent, isQueueEvent, parseJson } from './create-events.ts';
import { hintFor, hintForDetail, withHint } from './envelope.ts';
import { type CommandAnswer, checkCommand, runCommand } from './run-command.ts';
import type { HttpHandler } from './serve.ts';

/**
 * The handler of the create function, for all four doors: a direct invocation with the command, an event of the bus, a
 * batch of messages of the create queue, and a request of the HTTP API.
 *
 * - A command that fails is thrown, so the invocation fails, with the error's name as `errorType`. An event is then tried
 *   again, and so is an update that has overtaken its create (`NotFound`).
 * - If messages of a batch fail, only they are returned, and SQS delivers only them again.
 * - A request of the HTTP API always gets an answer.
 *
 * The handler recognizes a door by the outermost fields of the payload, which AWS writes. The sender of an event, a message
 * or a request controls only what is inside `detail`, `body` or `headers`. The caller of a direct invocation controls the
 * whole payload, and can imitate another door with any identity or source. That gains nothing: IAM has allowed the caller
 * to create everything, and the other doors allow less. The caller can only use up another subject's rate limit.
 */
export function serveCreate({
  service,
  policy,
  http,
  metrics,
  logger,
  clock,
}: {
  service: CommandService;
  policy: CreatePolicy;
  /** Answers the requests of the HTTP API. */
  http: HttpHandler;
  metrics: Metrics;
  logger: Logger;
  clock: Clock;
}) {
  async function run(
    input: unknown,
    source_id: string,
    door: CreateDoor,
    hint = hintFor(input),
  ): Promise<CommandAnswer> {
    try {
      return await countCommand(metrics, { door: door.name, action: countedAction(input) }, () => {
        const command = withHint(hint, () => parseCommand(input, { defaultKey: source_id, now: clock() }));
        checkCommand(policy, door, command);
        return runCommand({ service, policy }, door, command, null);
      });
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
      Records.map((record) => run(parseJson(record.body), record.messageId, { name: 'queue' })),
    );
    const failed = Records.filter((_, index) => results[index]?.status === 'rejected');
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  }

  return async (
    event: unknown,
    { awsRequestId }: Context,
  ): Promise<CommandAnswer | SQSBatchResponse | APIGatewayProxyStructuredResultV2> => {
    if (isHttpEvent(event)) return http(event);
    if (isQueueEvent(event)) return createFromQueue(event);
    if (isBusEvent(event)) {
      const door = { name: 'event', source: event.source } as const;
      return run(event.detail, event.id, door, hintForDetail(event));
    }
    // The request id stays the same over the retries of an asynchronous invocation.
    return run(event, awsRequestId, { name: 'invoke' });
  };
}

/** Replaces an unexpected error. The Lambda runtime prints an error with its cause, so the cause goes to our log only. */
class Internal extends Error {
  static override readonly name = 'Internal';
  override readonly name = 'Internal';

  constructor() {
    super('Something went wrong on our side. Search the logs for the request id.');
  }
}
