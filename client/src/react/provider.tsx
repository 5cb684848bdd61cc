import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { createNotificationClient } from '../client.ts';
import type { NotificationClient, NotificationClientOptions, TokenRequest } from '../types.ts';

const ClientContext = createContext<NotificationClient | null>(null);

/** A client that the app has made, or the options to make one. */
export type NotificationProviderProps = { children?: ReactNode } & (
  | { client: NotificationClient }
  | NotificationClientOptions
);

/**
 * Gives a client to everything inside, and keeps it live while it is mounted.
 *
 * With options, it makes the client once, and a new one if `apiUrl`, `webSocketUrl` or `userId` change, with the
 * `initialData` of that time. What is inside stays mounted. `getToken` may be another function in each render.
 *
 * With a `client` of your own, call its `stop` at sign-out and its `start` after the next sign-in.
 *
 * @example
 * <NotificationProvider apiUrl={apiUrl} webSocketUrl={webSocketUrl} userId={user.id} getToken={getToken}>
 *   <NotificationBell />
 * </NotificationProvider>
 */
export function NotificationProvider({ children, ...source }: NotificationProviderProps) {
  return 'client' in source ? (
    <Live client={source.client}>{children}</Live>
  ) : (
    <Made options={source}>{children}</Made>
  );
}

function Made({ options, children }: { options: NotificationClientOptions; children: ReactNode }) {
  const { apiUrl, webSocketUrl, getToken, userId } = options;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the other options count when a client is made
  const { client, latest } = useMemo(() => {
    // Each client has its own `latest`, so that a client that was replaced never asks for the next user's token.
    const latest = { getToken };
    const ask = (request: TokenRequest) => latest.getToken(request);
    return { latest, client: createNotificationClient({ ...options, getToken: ask }) };
  }, [apiUrl, webSocketUrl, userId]);
  useEffect(() => {
    latest.getToken = getToken;
  });
  return <Live client={client}>{children}</Live>;
}

function Live({ client, children }: { client: NotificationClient; children: ReactNode }) {
  useEffect(() => client.start(), [client]);
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>;
}

/**
 * The client of the nearest `NotificationProvider`.
 *
 * @throws Error without a `NotificationProvider`
 * @example
 * const client = useNotificationClient();
 * const signOut = () => client.stop();
 */
export function useNotificationClient(): NotificationClient {
  const client = useContext(ClientContext);
  if (!client) throw new Error('Put a NotificationProvider around the app.');
  return client;
}
