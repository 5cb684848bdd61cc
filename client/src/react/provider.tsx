import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { createNotificationClient } from '../client.ts';
import type { NotificationClient, NotificationClientOptions, TokenRequest } from '../types.ts';

const ClientContext = createContext<NotificationClient | null>(null);

/** A client that the app has made, or the options to make one with. */
export type NotificationProviderProps = { children?: ReactNode } & (
  | { client: NotificationClient }
  | NotificationClientOptions
);

/**
 * Gives the inbox to everything inside, and keeps it live while it is mounted. Options make a client once; another one,
 * with the `initialData` of then, takes its place when `apiUrl`, `webSocketUrl` or `userId` change, and what is inside
 * stays mounted. `getToken` may be another function with each render. The app that passes a `client` of its own calls
 * its `stop` at sign-out, and `start` after it; a client made here is forgotten on unmounting.
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
    // Each client has its own, so that one that was replaced never asks for the next user's token.
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

/** The client of the nearest `NotificationProvider`. Throws where there is none. */
export function useNotificationClient(): NotificationClient {
  const client = useContext(ClientContext);
  if (!client) throw new Error('Put a NotificationProvider around the app.');
  return client;
}
