import {
  AlreadySent,
  type FieldError,
  Forbidden,
  IdempotencyConflict,
  NotFound,
  RateLimited,
  Unauthenticated,
  Unavailable,
  ValidationError,
} from '@belfry/functions/errors';
import type { CheckedCommand } from './check-command.ts';
import type { HttpDoor, OpenDoor } from './doors.ts';

const what = 'The HTTP API';
/** API Gateway waits as long for the service. */
const answerWithinMs = 30_000;

/** Opens the http door. */
export function openHttpDoor({ apiUrl, getToken }: HttpDoor): OpenDoor {
  // Here, so that an address that is not a URL fails before the first request.
  const url = new URL(`${apiUrl.replace(/\/$/, '')}/notifications`);

  async function post(json: string, forceRefresh: boolean): Promise<Response> {
    const token = await getToken({ forceRefresh });
    return fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: json,
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch((cause) => {
      throw new Unavailable(what, { cause });
    });
  }

  return {
    commandsPerRequest: 1,
    async send([command]) {
      // There is one, because a request takes one.
      if (!command) return [];
      let response = await post(command.json, false);
      if (response.status === 401) response = await post(command.json, true);
      const answer: unknown = await response.json().catch((cause) => {
        // The answer was cut off, but the notification may exist. The idempotency key makes it safe to try again.
        if (response.ok) throw new Unavailable(what, { cause });
        return {};
      });
      return [response.ok ? { answer } : { error: refusal(response, answer, command) }];
    },
  };
}

function refusal({ status, headers }: Response, answer: unknown, { json }: CheckedCommand): Error {
  // The service answers a problem. The gateway's own answers only have a message.
  const {
    detail = `${what} answered ${status}.`,
    code,
    errors,
  } = answer as {
    detail?: string;
    code?: string;
    errors?: FieldError[];
  };
  const retryAfterSeconds = Number(headers.get('retry-after')) || 1;
  if (status === 400 || status === 413) return new ValidationError(errors ?? [{ path: '', message: detail }]);
  if (status === 401) return new Unauthenticated(detail);
  if (status === 403) return new Forbidden(detail);
  // An address that is wrong answers 404 too, without a code.
  if (code === NotFound.code) return new NotFound(detail);
  if (code === AlreadySent.code) return new AlreadySent(JSON.parse(json).scheduled_id);
  if (status === 409) return new IdempotencyConflict();
  if (status === 429) return new RateLimited(retryAfterSeconds);
  if (status >= 500) return new Unavailable(what, { retryAfterSeconds, cause: new Error(detail) });
  return new Error(detail);
}
