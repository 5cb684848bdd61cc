import { once } from 'node:events';
import pg from 'pg';
import { type WebSocket, WebSocketServer } from 'ws';

const { DATABASE_URL, PORT } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, application_name: 'floor' });

/** The open sockets of each user. A socket names its user in the path of its URL. */
const socketsOf = new Map<string, Set<WebSocket>>();
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(PORT) });
server.on('connection', (socket, { url = '' }) => {
  const user_id = url.slice(1);
  const own = socketsOf.get(user_id) ?? new Set();
  socketsOf.set(user_id, own.add(socket));
  socket.on('close', () => own.delete(socket));
});
await once(server, 'listening');

const statement = `
  WITH inbox AS (
    INSERT INTO inboxes AS i (user_id, version, unread_count)
    SELECT user_id, 1, 1 FROM unnest($1::uuid[]) AS user_id ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET version = i.version + 1, unread_count = i.unread_count + 1
    RETURNING user_id, version, unread_count, clock_timestamp() AS at
  ), n AS (
    INSERT INTO notifications (user_id, title, body, metadata, created_at, updated_at, version, idempotency_key)
    SELECT user_id, $2, $3, $4, at, at, version, $5 FROM inbox RETURNING *)
  SELECT n.*, inbox.unread_count FROM n JOIN inbox USING (user_id)`;

interface Command {
  user_ids: string[];
  title: string;
  body: string;
  metadata: object;
  idempotency_key: string;
}

/** Stores a notification for each user, and sends it to all sockets of the user. */
export async function handler(command: Command): Promise<void> {
  const { user_ids, title, body, metadata } = command;
  const values = [user_ids, title, body, JSON.stringify(metadata), command.idempotency_key];
  const { rows } = await pool.query({ name: 'create', text: statement, values });
  for (const { unread_count, idempotency_key: _, ...row } of rows) {
    const { user_id } = row;
    const notification = { ...row, id: Number(row.id), version: Number(row.version) };
    const { version } = notification;
    const frame = { type: 'notification.created', user_id, version, unread_count, notification };
    const text = JSON.stringify(frame);
    for (const socket of socketsOf.get(user_id) ?? []) socket.send(text);
  }
}
