import { backoffMs } from './backoff.ts';
import type { Environment, Socket } from './environment.ts';
import type { Tokens } from './tokens.ts';
import type { ConnectionStatus, NotificationClientOptions } from './types.ts';
import type { InboxFrame } from './wire.ts';

/** What the gateway allows for a connection; and without a message ten minutes. */
const longestLifeMs = 120 * 60_000;
const pingEveryMs = 8 * 60_000;
const pongWithinMs = 5_000;
const openWithinMs = 15_000;
const pollEveryMs = 30_000;
/** A socket that lives shorter than this has not ended a row of failures. */
const provenAfterMs = 30_000;
const failuresUntilPolling = 3;

/** The line to the service of the tab that leads. */
export type Connection = ReturnType<typeof createConnection>;

interface Line {
  /** Until it is open, or, after a ping, until something is heard. */
  cancelTimeout?: (() => void) | undefined;
  socket?: Socket;
  /** When it was begun: a tab that was frozen meanwhile hears late that it is open, and the service has counted. */
  startedAt: number;
}

/** The part of the client's options that is about sockets. */
export type ConnectionOptions = Pick<
  NotificationClientOptions,
  'webSocketUrl' | 'connectionMinimumLifetimeMinutes'
>;

/**
 * One socket that comes back by itself for ever, and polling where there is none.
 *
 * ```
 * connecting ──open──▶ live ──lost──▶ connecting ──failed 3 times──▶ polling ──open──▶ live
 *                       │ goodbye                                     ▲ ▼ poll answered, or not
 *                       └──────────▶ polling until the page is used    offline
 * ```
 *
 * A socket is replaced before the service would stop pushing to it: the new one opens, what was missed meanwhile is
 * asked for, and only then the old one closes. `tick` must be called about twice a minute.
 *
 * `onOpen` is told of each opened socket and resolves, always, when what was missed has been asked for; `poll` asks the service
 * for news without a socket, and tells whether it has answered.
 */
export function createConnection(
  { now, after, random, openSocket }: Environment,
  tokens: Tokens,
  { webSocketUrl, connectionMinimumLifetimeMinutes = 15 }: ConnectionOptions,
  {
    onFrame,
    onOpen,
    onStatus,
    poll,
  }: {
    onFrame: (frame: InboxFrame) => void;
    onOpen: () => Promise<void>;
    onStatus: (status: ConnectionStatus) => void;
    poll: () => Promise<boolean>;
  },
) {
  /** Whatever is open or about to be. */
  const lines = new Set<Line>();
  /** The one that counts; one that it has replaced stays until what was missed has been asked for. */
  let line: Line | undefined;
  let pingedAt = 0;
  let renewAt = 0;
  /** When the service stops pushing to it. */
  let endsAt = 0;
  /** The one that is being opened. */
  let attempt: Line | undefined;
  let cancelRetry: (() => void) | undefined;
  let failures = 0;
  let polledAt = 0;
  let isReplaced = false;
  let isClosed = false;

  /** Opens a socket, with a token that is young so that it lives long. */
  async function connect(): Promise<void> {
    cancelRetry?.();
    cancelRetry = undefined;
    if (attempt || isReplaced) return;
    const mine: Line = { startedAt: now() };
    // Before it has opened and after.
    const end = () => (attempt === mine ? failed(mine) : lost(mine));
    mine.cancelTimeout = after(openWithinMs, end);
    attempt = mine;
    lines.add(mine);
    try {
      const token = await tokens.young();
      if (attempt !== mine) return;
      const socket = openSocket(`${webSocketUrl}?token=${encodeURIComponent(token)}`);
      mine.socket = socket;
      socket.onopen = () => opened(mine);
      socket.onmessage = ({ data }) => heard(mine, data);
      socket.onclose = end;
    } catch {
      end();
    }
  }

  function failed(mine: Line): void {
    drop(mine);
    attempt = undefined;
    if (!line) ask();
    retry();
  }

  function opened(mine: Line): void {
    const before = line;
    const at = mine.startedAt;
    // Pushes last until the token ends, but at least for the service's minimum, and at most two hours.
    const life = Math.min(
      longestLifeMs,
      Math.max(connectionMinimumLifetimeMinutes * 60_000, tokens.expiresAt() - at),
    );
    pingedAt = now();
    renewAt = at + (life - 60_000) * (0.8 + 0.1 * random());
    endsAt = at + life;
    line = mine;
    attempt = undefined;
    settle(mine);
    onStatus('live');
    onOpen().then(() => before && drop(before));
  }

  /** Nothing is waited for any more: the line has shown that it is alive, or is no more. */
  function settle(mine: Line): void {
    mine.cancelTimeout?.();
    mine.cancelTimeout = undefined;
  }

  function heard(mine: Line, data: unknown): void {
    settle(mine);
    const frame = parse(data);
    // While it is being replaced by us, the service may count the new one and send the old one away: nothing to heed.
    if (frame.type === 'goodbye' && mine === line && !attempt) {
      isReplaced = true;
      lost(mine);
    }
    // The service writes every frame that has a version.
    if (Number.isInteger(frame.version)) onFrame(frame as InboxFrame);
  }

  function lost(mine: Line): void {
    drop(mine);
    if (mine !== line) return;
    line = undefined;
    if (now() - mine.startedAt > provenAfterMs) failures = 0;
    if (isReplaced) ask();
    else {
      onStatus('connecting');
      retry();
    }
  }

  function drop(mine: Line): void {
    lines.delete(mine);
    settle(mine);
    const { socket } = mine;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  function retry(): void {
    if (attempt || cancelRetry) return;
    failures += 1;
    cancelRetry = after(backoffMs(random, failures), connect);
  }

  /** Asks without a socket: for news, and, after a failed upgrade whose reason no browser tells, whether anything works. */
  async function ask(): Promise<void> {
    polledAt = now();
    const isAnswered = await poll();
    if (line || isClosed) return;
    const isLost = isReplaced || failures >= failuresUntilPolling;
    onStatus(isAnswered ? (isLost ? 'polling' : 'connecting') : 'offline');
  }

  /** A socket can be dead without a word, after sleep above all; its close event may then take minutes to come. */
  function ping(mine: Line): void {
    pingedAt = now();
    if (mine.cancelTimeout) return;
    mine.cancelTimeout = after(pongWithinMs, () => lost(mine));
    mine.socket?.send('{"action":"ping"}');
  }

  return {
    connect,
    tick(): void {
      if (line) {
        if (now() >= renewAt && !cancelRetry) connect();
        if (now() - pingedAt >= pingEveryMs) ping(line);
        // It may stay open and answer pings, but nothing is pushed to it any more.
        if (now() > endsAt) lost(line);
      } else if (now() - polledAt >= pollEveryMs) ask();
    },
    /**
     * Something happened after which the line may be worse than it looks, or better.
     * @param isUsed somebody works with the page, which ends the wait after a goodbye
     */
    wake(isUsed: boolean): void {
      if (isUsed) isReplaced = false;
      // Another network may do what the last one did not; a click changes nothing about it.
      else failures = 0;
      if (line) ping(line);
      else connect();
    },
    close(): void {
      isClosed = true;
      cancelRetry?.();
      for (const each of lines) drop(each);
      line = attempt = undefined;
    },
  };
}

/** What may be a frame; nothing where it is no JSON. */
function parse(data: unknown): { type?: string; version?: unknown } {
  try {
    return Object(JSON.parse(String(data)));
  } catch {
    return {};
  }
}
