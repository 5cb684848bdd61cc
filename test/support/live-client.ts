import type { JWTPayload } from 'jose';
import { onTestFinished, vi } from 'vitest';
import { createNotificationClient } from '../../client/src/client.ts';
import { browserEnvironment, type Environment, type Socket } from '../../client/src/environment.ts';
import type { ConnectionStatus, NotificationClient } from '../../client/src/types.ts';
import type { Installation } from './installation.ts';
import { patience } from './patience.ts';

/** A client of a user that has come into step with the running system. */
export interface LiveClient {
  user: string;
  client: NotificationClient;
  /** The sockets that it has opened. */
  sockets: Socket[];
  /** Closes its line. */
  cut(): void;
  /** The titles of what it has announced, in that order. */
  rung: string[];
  /** Every status that it has had, in that order; one may be over before anybody looks. */
  statuses: ConnectionStatus[];
}

interface LiveClientOptions {
  /** Whether it shares a socket with the other tabs of this process. Default: false. */
  isTab?: boolean;
  /** Further claims of its tokens. */
  claims?: JWTPayload;
}

/** The titles that a client shows, the newest first. */
export const titles = (client: NotificationClient) =>
  client.getSnapshot().notifications.map(({ title }) => title);

/** Starts a client, on a device of its own or in a tab of this process, and waits until it is live; the test's end stops it. */
export async function liveClient(
  belfry: Installation,
  user: string,
  options: LiveClientOptions = {},
): Promise<LiveClient> {
  const live = start(belfry, user, options);
  onTestFinished(() => live.client.stop());
  await becomeLive(live);
  return live;
}

/** Starts a client for each user and waits until all are live. The caller must stop them. */
export async function liveClients(belfry: Installation, users: readonly string[]): Promise<LiveClient[]> {
  const clients = users.map((user) => start(belfry, user));
  await Promise.all(clients.map(becomeLive));
  return clients;
}

/** Waits until a client has its line and shows its first page. */
export async function becomeLive({ client }: LiveClient): Promise<void> {
  await vi.waitFor(() => {
    const { status, isLoading } = client.getSnapshot();
    if (status !== 'live' || isLoading) throw new Error(`The client is ${status}.`);
  }, patience);
}

function start(
  { outputs, token }: Installation,
  user: string,
  { isTab = false, claims = {} }: LiveClientOptions = {},
): LiveClient {
  const sockets: Socket[] = [];
  const environment: Environment = {
    ...browserEnvironment(),
    // Node has locks and channels of its own, by which all clients of a process are tabs of one browser.
    ...(!isTab && { locks: undefined }),
    openSocket(url, protocols) {
      const socket = new WebSocket(url, protocols);
      sockets.push(socket);
      return socket;
    },
  };
  const { HttpApiUrl: apiUrl, WebSocketUrl: webSocketUrl } = outputs;
  const client = createNotificationClient(
    { apiUrl, webSocketUrl, getToken: () => token(user, claims) },
    environment,
  );
  const rung: string[] = [];
  client.on('notification', ({ title }) => rung.push(title));
  const statuses = [client.getSnapshot().status];
  client.subscribe(() => {
    const { status } = client.getSnapshot();
    if (status !== statuses.at(-1)) statuses.push(status);
  });
  client.start();
  return { user, client, sockets, cut: () => sockets.at(-1)?.close(), rung, statuses };
}
