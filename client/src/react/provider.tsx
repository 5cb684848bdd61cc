import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { createNotificationClient } from '../client.ts';
import type { NotificationClient, NotificationClientOptions } from '../types.ts';

const ClientContext = createContext<NotificationClient | null>(null);

/** A client that the app has made, or the options to make one with. */
export type NotificationProviderProps = { children?: ReactNode } & (
  | { client: NotificationClient }
  | NotificationClientOptions
);

/**
 * Gives the inbox to everything inside, and keeps it live while it is mounted. Options make a client once; it is made
 * anew when `apiUrl`, `webSocketUrl` or `userId` change, and `getToken` may be another function with each render. The
 * app that passes a `client` of its own calls its `stop` at sign-out; a client made here is forgotten on unmounting.
 */
export function NotificationProvider({ children, ...source }: NotificationProviderProps) {
  if ('client' in source) return <Live client={source.client}>{children}</Live>;
  const { apiUrl, webSocketUrl, userId } = source;
  return (
    <Made key={`${apiUrl} ${webSocketUrl} ${userId}`} options={source}>
      {children}
    </Made>
  );
}

function Made({ options, children }: { options: NotificationClientOptions; children: ReactNode }) {
  const getToken = useRef(options.getToken);
  useEffect(() => {
    getToken.current = options.getToken;
  });
  const [client] = useState(() =>
    createNotificationClient({ ...options, getToken: (request) => getToken.current(request) }),
  );
  return <Live client={client}>{children}</Live>;
}

function Live({ client, children }: { client: NotificationClient; children: ReactNode }) {
  useEffect(() => client.start(), [client]);
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>;
}

/** The client of the nearest `NotificationProvider`. Throws where there is none. */
export function useNotificationClient(): NotificationClient {
  const client = useContext(ClientContext);
  if (!client) throw new Error('There is no NotificationProvider. Put one around the app.');
  return client;
}
