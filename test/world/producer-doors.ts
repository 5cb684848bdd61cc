import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { CommandService } from '../../functions/core/command-service.ts';
import type { CreatePolicy } from '../../functions/core/create-policy.ts';
import { AlreadySent, Forbidden, IdempotencyConflict, NotFound } from '../../functions/core/errors.ts';
import { serveCreate } from '../../functions/transport/create-doors.ts';
import { createRoutes } from '../../functions/transport/create-routes.ts';
import type { CommandAnswer } from '../../functions/transport/run-command.ts';
import { serve } from '../../functions/transport/serve.ts';
import { createInMemoryRateLimiter } from '../fakes/in-memory-rate-limiter.ts';
import { unmeasured } from './delivery-ports.ts';
import type { Invocation } from './invocation.ts';
import { type Sender, senders } from './senders.ts';
import { Outage } from './weather.ts';

/** Who has the tokens of all producers. */
const subject = '00000000-0000-4000-8000-000000000099';

/** The create function as one run of it: takes the command of a sender, at the door by which that one comes in. */
export function createProducerDoors(
  { clock, logger }: Invocation,
  { service, policy }: { service: CommandService; policy: CreatePolicy },
) {
  const limiter = createInMemoryRateLimiter(clock);
  const http = serve(createRoutes({ service, policy, metrics: unmeasured, limiter, clock }), {
    clock,
    logger,
  });
  const serveOne = serveCreate({ service, policy, http, metrics: unmeasured, logger, clock });

  /** @throws what the function throws, or the refusal that it answers */
  return async (cause: string, sender: Sender, command: object): Promise<CommandAnswer> => {
    // Of the events and the context nothing else is read.
    const answer = await serveOne(eventOf(cause, sender, command, clock()), { awsRequestId: cause } as never);
    // The cast: this is how each door answers.
    if (senders[sender].door !== 'http') return answer as CommandAnswer;
    const { statusCode = 500, body = '' } = answer as Exclude<APIGatewayProxyStructuredResultV2, string>;
    const said = JSON.parse(body);
    if (statusCode >= 400) throw errorOf(said);
    return said;
  };
}

function eventOf(id: string, name: Sender, command: object, now: number): object {
  const sender = senders[name];
  switch (sender.door) {
    case 'invoke':
      return command;
    case 'event':
      return { id, source: sender.source, 'detail-type': 'notification.create', detail: command };
    case 'http': {
      const { scope } = sender;
      const lambda = { user_id: subject, scope, expires_at: String(now + 3_600_000) };
      return {
        routeKey: 'POST /notifications',
        headers: {},
        body: JSON.stringify(command),
        requestContext: { requestId: id, authorizer: { lambda } },
      };
    }
  }
}

/** The error of the service that an answer of the HTTP API tells. */
function errorOf({ code, detail }: { code: string; detail: string }): Error {
  switch (code) {
    case 'forbidden':
      return new Forbidden(detail);
    case 'not_found':
      return new NotFound(detail);
    case 'already_sent':
      return new AlreadySent(0);
    case 'idempotency_conflict':
      return new IdempotencyConflict();
    case 'unavailable':
      return new Outage();
    default:
      return new Error(`${code}: ${detail}`);
  }
}
