import type { Environment } from './environment.ts';
import { NotificationError, type NotificationErrorCode } from './error.ts';
import type { MarkAnswer, ReadAllAnswer } from './inbox.ts';
import type { Tokens } from './tokens.ts';
import type { NotificationFilter } from './types.ts';
import type { Action, ChangesPage, FeedPage, InboxState } from './wire.ts';
import { within } from './within.ts';

// A request that was cut by sleep or by a change of networks never ends by itself.
const answerWithinMs = 20_000;

/** The service's HTTP API, as one signed-in user. */
export type Api = ReturnType<typeof createApi>;

/**
 * Asks with the token in use, and once more with a fresh one where that is refused.
 * Everything rejects with a NotificationError.
 */
export function createApi({
  apiUrl,
  tokens,
  environment,
  isClosed,
}: {
  apiUrl: string;
  tokens: Tokens;
  environment: Environment;
  /** Whether this user's session has ended: then nothing is sent any more, since the next token is somebody else's. */
  isClosed: () => boolean;
}) {
  const send = (method: string, path: string, token: string, body: unknown): Promise<Received> =>
    within(environment, answerWithinMs, async (signal) => {
      if (isClosed()) throw new Error('The client was stopped.');
      const response = await environment.fetch(apiUrl.replace(/\/$/, '') + path, {
        method,
        signal,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      // Read here, within the limit: a body may hang as well.
      return { response, answer: await response.json().catch(() => undefined) };
    }).catch((cause) => {
      const reason = `${method} ${path} got no answer from the service; it is tried again where that is safe.`;
      throw new NotificationError('network', reason, undefined, cause);
    });

  async function request<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const token = await tokens.current();
    let received = await send(method, path, token, body);
    if (received.response.status === 401) {
      received = await send(method, path, await tokens.replace(token), body);
    }
    if (!received.response.ok) throw refusal(`${method} ${path}`, received);
    // The one place where the wire becomes types: the service is the one that the types come from.
    return received.answer as Answer;
  }

  return {
    page(query: { limit: number; cursor?: string | null } & NotificationFilter): Promise<FeedPage> {
      const parameters = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, String(value));
      return request('GET', `/notifications?${parameters}`);
    },
    unreadCount: (): Promise<InboxState> => request('GET', '/notifications/unread-count'),
    changes: (since: number): Promise<ChangesPage> => request('GET', `/notifications/changes?since=${since}`),
    mark: (id: number, action: Action): Promise<MarkAnswer> =>
      request('POST', `/notifications/${id}/${action}`),
    readAll: (before_id: number): Promise<ReadAllAnswer> =>
      request('POST', '/notifications/read-all', { before_id }),
  };
}

interface Received {
  response: Response;
  /** The JSON of its body; undefined where it has none. */
  answer: unknown;
}

/** For the gateway's own answers, which have no code. */
const codes: Record<number, NotificationErrorCode> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  429: 'rate_limited',
  500: 'internal',
  503: 'unavailable',
};

function refusal(what: string, { response, answer }: Received): NotificationError {
  const { status, headers } = response;
  const { code, detail } = (answer ?? {}) as { code?: NotificationErrorCode; detail?: string };
  return new NotificationError(
    code ?? codes[status] ?? 'unexpected',
    `${what} answered ${status}${detail ? `: ${detail}` : ''}`,
    status,
    undefined,
    (Number(headers.get('retry-after')) || 0) * 1_000,
  );
}
