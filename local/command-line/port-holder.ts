import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The program that listens on a port of this machine. What this user may not see is undefined. */
export interface PortHolder {
  /** The id of its user. */
  user: number;
  process: { id: number; command: string } | undefined;
  /** The `npm start` that it belongs to: the process, and the folder in which it runs. */
  start: { id: number; folder: string } | undefined;
}

/**
 * Finds out from Linux which program listens on a port, on any address. Undefined if no program does, and on other systems.
 * @see https://www.kernel.org/doc/html/latest/filesystems/proc.html
 */
export function portHolder(port: number): PortHolder | undefined {
  const socket = ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap(listeningSockets)
    .find((one) => one.port === port);
  if (!socket) return undefined;
  const id = processIds().find((each) => hasSocket(each, socket.inode));
  return {
    user: socket.user,
    process: id === undefined ? undefined : { id, command: commandOf(id)[0] ?? '' },
    start: id === undefined ? undefined : startAbove(id),
  };
}

function listeningSockets(table: string): { port: number; user: number; inode: string }[] {
  const rows = contentOf(table)
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([, local = '', , state, , , , user, , inode = '']) =>
    // 0A: the socket listens.
    state === '0A'
      ? [{ port: Number.parseInt(local.split(':')[1] ?? '', 16), user: Number(user), inode }]
      : [],
  );
}

/** The `npm start` among a process, its parent, and so on. PostgreSQL and the example are processes of their own. */
function startAbove(id: number): PortHolder['start'] {
  if (id <= 1) return undefined;
  if (!commandOf(id).some((word) => word.endsWith('local/command-line/start.ts'))) {
    // The name of the program is in parentheses, and may have some itself.
    const [, parent] = contentOf(`/proc/${id}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ');
    return startAbove(Number(parent ?? 0));
  }
  const folder = linkOf(`/proc/${id}/cwd`);
  return folder === undefined ? undefined : { id, folder };
}

const processIds = () =>
  namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const hasSocket = (id: number, inode: string) =>
  namesIn(`/proc/${id}/fd`).some((name) => linkOf(`/proc/${id}/fd/${name}`) === `socket:[${inode}]`);

const commandOf = (id: number) => contentOf(`/proc/${id}/cmdline`).split('\0').filter(Boolean);

const contentOf = (file: string) => whereAllowed(() => readFileSync(file, 'utf8')) ?? '';
const linkOf = (file: string) => whereAllowed(() => readlinkSync(file));
const namesIn = (directory: string) => whereAllowed(() => readdirSync(directory)) ?? [];

/** Undefined if the process has ended, if it is of another user, or if there is no `/proc`. */
function whereAllowed<Found>(look: () => Found): Found | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
