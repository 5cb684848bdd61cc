import { describedSocket } from '../support/described.ts';
import { type Socket, UpgradeRefused } from '../support/installation.ts';
import type { ConnectAttempt, FrameAttempt } from './attempt.ts';
import { origins, tokenOf } from './credentials.ts';
import type { Judged } from './judged.ts';
import type { Fixture, World } from './world.ts';

const { faultsOfFrame } = describedSocket();

/** Opens a socket, and says in what its answer is not what the contract promises. Nobody who is refused is registered. */
export async function judgeConnect(
  attempt: ConnectAttempt,
  { own: { user } }: Fixture,
  world: World,
): Promise<Judged> {
  const { belfry } = world.own;
  const token = await tokenOf(attempt.token, { belfry, user, scope: '' });
  const isOffered = attempt.place !== 'url' && isName(token);
  const isInUrl = attempt.token !== 'none' && (attempt.place !== 'subprotocol' || !isOffered);
  const given: [string, string][] = isInUrl ? [['token', token]] : [];
  const search = new URLSearchParams([...attempt.query, ...given]).toString();
  const origin = origins[attempt.origin];
  const options = {
    search,
    ...(isOffered && { protocols: ['belfry', token] }),
    ...(origin !== undefined && { origin }),
  };
  const { status, socket } = await belfry.connect(user, options).then(opened, refused);
  const isRegistered = await world.isConnected(user);
  await socket?.close();
  const expected = statusOf(attempt);
  return {
    faults: [
      ...(status === expected ? [] : [`answers ${status} instead of ${expected}`]),
      ...(isRegistered === (status === 101) ? [] : [isRegistered ? 'registers it' : 'does not register it']),
    ],
    mayWrite: [],
  };
}

/** Whether a client can offer this as a subprotocol: a token of RFC 9110, section 5.6.2. */
const isName = (text: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(text);

const opened = (socket: Socket) => ({ status: 101, socket });

function refused(error: unknown) {
  if (error instanceof UpgradeRefused) return { status: error.status, socket: undefined };
  throw error;
}

/** The origin is looked at before the token. */
function statusOf({ origin, token }: ConnectAttempt): number {
  if (origin !== 'none' && origin !== 'allowed') return 403;
  return token === 'good' ? 101 : 401;
}

/** Says something on a socket of its own: whatever is no ping is answered by one error, and the socket goes on. */
export async function judgeFrame(
  { text, verdict }: FrameAttempt,
  { own: { user } }: Fixture,
  world: World,
): Promise<Judged> {
  const { belfry } = world.own;
  const token = await tokenOf('good', { belfry, user, scope: '' });
  const socket = await belfry.connect(user, { token });
  socket.send(text);
  const answer = await socket.next();
  const more = await socket.settled();
  await socket.close();
  const expected = verdict === 'sound' ? 'pong' : 'error';
  return {
    faults: [
      ...faultsOfFrame(answer),
      ...(answer.type === expected ? [] : [`is answered ${answer.type} instead of ${expected}`]),
      ...(more.length === 0 ? [] : [`is answered ${more.length} times more`]),
    ],
    mayWrite: [],
  };
}
