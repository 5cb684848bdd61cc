import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { listen } from '../http-server.ts';
import { type PortHolder, portHolder } from './port-holder.ts';

/** What each port of a system is for. The order is that of the ports, which follow one another. */
const purposes = {
  http: 'HTTP API',
  socket: 'WebSocket API',
  aws: 'AWS endpoint',
  demo: 'demo page',
  postgres: 'PostgreSQL',
};

/** The ports of a system on 127.0.0.1. 0 takes a free one. */
export type Ports = Record<keyof typeof purposes, number>;

const count = Object.keys(purposes).length;
/** Below it, only root may listen, and PostgreSQL never runs as root. */
const lowest = 1_024;
const highest = 65_536 - count;

/**
 * The ports that the option `--port` asks for.
 * @throws Error if there are no such ports, or only root may use them
 */
export function portsFrom(text: string): Ports {
  const first = Number(text);
  const isInRange = first === 0 || (first >= lowest && first <= highest);
  if (!/^\d+$/.test(text) || !isInRange) {
    throw new Error(
      `--port must be a number from ${lowest} to ${highest}, or 0 for free ports; it is ${JSON.stringify(text)}.`,
    );
  }
  const port = (offset: number) => (first === 0 ? 0 : first + offset);
  return { http: port(0), socket: port(1), aws: port(2), demo: port(3), postgres: port(4) };
}

/**
 * Looks at the ports before anything is built for them.
 * @throws Error naming each port that is taken, what it is for, who has it as far as can be found out, and what to do
 */
export async function checkPorts(ports: Ports): Promise<void> {
  if (ports.http === 0) return;
  const wanted = Object.values(ports);
  const free = await Promise.all(wanted.map(isFree));
  const taken = Object.entries(purposes).flatMap(([name, purpose], index) =>
    free[index] ? [] : [{ port: wanted[index] ?? 0, purpose, name }],
  );
  if (taken.length === 0) return;
  const holders = taken.map(({ port }) => portHolder(port));
  const lines = taken.map(
    ({ port, purpose }, index) => `  ${port}  ${purpose}: ${describe(holders[index], port)}`,
  );
  const isBelfry = holders.some((holder) => holder?.start);
  const remedy = isBelfry
    ? 'Use the Belfry that runs, or end it with Ctrl-C in its terminal. To run another one beside it, take other ports:'
    : 'End what listens there, or take other ports:';
  throw new Error(
    `npm start needs the ports ${wanted[0]} to ${wanted.at(-1)}. Taken:\n${lines.join('\n')}\n${remedy} npm start -- --port ${await freeBeyond(ports.http)}`,
  );
}

function describe(holder: PortHolder | undefined, port: number): string {
  if (!holder) return `another program has it. \`lsof -nP -iTCP:${port} -sTCP:LISTEN\` shows which`;
  const { user, process, start } = holder;
  if (start) return `Belfry has it, the npm start in ${start.folder} (process ${start.id})`;
  return process ? `${process.command} has it (process ${process.id})` : `a program of user ${user} has it`;
}

/** The first port after `taken`, in steps of ten, where all ports are free. 0, which takes any, if there is none nearby. */
async function freeBeyond(taken: number): Promise<number> {
  for (let first = taken + 10; first <= Math.min(taken + 1_000, highest); first += 10) {
    const all = Array.from({ length: count }, (_, offset) => isFree(first + offset));
    if (!(await Promise.all(all)).includes(false)) return first;
  }
  return 0;
}

/**
 * Whether no program listens on a port of this machine. One on `[::1]` counts too: under the name `localhost`, browsers and
 * programs would reach it instead of us.
 */
async function isFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1'] as const) {
    if (!(await canListen(port, host)) || (await isAnswered(port, host))) return false;
  }
  return true;
}

async function canListen(port: number, host: '127.0.0.1' | '::1'): Promise<boolean> {
  const server = createServer((socket) => socket.destroy());
  try {
    await listen(server, port, host);
  } catch (error) {
    // Without IPv6, no other program can listen there either.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** On macOS, one program can listen on an address while another listens on all of them. */
async function isAnswered(port: number, host: string): Promise<boolean> {
  const socket = connect({ port, host, timeout: 500 });
  // While nothing listens, Linux can connect a socket to itself.
  const isOther = () => socket.localPort !== port;
  try {
    return await Promise.race([
      once(socket, 'connect').then(isOther),
      once(socket, 'timeout').then(() => false),
    ]);
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
