import { type Command, parseCommand } from '../core/command.ts';
import { countCommand, countedAction } from '../core/command-counts.ts';
import type { CommandService } from '../core/command-service.ts';
import type { CreateDoor, CreatePolicy } from '../core/create-policy.ts';
import { adminScope } from '../core/deployment.ts';
import type { Clock, Metrics, RateLimiter } from '../core/ports.ts';
import { hintFor, withHint } from './envelope.ts';
import { type HttpRequest, idOf } from './http-request.ts';
import type { Principal } from './principal.ts';
import type { CreateRouteKey } from './route-keys.ts';
import { askerOf, type Caller, type CommandAnswer, checkCommand, runCommand } from './run-command.ts';
import { ok, type RouteTable } from './serve.ts';

/**
 * The routes of producers. Only valid and allowed commands count against the rate limit of the token's user. A command for
 * many users counts once, and so does one with a repeated key.
 */
export function createRoutes({
  service,
  policy,
  limiter,
  metrics,
  clock,
}: {
  service: CommandService;
  policy: CreatePolicy;
  limiter: RateLimiter;
  metrics: Metrics;
  clock: Clock;
}): RouteTable<CreateRouteKey> {
  return {
    async 'POST /notifications'(request, principal) {
      const door: CreateDoor = { name: 'http', scopes: principal.scopes };
      const action = countedAction(request.body);
      const body = await countCommand(metrics, { door: door.name, action }, async () => {
        policy.check(door);
        const command = toCommand(request, clock());
        checkCommand(policy, door, command);
        await limiter.spend(principal.user_id);
        return runCommand({ service, policy }, door, command, callerOf(principal));
      });
      return { status: statusOf(body), body };
    },
    'GET /scheduled/{id}': ok((request, principal) =>
      service.findSchedule(idOf(request), askerOf(callerOf(principal))),
    ),
    async 'DELETE /scheduled/{id}'(request, principal) {
      await countCommand(metrics, { door: 'http', action: 'cancel' }, async () =>
        service.cancel(idOf(request), askerOf(callerOf(principal))),
      );
      return { status: 204 };
    },
  };
}

const callerOf = ({ user_id, scopes }: Principal): Caller => ({ user_id, isAdmin: scopes.has(adminScope) });

/** 201 if a notification was created, 202 if it will be at its time. */
function statusOf(answer: CommandAnswer): 200 | 201 | 202 {
  if ('scheduled' in answer) return 202;
  if ('created' in answer) return answer.created ? 201 : 200;
  const isCreated =
    'suppressed' in answer && answer.notifications.some((one) => 'created' in one && one.created);
  return isCreated ? 201 : 200;
}

/**
 * The command in a request's body, with the idempotency key of its header. Without a key each create makes a new
 * notification.
 */
function toCommand({ headers, body }: HttpRequest, now: number): Command {
  const key = headers['idempotency-key'] ?? null;
  const ownKey =
    typeof body === 'object' && body !== null && 'idempotency_key' in body && body.idempotency_key;
  const isOther = key !== null && ownKey && ownKey !== key;
  const message = 'must be left out or the same as the header Idempotency-Key';
  const found = isOther ? [{ path: 'idempotency_key', message }] : [];
  return withHint(hintFor(body), () => parseCommand(body, { defaultKey: key, now, found }));
}
