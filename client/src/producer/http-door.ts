import {
  type FieldError,
  Forbidden,
  IdempotencyConflict,
  RateLimited,
  Unauthenticated,
  Unavailable,
  ValidationError,
} from '@belfry/functions/errors';
import { created, type HttpDoor, type OpenDoor } from './doors.ts';

const what = 'The HTTP API';
/** As long as API Gateway itself waits. */
const answerWithinMs = 30_000;

/** Opens the door of the HTTP API. */
export function openHttpDoor({ apiUrl, getToken }: HttpDoor): OpenDoor {
  // Made here, so that an address that is none fails at once.
  const url = new URL(`${apiUrl.replace(/\/$/, '')}/notifications`);

  async function post(text: string, forceRefresh: boolean): Promise<Response> {
    const token = await getToken({ forceRefresh });
    return fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: text,
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch((cause) => {
      throw new Unavailable(what, { cause });
    });
  }

  return {
    lettersAtOnce: 1,
    async send([letter = { text: '' }]) {
      let response = await post(letter.text, false);
      if (response.status === 401) response = await post(letter.text, true);
      const answer: unknown = await response.json().catch((cause) => {
        // It may have been created: what was cut off says what, and the key makes it safe to ask again.
        if (response.ok) throw new Unavailable(what, { cause });
        return {};
      });
      return [response.ok ? created(answer) : { error: refusal(response, answer) }];
    },
  };
}

function refusal({ status, headers }: Response, answer: unknown): Error {
  // A problem of the service; the gateway's own answers have a message alone.
  const { detail = `${what} answered ${status}.`, errors } = answer as {
    detail?: string;
    errors?: FieldError[];
  };
  const retryAfterSeconds = Number(headers.get('retry-after')) || 1;
  if (status === 400 || status === 413) return new ValidationError(errors ?? [{ path: '', message: detail }]);
  if (status === 401) return new Unauthenticated(detail);
  if (status === 403) return new Forbidden(detail);
  if (status === 409) return new IdempotencyConflict();
  if (status === 429) return new RateLimited(retryAfterSeconds);
  if (status >= 500) return new Unavailable(what, { retryAfterSeconds, cause: new Error(detail) });
  return new Error(detail);
}
