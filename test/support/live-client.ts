import { onTestFinished, vi } from 'vitest';
import { createNotificationClient } from '../../client/src/client.ts';
import { browserEnvironment, type Environment, type Socket } from '../../client/src/environment.ts';
import type { NotificationClient } from '../../client/src/types.ts';
import type { Installation } from './installation.ts';

/** A client of a user that is in step with the running system. */
export interface LiveClient {
  client: NotificationClient;
  /** The sockets that it has opened. */
  sockets: Socket[];
  /** Closes its line. */
  cut(): void;
  /** The titles of what was announced, in that order. */
  rung: string[];
}

/** How long a test waits for a client to come into step. */
export const wait = { timeout: 20_000 };

/** The titles that a client shows, the newest first. */
export const titles = (client: NotificationClient) =>
  client.getSnapshot().notifications.map(({ title }) => title);

/**
 * Starts a client, on a device of its own or in a tab of this process, and waits until it is live. The test's end stops it.
 * @param onDone calls what stops it at the right time; left out, at the end of the test
 */
export async function liveClient(
  belfry: Installation,
  user: string,
  { isTab = false, onDone = onTestFinished }: { isTab?: boolean; onDone?: (stop: () => void) => void } = {},
): Promise<LiveClient> {
  const sockets: Socket[] = [];
  const environment: Environment = {
    ...browserEnvironment(),
    // Node has locks and channels of its own, by which all clients of a process are tabs of one browser.
    ...(!isTab && { locks: undefined }),
    openSocket(url) {
      const socket = new WebSocket(url);
      sockets.push(socket);
      return socket;
    },
  };
  const { HttpApiUrl: apiUrl, WebSocketUrl: webSocketUrl } = belfry.outputs;
  const client = createNotificationClient(
    { apiUrl, webSocketUrl, getToken: () => belfry.token(user) },
    environment,
  );
  const rung: string[] = [];
  client.on('notification', ({ title }) => rung.push(title));
  client.start();
  onDone(() => client.stop());
  const isLive = () => {
    const { status, isLoading } = client.getSnapshot();
    if (status !== 'live' || isLoading) throw new Error(`The client is ${status}.`);
  };
  await vi.waitFor(isLive, wait);
  return { client, sockets, cut: () => sockets.at(-1)?.close(), rung };
}
