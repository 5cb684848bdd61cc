import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { endOf } from '../../local/peer-user.ts';
import { descendantsOf } from './processes.ts';

/** The ports on which a process and all that it has started listen, by what Linux says of its sockets. */
export function listeningPorts(pid: number): { onThisMachine: number[]; elsewhere: string[] } {
  const inodes = new Set([pid, ...descendantsOf(pid).map((each) => each.pid)].flatMap(socketsOf));
  const ends = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      // 0A: the socket listens.
      .filter(([, , , state, , , , , , inode = '']) => state === '0A' && inodes.has(inode))
      .map(([, local = '']) => local),
  );
  const [loopback = ''] = endOf('127.0.0.1', 0).split(':');
  const isHere = (end: string) =>
    end.startsWith(`${loopback}:`) || end.startsWith(`${'0'.repeat(24)}01000000:`);
  return {
    onThisMachine: ends.filter(isHere).map((end) => Number.parseInt(end.split(':')[1] ?? '', 16)),
    elsewhere: ends.filter((end) => !isHere(end)),
  };
}

/** What is answered to a page of another site, whose name was rebound to this machine. */
export async function answerToForeignName(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n');
  // A server that speaks something else may wait for more, or break the connection.
  socket.setTimeout(2_000, () => socket.destroy());
  return text(socket).catch(() => '');
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return []; // It has ended meanwhile.
  }
}
