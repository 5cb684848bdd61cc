import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { inboxReader } from '../../functions/platform/container.ts';
import type { ManagedDatabaseEnvironment } from '../../functions/platform/environment.ts';
import { fatalResponse, readStartupPacket } from '../../local/database/postgres-wire.ts';

/**
 * What a session may set at its start through RDS Proxy.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connecting.html#rds-proxy-connecting-postgresql
 */
const taken = [
  ...['user', 'database', 'application_name', 'client_encoding', 'DateStyle', 'TimeZone'],
  ...['extra_float_digits', 'search_path'],
];

/** What a function sets when it connects to a server, which then refuses it. */
async function settingsOf(isProxy: boolean): Promise<string[]> {
  const started = Promise.withResolvers<Buffer>();
  const server = createServer(async (socket) => {
    const packet = await readStartupPacket(socket, AbortSignal.timeout(10_000));
    if (packet.kind === 'startup') started.resolve(packet.bytes);
    socket.end(fatalResponse('28P01', 'No.'));
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // The cast: it listens on a port.
  const { port } = server.address() as AddressInfo;
  // Without TLS, which RDS Proxy requires, so that the server can read it.
  vi.stubEnv('DATABASE_URL', `postgres://user:password@127.0.0.1:${port}/belfry?sslmode=disable`);
  vi.stubEnv('DATABASE_IS_PROXY' satisfies keyof ManagedDatabaseEnvironment, isProxy ? 'true' : undefined);
  vi.stubEnv('LAMBDA_TASK_ROOT', import.meta.dirname);
  const read = inboxReader().unreadCount('00000000-0000-4000-8000-000000000000');
  await expect(read).rejects.toThrow('The database');
  // The names and the values by turns, after the length and the version.
  const texts = (await started.promise).toString('utf8', 8).split('\0');
  return texts.filter((text, index) => index % 2 === 0 && text !== '');
}

afterEach(() => vi.unstubAllEnvs());

describe('A function', () => {
  it('sets nothing through a proxy that RDS Proxy refuses', async () => {
    const settings = await settingsOf(true);
    expect(settings).toEqual(expect.arrayContaining(['user', 'database', 'application_name']));
    expect(settings.filter((name) => !taken.includes(name))).toEqual([]);
  });

  it('limits its statements itself without a proxy', async () => {
    expect(await settingsOf(false)).toContain('statement_timeout');
  });
});
