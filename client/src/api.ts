import type { Environment } from './environment.ts';
import { NotificationError, type NotificationErrorCode } from './error.ts';
import type { MarkAnswer, ReadAllAnswer } from './inbox.ts';
import type { Tokens } from './tokens.ts';
import type { Action, ChangesPage, FeedPage, InboxState } from './wire.ts';
import { within } from './within.ts';

// A request that was cut by sleep or by a change of networks never ends by itself.
const answerWithinMs = 20_000;

/** Which page, by the parameters of the request; the first without a cursor. */
export type PageQuery = { limit: string; status: string; type?: string; cursor?: string };

/** The service's HTTP API, as one signed-in user. */
export type Api = ReturnType<typeof createApi>;

/**
 * Asks with the token in use, and once more with a fresh one where that is refused.
 * Everything rejects with a NotificationError.
 *
 * @param isClosed whether this user's session has ended: then nothing is sent, since the token may be somebody else's
 */
export function createApi(environment: Environment, apiUrl: string, tokens: Tokens, isClosed: () => boolean) {
  const send = (what: string, token: string, body: unknown): Promise<Received> =>
    within(environment, answerWithinMs, async (signal) => {
      if (isClosed()) throw new Error('Stopped.');
      const [method = '', path] = what.split(' ');
      const response = await environment.fetch(apiUrl.replace(/\/$/, '') + path, {
        method,
        signal,
        // A change outlives its page: opening a notification marks it as read, and may lead elsewhere.
        keepalive: method === 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      // Read here, within the limit: a body may hang as well. Only a refusal, by the gateway, may be no JSON.
      const answer = response.json();
      return { response, answer: await (response.ok ? answer : answer.catch(() => {})) };
    }).catch((cause) => {
      throw new NotificationError('network', `${what} got no answer.`, cause);
    });

  /** @param what method and path, with one space between them */
  async function request<Answer>(what: string, body?: unknown): Promise<Answer> {
    const token = await tokens.current();
    let received = await send(what, token, body);
    if (received.response.status === 401) received = await send(what, await tokens.replace(token), body);
    if (!received.response.ok) throw refusal(what, received);
    // The one place where the wire becomes types: the service is the one that the types come from.
    return received.answer as Answer;
  }

  return {
    page: (query: PageQuery): Promise<FeedPage> =>
      request(`GET /notifications?${new URLSearchParams(query)}`),
    unreadCount: (): Promise<InboxState> => request('GET /notifications/unread-count'),
    changes: (since: number): Promise<ChangesPage> => request(`GET /notifications/changes?since=${since}`),
    mark: (id: number, action: Action): Promise<MarkAnswer> => request(`POST /notifications/${id}/${action}`),
    readAll: (before_id: number): Promise<ReadAllAnswer> =>
      request('POST /notifications/read-all', { before_id }),
  };
}

interface Received {
  response: Response;
  /** The JSON of its body; undefined where it has none. */
  answer: unknown;
}

function refusal(what: string, { response, answer }: Received): NotificationError {
  const { status, headers } = response;
  const { code, detail } = (answer ?? {}) as { code?: NotificationErrorCode; detail?: string };
  return new NotificationError(
    // The gateway's own answers have no code.
    code ?? (status === 429 ? 'rate_limited' : status < 500 ? 'unexpected' : 'unavailable'),
    `${what} answered ${status}. ${detail || ''}`,
    undefined,
    status,
    Number(headers.get('retry-after')) * 1_000 || 0,
  );
}
