import { createInboxReader } from '../../functions/core/inbox-reader.ts';
import type { NotificationRepository } from '../../functions/core/notification-repository.ts';
import type { NotificationService } from '../../functions/core/notification-service.ts';
import type { Policy } from '../../functions/core/policy.ts';
import type { Clock } from '../../functions/core/ports.ts';
import { readRoutes, updateRoutes } from '../../functions/transport/routes.ts';
import { serve } from '../../functions/transport/serve.ts';
import type { Buttons } from './buttons.ts';
import type { Door } from './failures.ts';
import type { Invocation } from './invocation.ts';
import { type Journal, nameOf } from './journal.ts';
import { issueToken, readToken } from './tokens.ts';

export interface HttpCall {
  method: string;
  url: string;
  token: string;
  body: string;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

const hour = 3_600_000;

/** A path as the routes have it. */
const routeOf = (pathname: string): string =>
  pathname.replace(/^(\/notifications)\/\d+/, '$1/{id}').replace(/\/actions\/.+/, '/actions/{action_id}');

/** The HTTP API, with its authorizer, over functions that run by themselves. */
export function createHttpApi({
  clock,
  journal,
  run,
  repositoryOf,
  serviceOf,
  policy,
  isValid,
  find,
  buttons,
}: {
  clock: Clock;
  journal: Journal;
  run: <Answer>(
    door: Door,
    cause: string,
    body: (invocation: Invocation) => Promise<Answer>,
  ) => Promise<Answer>;
  repositoryOf: (invocation: Invocation) => NotificationRepository;
  serviceOf: (invocation: Invocation) => NotificationService;
  policy: Policy;
  /** Whether the authorizer takes a token. */
  isValid: (token: string) => boolean;
  /** What is stored, whatever the weather. */
  find: NotificationRepository['find'];
  buttons: Buttons;
}) {
  /**
   * A refusal must be true. A deleted notification never comes back. What a client sends is valid, but a snooze may be sent
   * so late that its time is over.
   */
  async function checkRefusal(
    status: number,
    cause: string,
    { token, url, body }: HttpCall,
    id = '0',
  ): Promise<void> {
    const { sub } = readToken(token);
    const isLate = url.endsWith('/snooze') && Date.parse(JSON.parse(body).until) < clock() + 60_000;
    const isWrong =
      (status === 400 && !isLate) ||
      (status === 401 && isValid(token)) ||
      (status === 404 && (await find(sub, Number(id))));
    if (isWrong)
      journal.violate('failures are foreseen', `${cause} of ${nameOf(sub)} was refused as ${status}`);
  }

  /** A status and a JSON text for a request. */
  async function request(cause: string, call: HttpCall): Promise<HttpAnswer> {
    const { method, url, token, body } = call;
    const { pathname, searchParams } = new URL(url);
    const [, id, action_id] = /^\/notifications\/(\d+)(?:\/actions\/(.+))?/.exec(pathname) ?? [];
    const { sub, exp } = readToken(token);
    const authorized = { user_id: sub, expires_at: String(exp * 1_000) };
    const isBack = method === 'DELETE';
    const asked = action_id && { id: Number(id), button: action_id, since: clock(), isBack };
    if (asked && isBack) buttons.asksBack(asked.id, asked.button);
    const event = {
      routeKey: `${method} ${routeOf(pathname)}`,
      pathParameters: { id, action_id },
      queryStringParameters: Object.fromEntries(searchParams),
      headers: {},
      body,
      requestContext: {
        requestId: cause,
        authorizer: { lambda: isValid(token) ? authorized : { reason: 'The token has expired.' } },
      },
    };
    try {
      const answer = await run('request', cause, async (invocation) => {
        const routes =
          method === 'GET'
            ? readRoutes({
                inbox: createInboxReader({ repository: repositoryOf(invocation), policy }),
                policy,
              })
            : updateRoutes({ service: serviceOf(invocation), policy, clock: invocation.clock });
        // Of the event nothing else is read.
        return serve(routes, { clock, logger: invocation.logger })(event as never);
      });
      const { statusCode = 200, headers = {} } = answer;
      // A notification may have lost a button since it was shown.
      if (statusCode >= 400 && !action_id) await checkRefusal(statusCode, cause, call, id);
      const text = answer.body ?? '';
      if (statusCode === 200) journal.answered(sub, JSON.parse(text));
      if (asked) buttons.answered(cause, asked, statusCode, JSON.parse(text).notification);
      return { status: statusCode, headers: headers as Record<string, string>, text };
    } catch {
      return { status: 500, headers: {}, text: '{"message":"Internal Server Error"}' };
    }
  }

  return {
    request,
    /** What a program of the user's asks for, whose token is always good. */
    send(cause: string, user: string, what: string, body: object = {}): Promise<HttpAnswer> {
      const token = issueToken({ sub: user }, clock(), 10 * hour);
      const [method = '', path] = what.split(' ');
      return request(cause, { method, url: `https://api.example${path}`, token, body: JSON.stringify(body) });
    },
  };
}
