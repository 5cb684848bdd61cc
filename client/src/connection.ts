import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import type { Environment, Socket } from './environment.ts';
import { accessOf, failureOf, NotificationError } from './error.ts';
import { parse } from './parse.ts';
import { addressOf } from './socket-address.ts';
import type { TabMessage } from './tab-message.ts';
import type { Tokens } from './tokens.ts';
import type { NotificationClientOptions } from './types.ts';
import type { UserFrame } from './wire.ts';

/** The client's options that are about sockets. */
export type ConnectionOptions = Pick<
  NotificationClientOptions,
  'webSocketUrl' | 'tokenTransport' | 'connectionMinimumLifetimeMinutes'
>;

interface ConnectionDependencies extends ConnectionOptions {
  environment: Environment;
}

/** A socket, from the pause before it is opened until it is closed. */
interface ServiceSocket {
  /**
   * 0 during the pause. Counts from the request for the token: a tab that was frozen meanwhile learns late that the
   * socket is open, but the service does not wait.
   */
  startedAt: number;
  /** When the service has last said something. */
  heardAt: number;
  socket?: Socket;
  /** Ends the pause, or the time in which the socket must open or answer a ping. */
  cancel?: (() => void) | undefined;
}

/**
 * Keeps one socket open, for ever, and polls the inbox state while there is none.
 *
 * ```
 *             opened               replaced                the page is used
 * connecting ────────▶ live ────────────────────▶ replaced ────────────────▶ connecting
 *     ▲                │ ▲ │
 *     └──── lost ──────┘ └─┘ opened: the next socket has taken the place of the current one
 * ```
 *
 * | State        | Current socket | Next socket                                 | Polls                          |
 * | ------------ | -------------- | ------------------------------------------- | ------------------------------ |
 * | `connecting` | none           | it opens, or a pause, or none if polls fail | yes, once an attempt has failed |
 * | `live`       | open           | none, or it opens, or a pause               | no                             |
 * | `replaced`   | none           | none, until the page is used                | yes                            |
 * | `closed`     | none           | none                                        | no                             |
 *
 * A browser does not tell why a socket failed, and delays the next ones by itself. So a poll finds out whether the service
 * answers. If it does, the next socket opens after a pause that grows with each failure. If not, no socket is tried until
 * a poll works again, and then at once. Polls that fail come sooner at first, and later after each further failure.
 *
 * A proxy may forget a socket that is silent for a minute, and not say so, and its close event can take minutes after
 * sleep. So pings find out if a socket is dead. While the user sees a page, they also keep it in use.
 *
 * A live connection is renewed before the service stops pushing to it: the next socket opens, the client asks for what it
 * missed meanwhile, and only then the old socket closes.
 *
 * The owner calls `wake` to begin, and `tick` about twice a minute.
 *
 * @param tell resolves, and never rejects, when this tab has done what the message asks for
 */
export function createConnection(
  dependencies: ConnectionDependencies,
  tokens: Tokens,
  api: Api,
  tell: (message: TabMessage) => Promise<void>,
) {
  /** API Gateway closes a WebSocket after 2 hours, or after 10 minutes without a message. */
  const longestLifeMs = 120 * 60_000;
  const longestSilenceMs = 8 * 60_000;
  /** With a tick each 25 seconds, a ping goes out each 50 seconds, and at the latest after 55 seconds of silence. */
  const longestSilenceInSightMs = 30_000;
  const pongWithinMs = 5_000;
  const openWithinMs = 15_000;
  /** A socket that lasts longer than this ends a row of failures. */
  const provenAfterMs = 30_000;
  const failuresUntilPolling = 3;
  const pollEveryMs = 30_000;
  const { environment, connectionMinimumLifetimeMinutes = 15 } = dependencies;
  const { now, after, random } = environment;
  let current: ServiceSocket | undefined;
  let next: ServiceSocket | undefined;
  /** Everything to close. A socket that was renewed is here until the client has caught up. */
  const sockets = new Set<ServiceSocket>();
  let isReplaced = false;
  /** When to open the socket after the current one. */
  let renewAt = 0;
  /** When the service stops pushing to the current socket. */
  let endsAt = 0;
  /** Drops the poll that is planned. */
  let unplan: (() => void) | undefined;
  /** The poll that is under way. */
  let asked: Promise<unknown> | undefined;
  /** Whether the last poll has failed. */
  let isCut = false;
  /** Polls that have failed in a row, or else attempts in a row that have led to no lasting socket. */
  let failures = 0;

  /** @param run called after so many milliseconds, unless the socket has said something or was dropped */
  function prepare(startedAt: number, ms: number, run: (socket: ServiceSocket) => void): ServiceSocket {
    const socket: ServiceSocket = { startedAt, heardAt: 0, cancel: after(ms, () => run(socket)) };
    sockets.add(socket);
    next = socket;
    return socket;
  }

  /** Opens the next socket after a pause. */
  const pause = () => prepare(0, backoffMs(random, failures), open);

  /** Opens the next socket now, unless that has begun. */
  async function open(): Promise<void> {
    if (isReplaced || next?.startedAt) return;
    drop(next);
    const mine = prepare(now(), openWithinMs, ended);
    try {
      // A young token, because the service stops pushing when the token of the socket expires.
      const token = await tokens.young();
      if (!sockets.has(mine)) return;
      const address = addressOf(dependencies, token);
      if (!address) return ended(mine);
      const socket = environment.openSocket(...address);
      mine.socket = socket;
      socket.onopen = () => opened(mine);
      socket.onmessage = ({ data }) => heard(mine, data);
      socket.onclose = () => ended(mine);
    } catch {
      ended(mine);
    }
  }

  function opened(socket: ServiceSocket): void {
    // A page that was frozen may hear of it when it has closed the socket already.
    if (!sockets.has(socket)) return;
    const before = current;
    // The service pushes until the token expires, but at least for its minimum, and at most for 2 hours.
    const minimumMs = connectionMinimumLifetimeMinutes * 60_000;
    const lifeMs = Math.min(longestLifeMs, Math.max(minimumMs, tokens.expiresAt() - socket.startedAt));
    endsAt = socket.startedAt + lifeMs;
    // One minute early, because `tick` comes only twice a minute, and only once in a hidden page.
    renewAt = socket.startedAt + (lifeMs - 60_000) * (0.8 + 0.1 * random());
    current = socket;
    next = undefined;
    isCut = false;
    stopPolls();
    settle(socket);
    tell({ status: 'live', isOpened: true }).then(() => drop(before));
  }

  function heard(from: ServiceSocket, data: string): void {
    const isTested = from.cancel;
    const frame = parse<{ type: string }>(() => data);
    settle(from);
    // The inbox drops what is no frame. A tab that has asked waits for the status.
    tell({ frame: frame as UserFrame, status: isTested && from === current ? 'live' : undefined });
    // While the next socket opens, the service may count it and send the current one away. That is no reason to stop.
    if (from !== current || frame.type !== 'goodbye' || next?.startedAt) return;
    isReplaced = true;
    drop(current);
    drop(next);
    poll();
  }

  /** The service has spoken. */
  function settle(from: ServiceSocket): void {
    from.heardAt = now();
    from.cancel?.();
    from.cancel = undefined;
  }

  /** A socket could not be opened, was closed by the other side, or did not answer. */
  function ended(socket: ServiceSocket): void {
    if (!sockets.has(socket)) return;
    failures = now() - socket.startedAt > provenAfterMs ? 1 : failures + 1;
    const isNext = socket === next;
    const isCurrent = socket === current;
    drop(socket);
    if (isNext && current) pause();
    else if (isNext && !asked) poll();
    else if (isCurrent) {
      if (!next) pause();
      tell({ status: 'connecting' });
    }
  }

  function drop(dropped: ServiceSocket | undefined): void {
    if (!dropped) return;
    sockets.delete(dropped);
    if (dropped === current) current = undefined;
    if (dropped === next) next = undefined;
    dropped.cancel?.();
    dropped.socket?.close();
  }

  function ping(): void {
    const tested = current;
    if (!tested || tested.cancel) return;
    tested.cancel = after(pongWithinMs, () => ended(tested));
    tested.socket?.send('{"action":"ping"}');
  }

  /**
   * Pings if it is time.
   * @param isInSight the user sees a page whose news come by this connection
   * @returns whether a ping has no answer yet. If one comes, the tabs hear of it.
   */
  function test(isInSight: boolean): boolean {
    const mostMs = isInSight ? longestSilenceInSightMs : longestSilenceMs;
    if (current && now() - current.heardAt >= mostMs) ping();
    return !!current?.cancel;
  }

  /** Asks anew if a poll is under way, which may hang in a network that is gone. */
  async function poll(): Promise<void> {
    stopPolls();
    const mine = failureOf(
      api.unreadCount().then((state) => tell({ frame: { type: 'inbox.changed', ...state } })),
    );
    asked = mine;
    const error = await mine;
    if (asked !== mine) return;
    asked = undefined;
    if (error) {
      failures = isCut ? failures + 1 : 1;
      isCut = true;
      unplan = after(backoffMs(random, failures, error), poll);
      if (!next?.startedAt) drop(next);
      tell({ status: accessOf(error), error });
      return;
    }
    if (isCut) failures = 0;
    isCut = false;
    unplan = after(pollEveryMs, poll);
    const token = tokens.latest();
    const message = `The token has ${token.length} characters, too many for a socket.`;
    const tooLong = addressOf(dependencies, token)
      ? undefined
      : new NotificationError('token_too_long', message);
    const isStuck = isReplaced || tooLong;
    if (!isStuck && !next) pause();
    const isLost = isStuck || failures >= failuresUntilPolling;
    tell({ status: isLost ? 'polling' : 'connecting', error: tooLong });
  }

  function stopPolls(): void {
    unplan?.();
    unplan = asked = undefined;
  }

  return {
    /** Renews or pings if it is time. */
    tick(): void {
      if (!current) return;
      if (now() >= renewAt && !next) open();
      test(environment.isVisible());
      // The socket may stay open and answer pings, but the service pushes nothing to it any more.
      if (current && now() > endsAt) ended(current);
    },
    test,
    /**
     * Tests the socket, or opens one now: the page or the network has changed.
     * @param isUsed the user works with the page, which also ends the state `replaced`
     */
    wake(isUsed: boolean): void {
      // A new network may work when the last one did not. A click changes nothing about the network.
      if (isUsed) isReplaced = false;
      else failures = 0;
      if (current) ping();
      else if (isCut) poll();
      else open();
    },
    close(): void {
      isReplaced = isCut = false;
      failures = 0;
      stopPolls();
      for (const socket of sockets) drop(socket);
    },
  };
}
