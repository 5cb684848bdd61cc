import { createApi } from './api.ts';
import type { Environment } from './environment.ts';
import { createPresence } from './presence.ts';
import { createStore } from './store.ts';
import { createTokens, identityOf } from './tokens.ts';
import type { Emit, NotificationClientOptions, NotificationSnapshot, TokenRequest } from './types.ts';

/** Everything that belongs to one user, from the first question to the sign-out. */
export type Session = ReturnType<typeof createSession>;

/**
 * @param onChange given each new snapshot
 * @param onOtherUser told when `getToken` has begun to answer for somebody else; nothing is sent with that token
 */
export function createSession(
  environment: Environment,
  options: NotificationClientOptions,
  emit: Emit,
  onChange: (snapshot: NotificationSnapshot) => void,
  onOtherUser: () => void,
) {
  const { apiUrl, webSocketUrl, userId } = options;
  /** Undefined until there is a token, empty where it tells nothing. */
  let identity: string | undefined;
  let isClosed = false;

  // Whoever is signed in by now is asked for nothing on behalf of one who has gone.
  const getToken = (request: TokenRequest) => (isClosed ? '' : options.getToken(request));
  const tokens = createTokens(environment, getToken, (claims) => {
    // An id of the page's own never changes: what shows that somebody else has signed in is the token's subject.
    const other = userId ? userId + claims.sub : identityOf(claims);
    if (!isClosed && identity !== undefined && other !== identity) onOtherUser();
    else identity = other;
  });
  const api = createApi(environment, apiUrl, tokens, () => isClosed);
  const store = createStore(
    environment,
    api,
    options,
    () => isClosed || onChange(store.snapshot()),
    (name, event) => isClosed || emit(name, event),
  );
  const presence = createPresence(environment, tokens, api, store, options, () =>
    identity ? `belfry ${apiUrl} ${webSocketUrl} ${identity}` : '',
  );

  return {
    store,
    ...presence,
    close(): void {
      isClosed = true;
      presence.pause();
      // Whatever is still answered belongs to an earlier generation.
      store.feed.inbox.begin();
    },
  };
}
