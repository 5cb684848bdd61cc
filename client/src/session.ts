import { createApi } from './api.ts';
import type { Environment } from './environment.ts';
import { createPresence } from './presence.ts';
import { createStore } from './store.ts';
import { createTokens, identityOf } from './tokens.ts';
import type { Emit, NotificationClientOptions } from './types.ts';

/** Everything that belongs to one user, from the first question to the sign-out. */
export type Session = ReturnType<typeof createSession>;

/** @param onOtherUser told when `getToken` has begun to answer for somebody else; nothing is sent with that token */
export function createSession(
  environment: Environment,
  options: NotificationClientOptions,
  emit: Emit,
  onChange: () => void,
  onOtherUser: () => void,
) {
  const { apiUrl, webSocketUrl, userId } = options;
  /** Undefined until there is a token, empty where it tells nothing. */
  let identity: string | undefined;
  let isClosed = false;

  const tokens = createTokens(environment, options.getToken, (claims) => {
    const other = userId ?? identityOf(claims);
    if (!isClosed && identity !== undefined && other !== identity) onOtherUser();
    else identity = other;
  });
  const api = createApi(environment, apiUrl, tokens, () => isClosed);
  const store = createStore(environment, api, options, onChange, emit);
  const presence = createPresence(
    environment,
    tokens,
    api,
    store.feed,
    options,
    () => (identity ? `belfry ${apiUrl} ${webSocketUrl} ${identity}` : ''),
    store.setStatus,
    (error) => {
      // That the service cannot be reached is the connection's status, not an error.
      if (!error || error.code === 'token' || error.code === 'unauthenticated') store.note('token', error);
    },
  );

  return {
    store,
    start: presence.start,
    pause: presence.pause,
    isLeader: presence.isLeader,
    refresh: presence.refresh,
    close(): void {
      isClosed = true;
      presence.pause();
      store.feed.close();
    },
  };
}
