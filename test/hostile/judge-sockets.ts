import { describedSocket } from '../support/described.ts';
import { type ConnectOptions, type Socket, UpgradeRefused } from '../support/installation.ts';
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
  const { status, socket } = await open(world, user, options);
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

/** What opening a socket came to: 101 and the socket, or the status of the refusal. */
interface Opened {
  status: number | undefined;
  socket?: Socket;
}

/** How often a socket is refused with 500 before that counts. */
const mostTries = 3;

/**
 * Opens a socket. A function waits 2 s for the table of connections, and then answers 500, as documented. On a machine with
 * much else to do the table needs longer, which is nothing that the attempt has caused. So the socket is opened again.
 */
async function open(world: World, user: string, options: ConnectOptions, tries = 1): Promise<Opened> {
  try {
    return { status: 101, socket: await world.own.belfry.connect(user, options) };
  } catch (error) {
    if (!(error instanceof UpgradeRefused)) throw error;
    if (error.status === 500 && tries < mostTries) return open(world, user, options, tries + 1);
    return { status: error.status };
  }
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
  const { status, socket } = await open(world, user, { token });
  if (!socket) return { faults: [`opens no socket, and answers ${status}`], mayWrite: [] };
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
