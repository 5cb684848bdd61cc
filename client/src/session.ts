import { createApi } from './api.ts';
import type { Environment } from './environment.ts';
import { createPresence } from './presence.ts';
import { createStore } from './store.ts';
import { createTokens, identityOf } from './tokens.ts';
import type { NotificationClientOptions, NotificationEvents } from './types.ts';

/** Everything that belongs to one user, from the first question to the sign-out. */
export type Session = ReturnType<typeof createSession>;

/** @param onOtherUser told when `getToken` has begun to answer for somebody else; nothing is sent with that token */
export function createSession({
  options,
  environment,
  emit,
  onChange,
  onOtherUser,
}: {
  options: NotificationClientOptions;
  environment: Environment;
  emit: <Name extends keyof NotificationEvents>(name: Name, event: NotificationEvents[Name]) => void;
  onChange: () => void;
  onOtherUser: () => void;
}) {
  const { apiUrl, webSocketUrl, userId } = options;
  let identity: string | undefined;
  let isClosed = false;

  const tokens = createTokens({
    getToken: options.getToken,
    environment,
    onToken(claims) {
      const other = userId ?? identityOf(claims);
      if (!isClosed && identity !== undefined && other !== identity) onOtherUser();
      else identity = other;
    },
  });
  const api = createApi({ apiUrl, tokens, environment, isClosed: () => isClosed });
  const store = createStore({
    api,
    environment,
    filter: options.filter ?? {},
    pageSize: options.pageSize ?? 20,
    initialData: options.initialData,
    onChange,
    emit,
  });
  const presence = createPresence({
    webSocketUrl,
    minimumLifetimeMs: (options.connectionMinimumLifetimeMinutes ?? 15) * 60_000,
    environment,
    tokens,
    api,
    feed: store.feed,
    nameOf: () => identity && `belfry ${apiUrl} ${webSocketUrl} ${identity}`,
    onStatus: store.setStatus,
    onTry(error) {
      // That the service cannot be reached is the connection's status, not an error.
      if (!error || error.code === 'token' || error.code === 'unauthenticated') store.note('token', error);
    },
  });

  return {
    store,
    start: presence.start,
    pause: presence.pause,
    isLeader: presence.isLeader,
    refresh(): Promise<void> {
      presence.wake(true);
      return store.feed.refresh();
    },
    close(): void {
      isClosed = true;
      presence.pause();
      store.feed.close();
    },
  };
}
