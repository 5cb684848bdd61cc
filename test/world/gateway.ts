import type { ServerFrame } from '../../functions/core/frames.ts';
import type { Connection } from '../../functions/core/ports.ts';
import type { PostOutcome } from '../../functions/realtime/socket-gateway.ts';
import type { Dice } from './dice.ts';
import { type Journal, nameOf, type Trace } from './journal.ts';
import type { Loop } from './loop.ts';
import { readToken } from './tokens.ts';
import type { Weather } from './weather.ts';

const minutes = 60_000;
const longestLifeMs = 120 * minutes;
const longestSilenceMs = 10 * minutes;
/** How late the gateway answers a post when it answers too late. */
const timeoutMs = 3_000;

/** The other end of a socket, behind a network of its own. */
export interface Peer {
  opened(): void;
  /** A text has come, or the socket was closed. */
  heard(text: string): void;
  closed(): void;
}

/** A socket as the gateway has it. */
export interface GatewaySocket {
  connection_id: string;
  peer: Peer;
  state: 'opening' | 'open' | 'closed';
  /** As it was registered. */
  connection?: Connection;
  /** When pushes to it must end. */
  expiresAt: number;
  heardAt: number;
  /** It was told goodbye. */
  isReplaced: boolean;
}

export type Gateway = ReturnType<typeof createGateway>;

/**
 * API Gateway's WebSocket API: sockets with its limits, and what functions do to them by `@connections`. A socket is known
 * from its upgrade on, and answers 410 until its `$connect` has returned.
 *
 * @param onDisconnect told of each socket that has ended
 */
export function createGateway({
  loop,
  weather,
  journal,
  trace,
  installation,
  onDisconnect,
}: {
  loop: Loop;
  weather: Weather;
  journal: Journal;
  trace: Trace;
  installation: { minimumLifetimeMs: number };
  onDisconnect: (connection_id: string) => void;
}) {
  const sockets = new Map<string, GatewaySocket>();
  const usersReplaced = new Set<string>();
  let pings = 0;

  /** The contract's own rule: with the token, but not before the minimum has passed, and after two hours for sure. */
  function expiryOf(token: string, now: number): number {
    const atLeast = Math.max(readToken(token).exp * 1_000, now + installation.minimumLifetimeMs);
    return Math.min(now + longestLifeMs, atLeast);
  }

  function end(socket: GatewaySocket, why: string): void {
    if (socket.state === 'closed') return;
    trace?.(`${socket.connection_id} ended: ${why}`);
    socket.state = 'closed';
    sockets.delete(socket.connection_id);
    socket.peer.closed();
    onDisconnect(socket.connection_id);
  }

  /** Ends a socket that has been silent for too long. */
  function watch(socket: GatewaySocket): void {
    const silence = loop.now() - socket.heardAt;
    if (silence >= longestSilenceMs) end(socket, 'it was silent');
    else loop.after(longestSilenceMs - silence, () => socket.state === 'open' && watch(socket));
  }

  function check(socket: GatewaySocket, frame: ServerFrame): void {
    if (!('version' in frame) || !socket.connection) return;
    const { user_id } = socket.connection;
    journal.pushed(user_id, frame);
    if (loop.now() >= socket.expiresAt) {
      const late = loop.now() - socket.expiresAt;
      journal.violate(
        'not past the lifetime',
        `${socket.connection_id} of ${nameOf(user_id)}, by ${late} ms`,
      );
    }
  }

  return {
    sockets,
    /** Users of whom some connection was told goodbye. */
    usersReplaced,
    /** How many pings have come. */
    pings: () => pings,
    /** An upgrade: `admit` is the function behind `$connect`. */
    async connect(
      connection_id: string,
      token: string,
      peer: Peer,
      admit: (socket: GatewaySocket) => Promise<number>,
    ): Promise<void> {
      const socket: GatewaySocket = {
        connection_id,
        peer,
        state: 'opening',
        heardAt: loop.now(),
        expiresAt: expiryOf(token, loop.now()),
        isReplaced: false,
      };
      sockets.set(connection_id, socket);
      const status = await admit(socket).catch(() => 500);
      if (socket.state !== 'opening') return;
      if (status !== 200) return end(socket, `$connect answered ${status}`);
      socket.state = 'open';
      trace?.(`${connection_id} open for ${nameOf(socket.connection?.user_id ?? '')}`);
      peer.opened();
      watch(socket);
      loop.after(longestLifeMs, () => end(socket, 'it was two hours old'));
    },
    /** What a client says. */
    hear(connection_id: string): void {
      const socket = sockets.get(connection_id);
      if (socket?.state !== 'open') return;
      pings += 1;
      socket.heardAt = loop.now();
      socket.peer.heard('{"type":"pong"}');
    },
    /** The socket is gone, and its client does not learn it. */
    forget(connection_id: string): void {
      const socket = sockets.get(connection_id);
      if (!socket) return;
      socket.peer = { ...socket.peer, closed: () => {} };
      end(socket, 'a proxy forgot it');
    },
    /** The client, or its network, has closed the socket. */
    hangUp(connection_id: string): void {
      const socket = sockets.get(connection_id);
      if (socket) end(socket, 'the client hung up');
    },
    async post(connection_id: string, text: string, dice: Dice): Promise<PostOutcome> {
      const socket = sockets.get(connection_id);
      if (socket?.state !== 'open') return 'gone';
      const frame: ServerFrame = JSON.parse(text);
      check(socket, frame);
      const isFailing = dice.chance(weather.postFailure);
      if (isFailing && dice.chance(0.5)) return 'failed';
      if (frame.type === 'goodbye') {
        socket.isReplaced = true;
        usersReplaced.add(socket.connection?.user_id ?? '');
      }
      socket.heardAt = loop.now();
      socket.peer.heard(text);
      if (!isFailing) return 'posted';
      await loop.sleep(timeoutMs);
      return 'failed';
    },
    async close(connection_id: string, dice: Dice): Promise<'closed' | 'gone' | 'failed'> {
      const socket = sockets.get(connection_id);
      if (socket?.state !== 'open') return 'gone';
      if (dice.chance(weather.postFailure)) return 'failed';
      end(socket, 'the service closed it');
      return 'closed';
    },
  };
}
