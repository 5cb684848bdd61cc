import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../local/http-server.ts';
import { endOf, peerUser, userIn } from '../../local/peer-user.ts';

/** Both ends of a connection within this process. */
async function connected(host: string): Promise<{ client: Socket; accepted: Socket }> {
  const server = createServer({ pauseOnConnect: true });
  const client = connect(await listen(server, 0), host);
  const [accepted]: Socket[] = await once(server, 'connection');
  if (!accepted) throw new Error('There is no connection.');
  onTestFinished(() => {
    client.destroy();
    accepted.destroy();
    server.close();
  });
  return { client, accepted };
}

describe.runIf(process.platform === 'linux')('the user at the other end of a connection', () => {
  it.each([
    ['IPv4', '127.0.0.1'],
    ['IPv6, as Java does', '::ffff:127.0.0.1'],
  ])('is found by %s', async (_, host) => {
    expect(peerUser((await connected(host)).accepted)).toBe(process.getuid?.());
  });

  it('is unknown after its program has closed the connection, and is not taken for root', async () => {
    const { client, accepted } = await connected('127.0.0.1');
    client.write('a request that is read later');
    client.end();
    client.destroy();
    await once(client, 'close');
    expect(peerUser(accepted)).toBeUndefined();
  });
});

describe('the table of sockets', () => {
  const own = endOf('127.0.0.1', 4402);
  const peer = endOf('127.0.0.1', 50_000);
  const row = (local: string, remote: string, user: number, inode: number) =>
    `   3: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000  ${user}        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;

  it('names the user of the socket from the peer to this end, and not of the one back', () => {
    const table = ['  sl  local_address rem_address', row(own, peer, 1, 10), row(peer, own, 1000, 11)].join(
      '\n',
    );
    expect(userIn(table, peer, own)).toBe(1000);
  });

  it('names none for a socket that no program holds, which the kernel lists as one of root', () => {
    expect(userIn(row(peer, own, 0, 0), peer, own)).toBeUndefined();
  });

  it('names none if the socket is not there', () => {
    expect(userIn('', peer, own)).toBeUndefined();
  });
});
