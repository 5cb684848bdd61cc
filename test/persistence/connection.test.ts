import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Unavailable } from '../../functions/core/errors.ts';
import { connect } from '../../functions/persistence/connection.ts';

/** PostgreSQL's code for "shall we encrypt?": https://www.postgresql.org/docs/18/protocol-message-formats.html */
const sslRequestCode = 80877103;

/** Version 3.0 of the protocol: a start without encryption. */
const startupCode = 196608;

/** A server that has no TLS, and what clients say to it first. Without a path it listens at a free port. */
async function startPlainServer(path?: string) {
  const firstCodes: number[] = [];
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (received.push(data) === 1) firstCodes.push(data.readInt32BE(4));
      if (firstCodes.includes(sslRequestCode)) socket.write('N');
      else socket.destroy();
    });
  });
  if (path) server.listen(path);
  else server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port = 0 } = server.address() as Partial<AddressInfo>;
  // 0.0.0.0 leads to this machine, and is none of the names by which it is known.
  return { url: `postgres://user:password@0.0.0.0:${port}/app`, firstCodes, received };
}

describe('A connection to an existing database on another machine', () => {
  it('asks for encryption if its string says nothing of it, and sends nothing to a server that has none', async () => {
    const { url, firstCodes, received } = await startPlainServer();
    const refused = await connect({ connectionString: url }, {}).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Unavailable);
    expect(firstCodes).toEqual([sslRequestCode]);
    expect(Buffer.concat(received)).toHaveLength(8);
  });

  it.each(['host=0.0.0.0', 'host=localhost&host=0.0.0.0'])(
    'does so too if only its parameters name that machine: %s',
    async (parameters) => {
      const { url, firstCodes } = await startPlainServer();
      const misleading = `${url.replace('0.0.0.0', 'localhost')}?${parameters}`;
      await expect(connect({ connectionString: misleading }, {})).rejects.toThrow('The database');
      expect(firstCodes).toEqual([sslRequestCode]);
    },
  );

  it.each(['require', 'verify-full', 'prefer'])('takes sslmode=%s for the same', async (sslmode) => {
    const { url, firstCodes, received } = await startPlainServer();
    await expect(connect({ connectionString: `${url}?sslmode=${sslmode}` }, {})).rejects.toThrow(
      'The database',
    );
    expect(firstCodes).toEqual([sslRequestCode]);
    expect(Buffer.concat(received)).toHaveLength(8);
  });

  it('is plain if its string says so', async () => {
    const { url, firstCodes } = await startPlainServer();
    await expect(connect({ connectionString: `${url}?sslmode=disable` }, {})).rejects.toThrow('The database');
    expect(firstCodes).toEqual([startupCode]);
  });
});

describe('A connection to an existing database on this machine', () => {
  it.each([
    ['the host of the URL', (url: string) => url.replace('0.0.0.0', 'localhost')],
    ['a parameter', (url: string) => `${url}?host=127.0.0.1`],
    [
      'the host of the URL, and an empty parameter',
      (url: string) => `${url.replace('0.0.0.0', '127.0.0.1')}?host=`,
    ],
  ])('is plain if its string says nothing of it: by %s', async (_, named) => {
    const { url, firstCodes } = await startPlainServer();
    await expect(connect({ connectionString: named(url) }, {})).rejects.toThrow('The database');
    expect(firstCodes).toEqual([startupCode]);
  });

  it.each([
    ['a parameter', (path: string) => `postgres://user:password@localhost:5432/app?host=${path}`],
    [
      'the host of the URL',
      (path: string) => `postgres://user:password@${encodeURIComponent(path)}:5432/app`,
    ],
  ])('is plain over a Unix socket, named by %s', async (_, named) => {
    const directory = await mkdtemp(join(tmpdir(), 'belfry-socket-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const { firstCodes } = await startPlainServer(join(directory, '.s.PGSQL.5432'));
    await expect(connect({ connectionString: named(directory) }, {})).rejects.toThrow('The database');
    expect(firstCodes).toEqual([startupCode]);
  });
});
