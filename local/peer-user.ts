import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { endianness } from 'node:os';
import { listen } from './http-server.ts';

/** Where Linux lists its TCP sockets. Java connects to 127.0.0.1 by a socket of IPv6. */
const tables = ['/proc/net/tcp', '/proc/net/tcp6'];

/**
 * The id of the user whose program is at the other end of a connection within this machine. Undefined if the program has
 * closed it already.
 * @see https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
 */
export function peerUser(socket: Socket): number | undefined {
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket;
  const peer = endOf(remoteAddress, remotePort);
  const own = endOf(localAddress, localPort);
  // A connection that is newer than the snapshot is in the next one.
  return userAmong(snapshot ?? takeSnapshot(), peer, own) ?? userAmong(takeSnapshot(), peer, own);
}

/**
 * The tables as they are in this turn of the event loop. With thousands of sockets the kernel takes 30 ms to write them, and
 * a burst asks for hundreds of connections in one turn.
 */
let snapshot: string[] | undefined;

function takeSnapshot(): string[] {
  if (!snapshot) setImmediate(() => (snapshot = undefined)).unref();
  snapshot = tables.map(contentOf);
  return snapshot;
}

function userAmong(contents: readonly string[], peer: string, own: string): number | undefined {
  for (const content of contents) {
    const user = userIn(content, peer, own);
    if (user !== undefined) return user;
  }
  return undefined;
}

/** Empty if there is no such table, or if it is closed to this user. The kernel makes it, so that nothing waits for a disk. */
function contentOf(table: string): string {
  try {
    return readFileSync(table, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The user of the socket that a table lists from `peer` to `own`. A socket without an inode belongs to no program any more,
 * and is listed as one of root.
 */
export function userIn(table: string, peer: string, own: string): number | undefined {
  // Hundreds of connections at once ask for one line each, of a table with thousands. So other lines are not taken apart.
  for (let at = table.indexOf(`${peer} `); at >= 0; at = table.indexOf(`${peer} `, at + 1)) {
    const line = table.slice(table.lastIndexOf('\n', at) + 1, table.indexOf('\n', at) >>> 0);
    const [, local = '', remote = '', , , , , user, , inode] = line.trim().split(/\s+/);
    if (local.endsWith(peer) && remote.endsWith(own) && inode !== '0') return Number(user);
  }
  return undefined;
}

/** An IPv4 address and a port, as the tables have them: the address in the byte order of this machine. */
export function endOf(address: string, port: number): string {
  const bytes = address.split('.').map(Number);
  if (endianness() === 'LE') bytes.reverse();
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  return `${bytes.map((byte) => hex(byte, 2)).join('')}:${hex(port, 4)}`;
}

/** Whether the user of a connection can be found out here. Tried on a connection of this process, which runs as `user`. */
export async function canFindPeerUsers(user: number): Promise<boolean> {
  const server = createServer();
  const client = connect(await listen(server, 0), '127.0.0.1');
  const [accepted]: Socket[] = await once(server, 'connection');
  const found = accepted && peerUser(accepted);
  client.destroy();
  accepted?.destroy();
  server.close();
  return found === user;
}
