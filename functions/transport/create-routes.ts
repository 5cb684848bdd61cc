import { type CreateCommand, parseCreateCommand } from '../core/create-command.ts';
import type { CreateDoor, CreatePolicy } from '../core/create-policy.ts';
import type { NotificationService } from '../core/notification-service.ts';
import type { RateLimiter } from '../core/ports.ts';
import { hintFor, withHint } from './envelope.ts';
import type { HttpRequest } from './http-request.ts';
import type { CreateRouteKey } from './route-keys.ts';
import type { RouteTable } from './serve.ts';

/**
 * The route that creates notifications. It answers 201 if any was created. Otherwise it answers 200: the idempotency key had
 * created them before, or the recipients have switched the type off. Only valid and allowed commands count against the rate limit of the token's user. A command for many
 * users counts once, and so does one with a repeated key.
 */
export function createRoutes({
  service,
  policy,
  limiter,
}: {
  service: NotificationService;
  policy: CreatePolicy;
  limiter: RateLimiter;
}): RouteTable<CreateRouteKey> {
  return {
    async 'POST /notifications'(request, { user_id, scopes }) {
      const door: CreateDoor = { name: 'http', scopes };
      policy.check(door);
      const command = toCommand(request);
      policy.check(door, command);
      await limiter.spend(user_id);
      const body = await service.create(command, policy.rule(command), door.name);
      const isCreated = 'created' in body ? body.created : body.notifications.some(({ created }) => created);
      return { status: isCreated ? 201 : 200, body };
    },
  };
}

/**
 * The command in a request's body, with the idempotency key of its header. Without a key each request creates a new
 * notification.
 */
function toCommand({ headers, body }: HttpRequest): CreateCommand {
  const key = headers['idempotency-key'] ?? null;
  const ownKey =
    typeof body === 'object' && body !== null && 'idempotency_key' in body && body.idempotency_key;
  const isOther = key !== null && ownKey && ownKey !== key;
  const message = 'must be left out or the same as the header Idempotency-Key';
  const found = isOther ? [{ path: 'idempotency_key', message }] : [];
  return withHint(hintFor(body), () => parseCreateCommand(body, key, found));
}
