import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { Guard, Refusal } from './guards.ts';

/** How a server treats what a client asks for, and what it looks at before. */
interface Served<Listener> {
  guards: readonly Guard[];
  listener: Listener;
}

type UpgradeListener = (request: IncomingMessage, stream: Duplex, head: Buffer) => void;

/** What a server of this machine serves. Without `upgrades` there are none. */
interface GuardedServerOptions extends Pick<ServerOptions, 'maxHeaderSize'> {
  requests: Served<RequestListener>;
  upgrades?: Served<UpgradeListener>;
}

/**
 * How long an idle connection stays open. Node's 5 s are so short that each wave of a burst would connect anew, and for each
 * new connection a guard may look for the program behind it.
 */
const keptAliveMs = 60_000;

/**
 * Makes an HTTP server. A guard that refuses answers in its place, with `{"message":"…"}`. Every server of this folder is
 * made here, so that none can be without guards.
 */
export function createGuardedServer({ requests, upgrades, ...options }: GuardedServerOptions): Server {
  const server = createServer({ ...options, keepAliveTimeout: keptAliveMs }, (request, response) => {
    const refusal = refusalBy(requests.guards, request);
    if (!refusal) return requests.listener(request, response);
    const body = JSON.stringify({ message: refusal.message });
    response.writeHead(refusal.status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
  if (upgrades) {
    server.on('upgrade', (request, stream, head) => {
      // Without a listener, the process would end if a client closes the connection while it waits.
      stream.on('error', () => stream.destroy());
      const refusal = refusalBy(upgrades.guards, request);
      if (refusal) refuseUpgrade(stream, refusal);
      else upgrades.listener(request, stream, head);
    });
  }
  return server;
}

function refusalBy(guards: readonly Guard[], request: IncomingMessage): Refusal | undefined {
  for (const guard of guards) {
    const refusal = guard(request);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Answers an upgrade with a status and `{"message":"…"}`, and closes the connection. */
export function refuseUpgrade(stream: Duplex, { status, message }: Refusal): void {
  const body = JSON.stringify({ message });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
