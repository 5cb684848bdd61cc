import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import { isRecord, parseJson } from '../json.ts';
import type { Session } from './socket-event.ts';
import { watchFrameSizes } from './socket-frames.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
export const MAX_MESSAGE_BYTES = 128 * 1024;
const MAX_FRAME_BYTES = 32 * 1024;
const IDLE_MS = 10 * 60_000;
const LIFETIME_MS = 2 * 60 * 60_000;
/** How much the gateway keeps for a client that does not read. AWS does not document its limit. */
const BUFFER_BYTES = 1024 * 1024;

/** How a connection has ended. The reason is a text of the client or of the gateway. */
export interface Closing {
  code: number;
  reason: string;
}

/** An accepted connection of a WebSocket API. */
export interface Connection {
  readonly session: Session;
  isOpen(): boolean;
  /** The time of the last message in either direction. */
  lastActiveAt(): number;
  /** Whether the buffer for this client is full, so that no more messages are accepted. */
  isFull(): boolean;
  /** Sends one text message, split into frames of 32 KB at most. */
  send(data: string | Buffer): void;
  close(closing: Closing): void;
}

export interface ConnectionOptions {
  clock: Clock;
  session: Session;
  webSocket: WebSocket;
  /** The stream of the WebSocket. Nothing was read from it yet. */
  stream: Duplex;
  /** Gets each text message. */
  onMessage: (text: string) => void;
  /** Gets the end, once. */
  onClosed: (closing: Closing) => void;
}

/**
 * Puts a WebSocket under the gateway's limits: closed with 1001 after 10 minutes without a message and after 2 hours,
 * with 1009 for an incoming message over 128 KB or frame over 32 KB, with 1003 for a binary message.
 * Pings of the protocol are answered, but do not count as messages. AWS documents neither the code 1001, which clients
 * report, nor whether such a ping counts as activity. Here it does not, which is the stricter behaviour.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-routes-integrations.html
 */
export function openConnection(options: ConnectionOptions): Connection {
  const { clock, session, webSocket, stream, onMessage, onClosed } = options;
  let lastActiveAt = clock.now();
  let closing: Closing | undefined;
  const goAway = () => close({ code: 1001, reason: 'Going away' });
  let cancelIdle = clock.after(IDLE_MS, goAway);
  const cancelLifetime = clock.after(LIFETIME_MS, goAway);

  const isOpen = () => webSocket.readyState === WebSocket.OPEN;

  function touch(): void {
    lastActiveAt = clock.now();
    cancelIdle();
    cancelIdle = clock.after(IDLE_MS, goAway);
  }

  function close(wanted: Closing): void {
    if (!isOpen()) return;
    closing = wanted;
    webSocket.close(wanted.code, wanted.reason);
  }

  // This listener comes before that of the WebSocket, so that a frame is refused before its message is delivered.
  stream.prependListener(
    'data',
    watchFrameSizes(MAX_FRAME_BYTES, () => close({ code: 1009, reason: '' })),
  );
  webSocket.on('message', (data, isBinary) => {
    if (!isOpen()) return;
    touch();
    if (isBinary) close({ code: 1003, reason: '' });
    else onMessage(data.toString());
  });
  // A protocol error, for example a message that is too long. The WebSocket closes itself with the matching code.
  webSocket.on('error', (error: Error & { code?: string }) => {
    closing ??= { code: error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 1009 : 1002, reason: '' };
  });
  webSocket.on('close', (code, reason) => {
    cancelIdle();
    cancelLifetime();
    onClosed(closing ?? { code, reason: reason.toString() || (CLOSE_REASONS[code] ?? '') });
  });

  return {
    session,
    isOpen,
    lastActiveAt: () => lastActiveAt,
    isFull: () => webSocket.bufferedAmount > BUFFER_BYTES,
    send(data) {
      touch();
      const bytes = Buffer.from(data);
      for (const frame of frames(bytes)) webSocket.send(frame.bytes, { binary: false, fin: frame.isLast });
    },
    close,
  };
}

/** A message to a client in words for the report: only its `type` and its size. */
export function describeFrame(data: string | Buffer): string {
  const frame = parseJson(data.toString());
  const type = isRecord(frame) && typeof frame.type === 'string' ? frame.type : '';
  return `${/^[\w.-]{1,64}$/.test(type) ? type : 'untyped'} ${Buffer.byteLength(data)} B`;
}

/** The gateway's reason for a close frame without a reason, and for a connection that was lost without a close frame. */
const CLOSE_REASONS: Record<number, string> = {
  1005: 'Client-side close frame status not set',
  1006: 'Connection Closed Abnormally',
};

/** Longer messages are sent in several frames, as the table of quotas says. The client joins them. */
function* frames(bytes: Buffer): Generator<{ bytes: Buffer; isLast: boolean }> {
  let start = 0;
  do {
    const end = start + MAX_FRAME_BYTES;
    yield { bytes: bytes.subarray(start, end), isLast: end >= bytes.length };
    start = end;
  } while (start < bytes.length);
}
