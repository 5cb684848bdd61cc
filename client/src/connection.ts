import { backoffMs } from './backoff.ts';
import type { Environment, Socket } from './environment.ts';
import type { Tokens } from './tokens.ts';
import type { ConnectionStatus } from './types.ts';
import type { ServerFrame } from './wire.ts';

const minutes = 60_000;
/** What the gateway allows: two hours for a connection, ten minutes without a message. */
const longestLifeMs = 120 * minutes;
const longestSilenceMs = 10 * minutes;
const pingEveryMs = 8 * minutes;
const pongWithinMs = 5_000;
const openWithinMs = 15_000;
const pollEveryMs = 30_000;
/** A socket that lives shorter than this has not ended a row of failures. */
const provenAfterMs = 30_000;
const failuresUntilPolling = 3;

/** The line to the service of the tab that leads. */
export type Connection = ReturnType<typeof createConnection>;

interface Line {
  socket: Socket;
  openedAt: number;
  heardAt: number;
  pingedAt: number;
  renewAt: number;
  cancelPong?: (() => void) | undefined;
}

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
 * @param onOpen told of each opened socket; resolves when what was missed has been asked for
 * @param poll asks the service for news without a socket; rejects where it cannot be reached
 */
export function createConnection({
  webSocketUrl,
  tokens,
  environment,
  minimumLifetimeMs,
  onFrame,
  onOpen,
  onStatus,
  poll,
}: {
  webSocketUrl: string;
  tokens: Tokens;
  environment: Environment;
  minimumLifetimeMs: number;
  onFrame: (frame: ServerFrame) => void;
  onOpen: () => Promise<void>;
  onStatus: (status: ConnectionStatus) => void;
  poll: () => Promise<void>;
}) {
  const { now, after } = environment;
  /** The one that counts; one that it has replaced stays in `lines` until what was missed has been asked for. */
  let line: Line | undefined;
  const lines = new Set<Line>();
  /** The attempt that is under way; a late outcome of another one is of no interest. */
  let attempt: { socket?: Socket } | undefined;
  let cancelRetry: (() => void) | undefined;
  let failures = 0;
  let polledAt = Number.NEGATIVE_INFINITY;
  let isReplaced = false;
  let isClosed = false;

  /** Opens a socket, with a token that is fresh so that it lives long. */
  async function connect(): Promise<void> {
    cancelRetry?.();
    cancelRetry = undefined;
    if (isClosed || attempt) return;
    const mine: { socket?: Socket } = {};
    attempt = mine;
    const fail = () => {
      if (attempt !== mine) return;
      attempt = undefined;
      cancelTimeout();
      if (mine.socket) silence(mine.socket);
      if (!line) ask();
      retry();
    };
    const cancelTimeout = after(openWithinMs, fail);
    try {
      const token = await tokens.renew();
      if (attempt !== mine) return cancelTimeout();
      const socket = environment.openSocket(`${webSocketUrl}?token=${encodeURIComponent(token)}`);
      mine.socket = socket;
      socket.onclose = fail;
      socket.onopen = () => {
        if (attempt !== mine) return;
        attempt = undefined;
        cancelTimeout();
        opened(socket);
      };
    } catch {
      fail();
    }
  }

  function opened(socket: Socket): void {
    const before = line;
    const at = now();
    // Pushes last until the token ends, but at least for the service's minimum, and at most two hours.
    const life = Math.min(longestLifeMs, Math.max(minimumLifetimeMs, tokens.expiresAt() - at));
    const renewAt = at + life * (0.8 + 0.1 * environment.random());
    const mine: Line = { socket, openedAt: at, heardAt: at, pingedAt: at, renewAt };
    line = mine;
    lines.add(mine);
    isReplaced = false;
    socket.onmessage = ({ data }) => heard(mine, data);
    socket.onclose = () => lost(mine);
    onStatus('live');
    const closeBefore = () => before && drop(before);
    onOpen().then(closeBefore, closeBefore);
  }

  function heard(mine: Line, data: unknown): void {
    mine.heardAt = now();
    mine.cancelPong?.();
    mine.cancelPong = undefined;
    const frame = parse(data);
    if (!frame) return;
    // While it is being replaced by us, the service may count the new one and send the old one away: nothing to heed.
    if (frame.type === 'goodbye' && mine === line && !attempt) {
      isReplaced = true;
      lost(mine);
    }
    onFrame(frame);
  }

  function lost(mine: Line): void {
    drop(mine);
    if (mine !== line) return;
    line = undefined;
    if (now() - mine.openedAt > provenAfterMs) failures = 0;
    if (isReplaced) ask();
    else {
      onStatus('connecting');
      retry();
    }
  }

  function drop(mine: Line): void {
    lines.delete(mine);
    mine.cancelPong?.();
    silence(mine.socket);
  }

  function retry(): void {
    if (isClosed || attempt || cancelRetry) return;
    failures += 1;
    cancelRetry = after(backoffMs(environment, failures), connect);
  }

  /** Asks without a socket: for news, and, after a failed upgrade whose reason no browser tells, whether anything works. */
  async function ask(): Promise<void> {
    polledAt = now();
    const isPolling = () => isReplaced || failures >= failuresUntilPolling;
    try {
      await poll();
      if (!line && !isClosed) onStatus(isPolling() ? 'polling' : 'connecting');
    } catch {
      if (!line && !isClosed) onStatus('offline');
    }
  }

  /** A socket can be dead without a word, after sleep above all; its close event may then take minutes to come. */
  function ping(mine: Line): void {
    mine.pingedAt = now();
    if (mine.cancelPong) return;
    mine.cancelPong = after(pongWithinMs, () => lost(mine));
    mine.socket.send('{"action":"ping"}');
  }

  return {
    connect,
    tick(): void {
      if (line) {
        if (now() >= line.renewAt && !cancelRetry) connect();
        if (now() - line.pingedAt >= pingEveryMs) ping(line);
      } else if (now() - polledAt >= pollEveryMs) ask();
    },
    /**
     * Something happened after which the line may be worse than it looks, or better.
     * @param isUsed somebody works with the page, which ends the wait after a goodbye
     */
    wake(isUsed: boolean): void {
      if (isUsed) isReplaced = false;
      if (line && now() - line.heardAt < longestSilenceMs) ping(line);
      else {
        if (line) lost(line);
        failures = 0;
        if (!isReplaced) connect();
      }
    },
    isLive: () => line !== undefined,
    close(): void {
      isClosed = true;
      cancelRetry?.();
      for (const each of lines) drop(each);
      if (attempt?.socket) silence(attempt.socket);
      line = attempt = undefined;
    },
  };
}

/** Closes a socket and hears no more of it. */
function silence(socket: Socket): void {
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close();
}

function parse(data: unknown): ServerFrame | undefined {
  try {
    // The gateway passes on what the service posts, and the service posts these.
    return JSON.parse(String(data)) as ServerFrame;
  } catch {
    return undefined;
  }
}
