import type { Clock } from './clock.ts';
import type { Environment } from './environment.ts';
import { NotificationError, type NotificationErrorCode } from './error.ts';
import { parse } from './parse.ts';
import type { Tokens } from './tokens.ts';
import type { NotificationClientOptions } from './types.ts';
import { type InboxState, isInboxState } from './wire.ts';
import { within } from './within.ts';

/** The service's HTTP API, as one signed-in user. */
export type Api = ReturnType<typeof createApi>;

interface ApiDependencies extends Pick<NotificationClientOptions, 'apiUrl'> {
  environment: Environment;
  clock: Clock;
}

/**
 * Sends each request with the token in use, and once more with a fresh token after a 401. Every method rejects with a
 * NotificationError and with nothing else.
 *
 * @param accept called with each answer before it counts. Throws if the session has ended, or ends because of this answer
 */
export function createApi(
  { environment, clock, apiUrl }: ApiDependencies,
  tokens: Tokens,
  accept: (answer: Pick<InboxState, 'user_id'>) => void,
) {
  // A request that was cut by sleep or by a change of networks may never end.
  const seconds = 20;
  const longestWaitMs = 5 * 60_000;

  /**
   * @param what method and path, with one space between them
   * @param isWhole whether an answer is what the service answers
   * @param refused the token with which the service has answered 401
   */
  async function request<Answer extends object>(
    what: string,
    isWhole: (answer: never) => boolean = isInboxState,
    body?: unknown,
    refused?: string,
  ): Promise<Answer> {
    const token = await tokens.current(refused);
    const { response, text } = await within(environment, seconds, what, async (signal) => {
      const [method = '', path] = what.split(' ');
      const sentAt = environment.now();
      const response = await environment.fetch(apiUrl + path, {
        method,
        signal,
        // A change must outlive its page: to open a notification marks it as read, and may lead to another page.
        keepalive: method !== 'GET',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      clock.learn(response.headers.get('date'), sentAt);
      // Read inside the time limit, because a body may hang as well.
      return { response, text: await response.text() };
    });
    const answer = parse<Answer & InboxState & { code: unknown; detail: string }>(() => text);
    const { status, headers, ok } = response;
    if (status === 401 && !refused) return request(what, isWhole, body, token);
    // A captive portal or a page of the app's own server may answer instead of the service.
    // The cast: an answer may be anything until it is checked.
    if (ok && isWhole(answer as never)) {
      // The only place where an answer gets its type. It is safe because the types come from the service's own code.
      accept(answer as Answer & InboxState);
      tokens.learn();
      return answer as Answer;
    }
    const error = new NotificationError(
      codeOf(status, answer.code),
      `${what} answered ${status}. ${answer.detail ?? ''}`,
      {
        status,
        // The service says seconds, and never a date.
        retryAfterMs: Math.min(longestWaitMs, Math.max(0, Number(headers.get('retry-after')) * 1_000)),
      },
    );
    if (status === 401) tokens.learn(error);
    throw error;
  }

  return {
    request,
    unreadCount: () => request<InboxState>('GET /notifications/unread-count'),
  };
}

/** What these say, also if they are the gateway's own, which has no codes. */
const codes: { [status: number]: NotificationErrorCode } = {
  401: 'unauthenticated',
  403: 'forbidden',
  429: 'rate_limited',
};

/** @param code what the service's own errors say */
function codeOf(status: number, code: unknown): NotificationErrorCode {
  if (codes[status]) return codes[status];
  if (typeof code === 'string' && status >= 400) return code as NotificationErrorCode;
  return status < 500 ? 'unexpected' : 'unavailable';
}
