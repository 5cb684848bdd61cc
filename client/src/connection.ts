import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import type { Environment, Socket } from './environment.ts';
import { accessOf, type NotificationError } from './error.ts';
import type { Tokens } from './tokens.ts';
import type { ConnectionStatus, NotificationClientOptions } from './types.ts';
import type { InboxFrame } from './wire.ts';

/** The client's options that are about sockets. */
export type ConnectionOptions = Pick<
  NotificationClientOptions,
  'webSocketUrl' | 'connectionMinimumLifetimeMinutes'
>;

/** What the connection tells all tabs of the user. */
export interface TabMessage {
  frame?: InboxFrame;
  status?: ConnectionStatus;
  /** Why the status is one without news. */
  error?: NotificationError | undefined;
  /** A socket has opened: frames before it may have been missed. */
  isOpened?: boolean;
}

interface ConnectionDependencies {
  environment: Environment;
  tokens: Tokens;
  api: Api;
  options: ConnectionOptions;
  /** Resolves, and never rejects, when this tab has done what the message asks for. */
  tell(message: TabMessage): Promise<void>;
}

/** A socket, from the pause before it is opened until it is closed. */
interface ServiceSocket {
  /**
   * 0 during the pause. Counts from the request for the token: a tab that was frozen meanwhile learns late that the
   * socket is open, but the service does not wait.
   */
  startedAt: number;
  socket?: Socket;
  /** Ends the pause, or the time in which the socket must open or answer a ping. */
  cancel?: (() => void) | undefined;
}

interface Live {
  kind: 'live';
  current: ServiceSocket;
  pingedAt: number;
  /** When to open the next socket. */
  renewAt: number;
  /** When the service stops pushing to the current socket. */
  endsAt: number;
}

type State = Live | { kind: 'closed' | 'connecting' | 'replaced'; current?: undefined };

/**
 * Keeps one socket open, for ever, and polls while there is none.
 *
 * ```
 *             opened               replaced                the page is used
 * connecting ────────▶ live ────────────────────▶ replaced ────────────────▶ connecting
 *     ▲                │ ▲ │
 *     └──── lost ──────┘ └─┘ opened: the next socket has taken the place of the current one
 * ```
 *
 * | State        | Current socket | Next socket                       | Polls |
 * | ------------ | -------------- | --------------------------------- | ----- |
 * | `connecting` | none           | it opens, or there is a pause     | yes   |
 * | `live`       | open           | none, or it opens, or a pause     | no    |
 * | `replaced`   | none           | none, until the page is used      | yes   |
 * | `closed`     | none           | none                              | no    |
 *
 * If the next socket fails, the pause before another attempt grows. A live connection is renewed before the service
 * stops pushing to it: the next socket opens, the client asks for what it missed meanwhile, and only then the old
 * socket closes. The owner calls `open` once, and `tick` about twice a minute.
 */
export function createConnection({
  environment: { now, after, random, openSocket },
  options: { webSocketUrl, connectionMinimumLifetimeMinutes = 15 },
  tokens,
  api,
  tell,
}: ConnectionDependencies) {
  /** API Gateway closes a WebSocket after 2 hours, and after 10 minutes without a message. */
  const longestLifeMs = 120 * 60_000;
  const pingEveryMs = 8 * 60_000;
  const openWithinMs = 15_000;
  const pongWithinMs = 5_000;
  const pollEveryMs = 30_000;
  /** A socket that lasts longer than this ends a row of failures. */
  const provenAfterMs = 30_000;
  const failuresUntilPolling = 3;
  let state: State = { kind: 'closed' };
  let next: ServiceSocket | undefined;
  /** Everything to close. A socket that was renewed is here until the client has caught up. */
  const sockets = new Set<ServiceSocket>();
  /** Attempts in a row that have led to no lasting socket. */
  let failures = 0;
  let polledAt = 0;

  /** Opens the next socket now, unless that has begun. */
  async function open(): Promise<void> {
    if (state.kind === 'replaced' || next?.startedAt) return;
    if (next) close(next);
    const mine: ServiceSocket = { startedAt: now() };
    next = mine;
    mine.cancel = after(openWithinMs, () => ended(mine));
    sockets.add(mine);
    try {
      // A young token, because the service stops pushing when the token of the socket expires.
      const token = await tokens.young();
      if (!sockets.has(mine)) return;
      const socket = openSocket(`${webSocketUrl}?token=${encodeURIComponent(token)}`);
      mine.socket = socket;
      socket.onopen = () => opened(mine);
      socket.onmessage = ({ data }) => heard(mine, data);
      socket.onclose = () => ended(mine);
    } catch {
      ended(mine);
    }
  }

  /** Opens the next socket after a pause. */
  function pause(): void {
    failures += 1;
    next = { startedAt: 0, cancel: after(backoffMs(random, failures), open) };
    sockets.add(next);
  }

  function opened(current: ServiceSocket): void {
    const before = state.current;
    const { startedAt } = current;
    // The service pushes until the token expires, but at least for its minimum, and at most for 2 hours.
    const lifeMs = Math.min(
      longestLifeMs,
      Math.max(connectionMinimumLifetimeMinutes * 60_000, tokens.expiresAt() - startedAt),
    );
    // One minute early, because `tick` comes only twice a minute, and only once in a hidden page.
    const renewAt = startedAt + (lifeMs - 60_000) * (0.8 + 0.1 * random());
    state = { kind: 'live', current, pingedAt: now(), renewAt, endsAt: startedAt + lifeMs };
    next = undefined;
    settle(current);
    tell({ status: 'live', isOpened: true }).then(() => before && close(before));
  }

  function heard(from: ServiceSocket, data: string): void {
    settle(from);
    const frame = parse(data);
    // While the next socket opens, the service may count it and send the current one away. That is no reason to stop.
    if (frame.type === 'goodbye' && state.current === from && !next?.startedAt) replaced(from);
    // Every frame of the service has a version.
    if (Number.isInteger(frame.version)) tell({ frame: frame as InboxFrame });
  }

  /** A socket could not be opened, was closed by the other side, or did not answer. */
  function ended(socket: ServiceSocket): void {
    if (!sockets.has(socket)) return;
    close(socket);
    if (now() - socket.startedAt > provenAfterMs) failures = 0;
    if (state.current === socket) lost();
    else if (next === socket) failed();
  }

  function failed(): void {
    pause();
    // A browser does not tell why a socket failed. A poll shows whether the service answers.
    if (!state.current) poll();
  }

  function lost(): void {
    state = { kind: 'connecting' };
    if (!next) pause();
    tell({ status: 'connecting' });
  }

  function replaced(current: ServiceSocket): void {
    close(current);
    state = { kind: 'replaced' };
    poll();
  }

  function close(from: ServiceSocket): void {
    const { socket } = from;
    sockets.delete(from);
    settle(from);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  function settle(socket: ServiceSocket): void {
    socket.cancel?.();
    socket.cancel = undefined;
  }

  /** A socket may be dead and not say so, above all after sleep. Its close event can take minutes. */
  function ping(live: Live): void {
    const { current } = live;
    live.pingedAt = now();
    if (current.cancel) return;
    current.cancel = after(pongWithinMs, () => ended(current));
    current.socket?.send('{"action":"ping"}');
  }

  async function poll(): Promise<void> {
    polledAt = now();
    const error = await api.unreadCount().then(
      (inbox) => {
        tell({ frame: { type: 'inbox.changed', ...inbox } });
        return undefined;
      },
      (reason: NotificationError) => reason,
    );
    if (state.current || state.kind === 'closed') return;
    const isLost = state.kind === 'replaced' || failures >= failuresUntilPolling;
    tell({ status: error ? accessOf(error) : isLost ? 'polling' : 'connecting', error });
  }

  return {
    open(): void {
      state = { kind: 'connecting' };
      open();
    },
    /** Renews, pings or polls if it is time. */
    tick(): void {
      if (state.current) {
        if (now() >= state.renewAt && !next) open();
        if (now() - state.pingedAt >= pingEveryMs) ping(state);
        // The socket may stay open and answer pings, but the service pushes nothing to it any more.
        if (now() > state.endsAt) ended(state.current);
      } else if (now() - polledAt >= pollEveryMs) poll();
    },
    /**
     * Tests the socket, or opens one now: the page or the network has changed.
     * @param isUsed the user works with the page, which also ends the state `replaced`
     */
    wake(isUsed: boolean): void {
      // A new network may work when the last one did not. A click changes nothing about the network.
      if (!isUsed) failures = 0;
      else if (state.kind === 'replaced') state = { kind: 'connecting' };
      if (state.current) ping(state);
      else open();
    },
    close(): void {
      state = { kind: 'closed' };
      next = undefined;
      failures = 0;
      for (const socket of sockets) close(socket);
    },
  };
}

/** An empty object if the text is not JSON. */
function parse(data: string): { type?: string; version?: unknown } {
  try {
    return Object(JSON.parse(data));
  } catch {
    return {};
  }
}
