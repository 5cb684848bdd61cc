import type { InboxState } from '../api.ts';
import { Failure } from '../failure.ts';
import { answerFailure } from '../http-remedies.ts';
import type { Run } from '../run.ts';
import { type OpenSocket, openSocket } from '../socket.ts';
import type { Outcome } from '../step-runner.ts';
import type { TokenSource } from '../token.ts';

/** A user of the installation, signed in. */
export interface SignedIn {
  token: string;
  tokens: TokenSource;
  /** The inbox before the check changes it. */
  inbox: InboxState;
}

/** The HTTP API answers, and wants a token. */
export async function reach({ api, installation }: Run): Promise<Outcome<true>> {
  const answer = await api.ask('/notifications/unread-count');
  if (answer.status === 401) return { found: true, detail: 'answers, and wants a token' };
  if (answer.status !== 200) throw answerFailure(answer, { installation, functionName: 'Authorize' });
  throw new Failure('The HTTP API answers without a token.', [
    'HttpApiUrl is not that of Belfry, or its authorizer was removed. Take the output of the stack as it is, and deploy again.',
  ]);
}

/** A page of the origin may call the HTTP API, as its preflight says. */
export async function allowOrigin({ api }: Run, origin: string): Promise<Outcome<true>> {
  const headers = {
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'authorization',
  };
  const answer = await api.ask('/notifications', { method: 'OPTIONS', headers });
  const allowed = answer.headers.get('access-control-allow-origin');
  if (allowed === origin || allowed === '*')
    return { found: true, detail: `${origin} may call the HTTP API` };
  throw new Failure(`The HTTP API does not allow pages of ${origin}.`, [
    `Add it to allowedOrigins, with scheme and port and without a path: npm run deploy -- --context allowedOrigins=…,${origin}`,
  ]);
}

/** The HTTP API accepts the token, and says whose inbox it opens. */
export async function signIn({ api, findTokens }: Run): Promise<Outcome<SignedIn>> {
  const tokens = await findTokens();
  const token = await tokens.token();
  const inbox = await api.state(token);
  const { user_id, unread_count, version } = inbox;
  return {
    found: { token, tokens, inbox },
    detail: `user ${user_id}, ${unread_count} unread, version ${version}; ${tokens.kind}`,
  };
}

/** The WebSocket API accepts the token, and the origin. */
export async function connect(
  { installation, origin, waitMs }: Run,
  { token }: SignedIn,
): Promise<Outcome<OpenSocket>> {
  const socket = await openSocket(installation, { token, origin, waitMs });
  return { found: socket, detail: origin === undefined ? 'open' : `open for a page of ${origin}` };
}

/** The socket carries messages in both directions. */
export async function ping({ waitMs }: Run, socket: OpenSocket): Promise<Outcome<true>> {
  socket.send(JSON.stringify({ action: 'ping' }));
  if (await socket.find(({ type }) => type === 'pong', waitMs)) return { found: true, detail: 'pong' };
  throw new Failure(`No pong came within ${waitMs / 1_000} s.`, [
    'The gateway answers a ping itself, so the route is missing or a proxy holds frames back. Deploy again, and try another network.',
  ]);
}
