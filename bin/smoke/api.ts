import { parseJson, recordOf } from '@belfry/local/json';
import { answerFailure, type UnwantedAnswer } from './http-remedies.ts';
import type { Installation } from './installation.ts';
import { networkFailure } from './network-remedies.ts';
import { untilAvailable } from './until-available.ts';

/** An answer of the HTTP API. */
export interface Answer extends UnwantedAnswer {
  headers: Headers;
}

/** Version and count of an inbox, with its user. */
export interface InboxState {
  user_id: string;
  version: number;
  unread_count: number;
}

/** A notification, as far as the check reads it. */
export interface StoredNotification {
  id: number;
  status: string;
  version: number;
  metadata: Record<string, unknown>;
}

export type Api = ReturnType<typeof createApi>;

/**
 * Asks the HTTP API as a page does, and asks again while it answers 503. A method throws Failure if there is no answer in
 * time, and if the answer is not 2xx.
 * @param origin of the page; left out, as a program that is no browser
 */
export function createApi({
  installation,
  origin,
  waitMs,
  note,
}: {
  installation: Installation;
  origin: string | undefined;
  waitMs: number;
  note: (text: string) => void;
}) {
  const { HttpApiUrl } = installation.outputs;

  /** Any answer. */
  function ask(path: string, { headers, ...init }: RequestInit = {}): Promise<Answer> {
    const request = async (signal: AbortSignal): Promise<Answer> => {
      try {
        const response = await fetch(`${HttpApiUrl}${path}`, {
          ...init,
          headers: { ...(origin && { origin }), ...headers },
          redirect: 'manual',
          signal,
        });
        const requestId =
          response.headers.get('x-request-id') ?? response.headers.get('apigw-requestid') ?? '';
        const body = recordOf(parseJson(await response.text()));
        return { status: response.status, headers: response.headers, body, requestId };
      } catch (error) {
        throw networkFailure(HttpApiUrl, error);
      }
    };
    const pauseMsOf = (answer: Answer) => 1_000 * (Number(answer.headers.get('retry-after')) || 2);
    return untilAvailable(request, { waitMs, pauseMsOf, note });
  }

  async function signedIn(token: string, functionName: string, path: string, method = 'GET') {
    const answer = await ask(path, { method, headers: { authorization: `Bearer ${token}` } });
    if (answer.status === 200) return answer.body;
    throw answerFailure(answer, { installation, functionName, token });
  }

  // The casts: docs/api.md#http-api.
  return {
    ask,
    state: async (token: string) =>
      (await signedIn(token, 'Read', '/notifications/unread-count')) as unknown as InboxState,
    firstPage: async (token: string) =>
      (await signedIn(token, 'Read', '/notifications?limit=100')) as unknown as InboxState & {
        data: StoredNotification[];
      },
    mark: async (token: string, id: number, action: 'read' | 'archive') =>
      (await signedIn(token, 'Update', `/notifications/${id}/${action}`, 'POST')) as unknown as InboxState & {
        notification: StoredNotification;
      },
  };
}
