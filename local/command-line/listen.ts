import { WebSocket } from 'ws';
import { isRecord, parseJson } from '../json.ts';
import { printable } from '../printable.ts';
import { readOutputs } from './outputs.ts';
import { runCommand, uuidOption } from './run-command.ts';
import { signToken } from './sign-token.ts';

const usage = `Opens a socket as a user of the running system, and prints every frame that arrives. Ctrl-C ends it.

  npm run listen -- --user <uuid> [--raw]

  --raw   prints each frame as JSON, one in a line`;

interface Frame {
  type: string;
  version?: number;
  unread_count?: number;
  /** A retracted one has no title and no body. */
  notification?: { id: number; status: string; title?: string; body?: string };
}

/** The gateway closes a socket that is idle for ten minutes. */
const pingEveryMs = 8 * 60_000;

await runCommand(usage, { user: { type: 'string' }, raw: { type: 'boolean' } }, async ({ user, raw }) => {
  const { WebSocketUrl, JwtSecret } = readOutputs();
  const recipient = uuidOption('user', user);
  const token = await signToken(JwtSecret, { user: recipient, ttl: '2h' });
  const socket = new WebSocket(`${WebSocketUrl}?token=${token}`);
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => console.error(`Listening as ${recipient} …`));
    socket.on('message', (data) => console.log(printable(raw ? String(data) : describe(String(data)))));
    socket.on('error', ({ message }) => reject(new Error(`${WebSocketUrl} cannot be reached: ${message}`)));
    socket.on('close', (code, reason) => {
      console.error(printable(`The socket was closed: ${code} ${reason}`));
      resolve();
    });
    setInterval(() => socket.send(JSON.stringify({ action: 'ping' })), pingEveryMs).unref();
  });
});

function describe(data: string): string {
  const frame = parseJson(data);
  return isRecord(frame) ? describeFrame(frame) : data;
}

function describeFrame({ type, version, unread_count, notification }: Partial<Frame>): string {
  const time = new Date().toTimeString().slice(0, 8);
  const state = version === undefined ? '' : `  version ${version}  unread ${unread_count}`;
  return `${time}  ${type}${state}${notification ? describeNotification(notification) : ''}`;
}

function describeNotification({ id, status, title, body }: Required<Frame>['notification']): string {
  const text = title === undefined ? '' : `  “${title}” ${body}`;
  return `  #${id} ${status}${text}`;
}
