import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { inboxReader } from '../../functions/platform/container.ts';
import type { ManagedDatabaseEnvironment } from '../../functions/platform/environment.ts';
import { fatalResponse, readStartupPacket } from '../../local/database/postgres-wire.ts';
import { codeFolder } from '../support/code-folder.ts';

const user_id = '00000000-0000-4000-8000-000000000000';

/**
 * What a session may set at its start through RDS Proxy.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connecting.html#rds-proxy-connecting-postgresql
 */
const settable = [
  ...['user', 'database', 'application_name', 'client_encoding', 'DateStyle', 'TimeZone'],
  ...['extra_float_digits', 'search_path'],
];

/**
 * What makes RDS Proxy give a session a connection of its own. Statements with a name, which the protocol prepares, do not.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html
 */
const pinning =
  /set_config|\b(SET|PREPARE|EXECUTE|DEALLOCATE|DISCARD|DECLARE|LISTEN|LOAD)\b|\bTEMP(ORARY)?\b|nextval|setval|pg_(try_)?advisory_(?!xact)/i;
const longestText = 16 * 1024;

/** A PostgreSQL that lets everyone in and fails every statement, and what it was sent. */
async function recordingServer() {
  const settings: string[] = [];
  const statements: string[] = [];
  const server = createServer(async (socket) => {
    socket.on('error', () => {});
    const packet = await readStartupPacket(socket, AbortSignal.timeout(10_000));
    if (packet.kind !== 'startup') throw new Error('A startup packet was expected.');
    // The names and the values by turns, after the length and the version.
    const texts = packet.bytes.toString('utf8', 8).split('\0');
    settings.push(...texts.filter((text, index) => index % 2 === 0 && text !== ''));
    socket.write(Buffer.concat([Buffer.from('R\0\0\0\x08\0\0\0\0'), ready]));
    answer(socket, (text) => statements.push(text));
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // The cast: it listens on a port.
  const { port } = server.address() as AddressInfo;
  return { port, settings, statements };
}

const ready = Buffer.from('Z\0\0\0\x05I');

/** Tells of the text of each statement, and answers each end of a round trip with an error. */
function answer(socket: Socket, onText: (text: string) => void): void {
  let received = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
    while (received.length >= 5 && received.length > received.readUInt32BE(1)) {
      const end = 1 + received.readUInt32BE(1);
      const [type, body] = [received.toString('latin1', 0, 1), received.toString('utf8', 5, end)];
      received = received.subarray(end);
      if (type === 'Q') onText(body.replace('\0', ''));
      // The name of a Parse message comes first.
      if (type === 'P') onText(body.split('\0')[1] ?? '');
      if (type === 'Q' || type === 'S') socket.write(Buffer.concat([fatalResponse('42P01', 'No.'), ready]));
    }
  });
}

/** What a function sends when it reads an inbox. */
async function whatIsSent({ isProxy }: { isProxy: boolean }) {
  const { port, ...sent } = await recordingServer();
  // Without TLS, which RDS Proxy requires, so that the server can read it.
  vi.stubEnv('DATABASE_URL', `postgres://user:password@127.0.0.1:${port}/belfry?sslmode=disable`);
  vi.stubEnv('DATABASE_IS_PROXY' satisfies keyof ManagedDatabaseEnvironment, isProxy ? 'true' : undefined);
  vi.stubEnv('LAMBDA_TASK_ROOT', codeFolder('{"scopes":[],"types":{},"strictTypes":false}'));
  const reader = inboxReader();
  for (const read of [() => reader.unreadCount(user_id), () => reader.changes(user_id, 0)])
    await expect(read()).rejects.toThrow();
  return sent;
}

afterEach(() => vi.unstubAllEnvs());

describe('A function', () => {
  it('sets nothing through a proxy that RDS Proxy refuses', async () => {
    const { settings } = await whatIsSent({ isProxy: true });
    expect(settings).toEqual(expect.arrayContaining(['user', 'database', 'application_name']));
    expect(settings.filter((name) => !settable.includes(name))).toEqual([]);
  });

  it('limits its statements itself without a proxy', async () => {
    expect((await whatIsSent({ isProxy: false })).settings).toContain('statement_timeout');
  });

  it('sends nothing through a proxy after which it would keep a connection for itself', async () => {
    const { statements } = await whatIsSent({ isProxy: true });
    expect(statements.length).toBeGreaterThanOrEqual(2);
    expect(statements.filter((text) => pinning.test(text) || text.length > longestText)).toEqual([]);
  });
});
