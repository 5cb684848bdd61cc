import { once } from 'node:events';
import type { Socket } from 'node:net';

/**
 * The first packet of a connection.
 * https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
export type StartupPacket =
  | { kind: 'ssl' | 'gss' }
  | { kind: 'cancel'; bytes: Buffer }
  | { kind: 'startup'; bytes: Buffer; user: string; database: string };

const codes = { cancel: 80877102, ssl: 80877103, gss: 80877104 };
// PostgreSQL's own bounds: MAX_STARTUP_PACKET_LENGTH and PG_MAX_AUTH_TOKEN_LENGTH.
const maxStartupBytes = 10_000;
const maxPasswordBytes = 65_535;

/**
 * Reads one startup packet, and not a byte more.
 * Throws an Error if it is malformed, if it is longer than PostgreSQL accepts, or if `signal` aborts.
 */
export async function readStartupPacket(socket: Socket, signal: AbortSignal): Promise<StartupPacket> {
  const length = (await readBytes(socket, 4, signal)).readUInt32BE();
  if (length < 8 || length > maxStartupBytes)
    throw new Error(`A startup packet of ${length} bytes is not valid.`);
  const body = await readBytes(socket, length - 4, signal);
  const code = body.readUInt32BE();
  if (code === codes.ssl) return { kind: 'ssl' };
  if (code === codes.gss) return { kind: 'gss' };
  const bytes = Buffer.concat([int32(length), body]);
  if (code === codes.cancel) return { kind: 'cancel', bytes };
  const texts = body.toString('utf8', 4).split('\0');
  const parameter = (name: string) => {
    const at = texts.findIndex((text, index) => index % 2 === 0 && text === name);
    return at < 0 ? undefined : texts[at + 1];
  };
  const user = parameter('user') ?? '';
  return { kind: 'startup', bytes, user, database: parameter('database') ?? user };
}

/** Reads one PasswordMessage, and not a byte more. Throws an Error for any other message, or if `signal` aborts. */
export async function readPassword(socket: Socket, signal: AbortSignal): Promise<string> {
  const header = await readBytes(socket, 5, signal);
  const length = header.readUInt32BE(1);
  if (header.toString('latin1', 0, 1) !== 'p' || length < 5 || length > maxPasswordBytes) {
    throw new Error('A password message was expected.');
  }
  return (await readBytes(socket, length - 4, signal)).toString('utf8', 0, length - 5);
}

/** AuthenticationCleartextPassword: asks for the password in plain text. */
export const cleartextPasswordRequest = Buffer.concat([Buffer.from('R'), int32(8), int32(3)]);

/** ErrorResponse with severity FATAL, after which the server closes the connection. */
export function fatalResponse(sqlState: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`);
  return Buffer.concat([Buffer.from('E'), int32(fields.length + 4), fields]);
}

/**
 * Gets all chunks that a server sends, and calls `onReady` for each ReadyForQuery, also if a message is split over chunks.
 * It reads five bytes of each message, and copies nothing else.
 */
export function readyForQueryListener(onReady: () => void): (chunk: Buffer) => void {
  const header = Buffer.alloc(5);
  let headerBytes = 0;
  let bodyBytesLeft = 0;
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      const skipped = Math.min(bodyBytesLeft, chunk.length - at);
      bodyBytesLeft -= skipped;
      at += skipped;
      const copied = chunk.copy(header, headerBytes, at);
      at += copied;
      headerBytes += copied;
      if (headerBytes < header.length) return;
      headerBytes = 0;
      bodyBytesLeft = header.readUInt32BE(1) - 4;
      if (header[0] === 'Z'.charCodeAt(0)) onReady();
    }
  };
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** `signal` must abort when the socket closes, because a destroyed stream never becomes readable. */
async function readBytes(socket: Socket, count: number, signal: AbortSignal): Promise<Buffer> {
  for (;;) {
    const bytes: Buffer | null = socket.read(count);
    if (bytes?.length === count) return bytes;
    await once(socket, 'readable', { signal });
  }
}
