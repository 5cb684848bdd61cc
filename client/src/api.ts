import type { Environment } from './environment.ts';
import { NotificationError, type NotificationErrorCode } from './error.ts';
import type { MarkAnswer, ReadAllAnswer } from './inbox.ts';
import type { Tokens } from './tokens.ts';
import type { NotificationClientOptions } from './types.ts';
import type { Action, ChangesPage, FeedPage, InboxState } from './wire.ts';
import { within } from './within.ts';

/** The parameters of a request for a page. Without `cursor` it is the first page. */
export type PageQuery = { limit: string; status: string; type?: string; cursor?: string };

/** The service's HTTP API, as one signed-in user. */
export type Api = ReturnType<typeof createApi>;

interface ApiDependencies {
  environment: Environment;
  options: Pick<NotificationClientOptions, 'apiUrl'>;
  tokens: Tokens;
}

/**
 * Sends each request with the token in use, and once more with a fresh token after a 401. Every method rejects with a
 * NotificationError and with nothing else.
 */
export function createApi({ environment, options, tokens }: ApiDependencies) {
  // A request that was cut by sleep or by a change of networks may never end.
  const seconds = 20;
  /**
   * @param what method and path, with one space between them
   * @param refused the token with which the service has answered 401
   */
  async function request<Answer>(what: string, body?: unknown, refused?: string): Promise<Answer> {
    const token = await tokens.current(refused);
    const limit = { code: 'network', what, seconds } as const;
    const { response, answer } = await within(environment, limit, async (signal) => {
      const [method = '', path] = what.split(' ');
      const response = await environment.fetch(options.apiUrl.replace(/\/$/, '') + path, {
        method,
        signal,
        // A change must outlive its page: to open a notification marks it as read, and may lead to another page.
        keepalive: method === 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      // Read inside the time limit, because a body may hang as well. Only a refusal by the gateway may not be JSON.
      const answer = response.json();
      return { response, answer: await (response.ok ? answer : answer.catch(() => {})) };
    });
    const { status, headers } = response;
    if (status === 401 && !refused) return request(what, body, token);
    if (!response.ok) {
      const { code, detail } = (answer ?? {}) as { code?: NotificationErrorCode; detail?: string };
      throw new NotificationError(
        // The gateway's own answers have no code.
        code ?? (status === 429 ? 'rate_limited' : status < 500 ? 'unexpected' : 'unavailable'),
        `${what} answered ${status}. ${detail || ''}`,
        { status, retryAfterMs: Number(headers.get('retry-after')) * 1_000 },
      );
    }
    // The only place where an answer gets its type. It is safe because the types come from the service's own code.
    return answer as Answer;
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
