import type { Environment, Socket } from './environment.ts';

/** A socket, from the pause before it is opened until it is closed. */
export interface ServiceSocket {
  /**
   * 0 during the pause. Counts from the request for the token: a tab that was frozen meanwhile learns late that the
   * socket is open, but the service does not wait.
   */
  startedAt: number;
  /** When the service has last said something. */
  heardAt: number;
  socket?: Socket;
  /** Ends the pause, or the time in which the socket must open or answer a ping. */
  cancel?: (() => void) | undefined;
}

interface HeartbeatDependencies {
  environment: Environment;
  /** Called if a ping has no answer. */
  onDead(socket: ServiceSocket): void;
}

/**
 * Finds out if a socket is dead. A proxy may forget a socket that is silent for a minute, and not say so, and its close
 * event can take minutes after sleep. While the user sees a page, a ping keeps the socket in use.
 */
export function createHeartbeat({ environment: { now, after }, onDead }: HeartbeatDependencies) {
  /** API Gateway closes a WebSocket after 10 minutes without a message. */
  const longestSilenceMs = 8 * 60_000;
  /** With a tick each 25 seconds, a ping goes out each 50 seconds, and at the latest after 55 seconds of silence. */
  const longestSilenceInSightMs = 30_000;
  const pongWithinMs = 5_000;

  function ping(current: ServiceSocket): void {
    if (current.cancel) return;
    current.cancel = after(pongWithinMs, () => onDead(current));
    current.socket?.send('{"action":"ping"}');
  }

  return {
    ping,
    /**
     * Pings if the service has been silent for too long.
     * @param isInSight the user sees a page whose news come by this socket
     * @returns whether a ping has no answer yet
     */
    test(current: ServiceSocket, isInSight: boolean): boolean {
      const mostMs = isInSight ? longestSilenceInSightMs : longestSilenceMs;
      if (now() - current.heardAt >= mostMs) ping(current);
      return !!current.cancel;
    },
    /** The service has spoken. */
    settle(from: ServiceSocket): void {
      from.heardAt = now();
      from.cancel?.();
      from.cancel = undefined;
    },
  };
}
