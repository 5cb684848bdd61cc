import { isRecord, parseJson } from '@belfry/local/json';
import { WebSocket } from 'ws';
import { Failure } from './failure.ts';
import type { Installation } from './installation.ts';
import { networkFailure } from './network-remedies.ts';
import { socketFailure } from './socket-remedies.ts';

/** What the check reads of a frame. */
export interface Frame {
  type: string;
  version?: number;
  unread_count?: number;
  notification?: { id: number; status: string; metadata: Record<string, unknown> };
}

/** A frame, and when it came by `performance.now()`. */
export interface Arrival {
  frame: Frame;
  at: number;
}

/** A socket that is open. */
export interface OpenSocket {
  send(text: string): void;
  /**
   * The first frame that matches, of those that have come and those that come.
   * @returns undefined if none comes in time
   * @throws Failure if the socket is closed meanwhile
   */
  find(matches: (frame: Frame) => boolean, waitMs: number): Promise<Arrival | undefined>;
  close(): void;
}

/**
 * Opens a socket as the client of the bell does: with the token in the URL, or as a subprotocol if it does not fit there.
 * @throws Failure if the socket is refused, or does not open in time
 */
export async function openSocket(
  installation: Installation,
  { token, origin, waitMs }: { token: string; origin: string | undefined; waitMs: number },
): Promise<OpenSocket> {
  const { WebSocketUrl } = installation.outputs;
  const url = `${WebSocketUrl}?token=${encodeURIComponent(token)}`;
  // The longest URL that API Gateway takes:
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
  const [address, protocols] = url.length <= 4_096 ? [url, []] : [WebSocketUrl, ['belfry', token]];
  const socket = new WebSocket(address, protocols, { handshakeTimeout: waitMs, ...(origin && { origin }) });
  const frames = collectFrames(socket);
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('unexpected-response', (_, { statusCode = 0 }) => {
      reject(socketFailure(statusCode, installation, origin));
      socket.terminate();
    });
    socket.on('error', (error) => reject(networkFailure(WebSocketUrl, error)));
  });
  return { ...frames, send: (text) => socket.send(text), close: () => socket.terminate() };
}

/** Keeps every frame with its time, because a frame may come before a step looks for it. */
function collectFrames(socket: WebSocket): Pick<OpenSocket, 'find'> {
  const arrivals: Arrival[] = [];
  const waiting = new Set<() => void>();
  let ending: Failure | undefined;
  const wake = () => {
    for (const check of waiting) check();
  };
  socket.on('message', (data) => {
    const frame = parseJson(String(data));
    if (!isRecord(frame) || typeof frame.type !== 'string') return;
    // The cast: docs/api.md#frames.
    arrivals.push({ frame: frame as unknown as Frame, at: performance.now() });
    if (frame.type === 'goodbye') ending = replaced;
    wake();
  });
  socket.on('close', (code) => {
    ending ??= new Failure(`The socket was closed with the code ${code}.`, [
      'The gateway or something on the way closed it. Run the check again, also from another network.',
    ]);
    wake();
  });

  return {
    find(matches, waitMs) {
      return new Promise((resolve, reject) => {
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          waiting.delete(check);
          settle();
        };
        const check = () => {
          const found = arrivals.find(({ frame }) => matches(frame));
          if (found) finish(() => resolve(found));
          else if (ending) finish(() => reject(ending));
        };
        const timer = setTimeout(() => finish(() => resolve(undefined)), waitMs);
        waiting.add(check);
        check();
      });
    },
  };
}

const replaced = new Failure('The service has replaced this socket by newer ones of the same user.', [
  'The user has more open pages than connectionLimit. Close some, or take another user for the check.',
]);
