import type { Api } from './api.ts';
import { backoffMs } from './backoff.ts';
import type { Environment } from './environment.ts';
import { accessOf, type NotificationError } from './error.ts';
import { createHeartbeat, type ServiceSocket } from './heartbeat.ts';
import { createPoller } from './poller.ts';
import { addressOf } from './socket-address.ts';
import type { Tokens } from './tokens.ts';
import type { ConnectionStatus, NotificationClientOptions } from './types.ts';
import type { InboxFrame } from './wire.ts';

/** The client's options that are about sockets. */
export type ConnectionOptions = Pick<
  NotificationClientOptions,
  'webSocketUrl' | 'tokenTransport' | 'connectionMinimumLifetimeMinutes'
>;

/** What the connection tells all tabs of the user. */
export interface TabMessage {
  frame?: InboxFrame;
  status?: ConnectionStatus;
  /** Why the status is one without news, or why it stays `polling`. */
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

interface Live {
  kind: 'live';
  current: ServiceSocket;
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
 * | State        | Current socket | Next socket                                 | Polls                          |
 * | ------------ | -------------- | ------------------------------------------- | ------------------------------ |
 * | `connecting` | none           | it opens, or a pause, or none if polls fail | yes, once an attempt has failed |
 * | `live`       | open           | none, or it opens, or a pause               | no                             |
 * | `replaced`   | none           | none, until the page is used                | yes                            |
 * | `closed`     | none           | none                                        | no                             |
 *
 * A browser does not tell why a socket failed, and delays the next ones by itself. So a poll finds out whether the service
 * answers. If it does, the next socket opens after a pause that grows with each failure. If not, no socket is tried until
 * a poll works again, and then at once.
 *
 * A live connection is renewed before the service stops pushing to it: the next socket opens, the client asks for what it
 * missed meanwhile, and only then the old socket closes.
 *
 * The owner calls `open` once, and `tick` about twice a minute.
 */
export function createConnection({ environment, options, tokens, api, tell }: ConnectionDependencies) {
  /** API Gateway closes a WebSocket after 2 hours. */
  const longestLifeMs = 120 * 60_000;
  const openWithinMs = 15_000;
  /** A socket that lasts longer than this ends a row of failures. */
  const provenAfterMs = 30_000;
  const failuresUntilPolling = 3;
  const { now, after, random, openSocket, isVisible } = environment;
  const { connectionMinimumLifetimeMinutes = 15 } = options;
  const { ping, test, settle } = createHeartbeat({ environment, onDead: ended });
  const poller = createPoller({
    environment,
    api,
    onInbox: (inbox) => tell({ frame: { type: 'inbox.changed', ...inbox } }),
    onEnd: polled,
  });
  let state: State = { kind: 'closed' };
  let next: ServiceSocket | undefined;
  /** Everything to close. A socket that was renewed is here until the client has caught up. */
  const sockets = new Set<ServiceSocket>();
  /** Attempts in a row that have led to no lasting socket. */
  let failures = 0;

  /** Why no socket can be opened with the token in use. */
  const reason = () => addressOf(options, tokens.latest()).error;

  /** Opens the next socket now, unless that has begun or cannot be. */
  async function open(): Promise<void> {
    if (state.kind === 'replaced' || next?.startedAt) return;
    dropNext();
    if (reason()) {
      if (!state.current) poller.poll();
      return;
    }
    const mine: ServiceSocket = { startedAt: now(), heardAt: 0 };
    next = mine;
    mine.cancel = after(openWithinMs, () => ended(mine));
    sockets.add(mine);
    try {
      // A young token, because the service stops pushing when the token of the socket expires.
      const token = await tokens.young();
      if (!sockets.has(mine)) return;
      const { url, protocols, error } = addressOf(options, token);
      if (error) return ended(mine);
      const socket = openSocket(url, protocols);
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
    next = { startedAt: 0, heardAt: 0, cancel: after(backoffMs(random, failures), open) };
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
    state = { kind: 'live', current, renewAt, endsAt: startedAt + lifeMs };
    next = undefined;
    poller.stop();
    settle(current);
    tell({ status: 'live', isOpened: true }).then(() => before && close(before));
  }

  function heard(from: ServiceSocket, data: string): void {
    const isTested = from.cancel;
    settle(from);
    const frame = parse(data);
    // While the next socket opens, the service may count it and send the current one away. That is no reason to stop.
    if (frame.type === 'goodbye' && state.current === from && !next?.startedAt) replaced(from);
    // A tab that has asked waits for this.
    else if (isTested && state.current === from) tell({ status: 'live' });
    // Every frame of the service has a version.
    if (Number.isInteger(frame.version)) tell({ frame: frame as InboxFrame });
  }

  /** A socket could not be opened, was closed by the other side, or did not answer. */
  function ended(socket: ServiceSocket): void {
    if (!sockets.has(socket)) return;
    close(socket);
    if (now() - socket.startedAt > provenAfterMs) failures = 0;
    failures += 1;
    if (state.current === socket) lost();
    else if (next === socket) failed();
  }

  function failed(): void {
    next = undefined;
    if (state.current) pause();
    else poller.poll();
  }

  function lost(): void {
    state = { kind: 'connecting' };
    if (!next) pause();
    tell({ status: 'connecting' });
  }

  function replaced(current: ServiceSocket): void {
    close(current);
    dropNext();
    state = { kind: 'replaced' };
    poller.poll();
  }

  function dropNext(): void {
    if (next) close(next);
    next = undefined;
  }

  function close(from: ServiceSocket): void {
    const { socket } = from;
    sockets.delete(from);
    from.cancel?.();
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  function polled(error: NotificationError | undefined, wasCut: boolean): void {
    if (state.current || state.kind === 'closed') return;
    const isReplaced = state.kind === 'replaced';
    if (error) {
      if (!next?.startedAt) dropNext();
      tell({ status: accessOf(error), error });
      return;
    }
    if (wasCut) failures = 0;
    if (!isReplaced && !next && !reason()) pause();
    const isLost = isReplaced || reason() || failures >= failuresUntilPolling;
    tell({ status: isLost ? 'polling' : 'connecting', error: reason() });
  }

  return {
    open(): void {
      state = { kind: 'connecting' };
      open();
    },
    /** Renews or pings if it is time. */
    tick(): void {
      if (!state.current) return;
      if (now() >= state.renewAt && !next) open();
      test(state.current, isVisible());
      // The socket may stay open and answer pings, but the service pushes nothing to it any more.
      if (now() > state.endsAt) ended(state.current);
    },
    /**
     * Pings if it is time.
     * @param isInSight the user sees a page whose news come by this connection
     * @returns whether a ping has no answer yet. If one comes, the tabs hear of it.
     */
    test: (isInSight: boolean): boolean => !!state.current && test(state.current, isInSight),
    /**
     * Tests the socket, or opens one now: the page or the network has changed.
     * @param isUsed the user works with the page, which also ends the state `replaced`
     */
    wake(isUsed: boolean): void {
      // A new network may work when the last one did not. A click changes nothing about the network.
      if (!isUsed) failures = 0;
      else if (state.kind === 'replaced') state = { kind: 'connecting' };
      if (state.current) ping(state.current);
      else if (poller.isCut()) {
        if (!isUsed) tell({ status: 'connecting' });
        poller.poll(!isUsed);
      } else open();
    },
    close(): void {
      state = { kind: 'closed' };
      next = undefined;
      failures = 0;
      poller.stop();
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
