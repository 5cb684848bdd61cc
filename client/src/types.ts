import type { NotificationError } from './error.ts';
import type { Turns } from './status.ts';
import type { Action, FeedPage, Notification, Status } from './wire.ts';

/**
 * How the page learns what has changed:
 *
 * - `connecting`: not yet. The first socket is being opened, or the last one was lost a moment ago.
 * - `live`: at once, by a socket.
 * - `polling`: every half minute, by a request. Sockets have failed three times, or newer pages of this user have taken
 *   the place of this one.
 * - `offline`: not at all. The browser has no network.
 * - `unreachable`: not at all. The service does not answer, or it answers an error. Or your server does not answer to
 *   `getToken`.
 * - `unauthenticated`: not at all, or only until the socket ends. The user must sign in: `getToken` rejects, or the service
 *   refuses its tokens.
 *
 * In the last three, `error` says why. The client tries again until it works.
 */
export type ConnectionStatus =
  | 'connecting'
  | 'live'
  | 'polling'
  | 'offline'
  | 'unreachable'
  | 'unauthenticated';

/** Which notifications the list shows. The counts are always those of the whole inbox, or of the client's scope. */
export interface NotificationFilter {
  /** Default: `unread` and `read`. */
  status?: readonly Status[] | undefined;
  /** Only notifications whose `metadata.type` is this, or one of these, at most 10. Default: any. */
  type?: string | readonly string[] | undefined;
}

/** What the client shows at one moment. A snapshot never changes: each change makes a new one. */
export interface NotificationSnapshot {
  /** Newest first, without gaps down to the oldest that was loaded. The same array until it changes. */
  notifications: readonly Notification[];
  /**
   * Of the whole inbox, or of the client's scope, whatever the filter. It includes changes that the service has not answered
   * yet.
   */
  unreadCount: number;
  /** How many of those came, or moved up, since the user has last seen the list (`markAsSeen`). Counted likewise. */
  unseenCount: number;
  /** Whose inbox it is, as the service names the user: a UUID in lower case. Null until that is known. */
  userId: string | null;
  status: ConnectionStatus;
  /** Whether a page is being loaded. */
  isLoading: boolean;
  /** Whether there are older notifications to load. */
  hasMore: boolean;
  /** Why nothing can be known, by the status; else the last failure of a page or a change. Null when it has worked again. */
  error: NotificationError | null;
  filter: NotificationFilter;
}

/** The events of `on`, and what their listeners get. */
export interface NotificationEvents {
  /**
   * An unread notification of the filter's type that has come or moved up, once in every tab. Not for the notifications of a
   * page.
   */
  notification: Notification;
  /** The user has changed the preferences, here or elsewhere: `getPreferences` of `belfry/preferences` has them. */
  preferences: undefined;
  /** A failure, which also shows as `error` in the snapshot. A change that failed is undone by then. */
  error: NotificationError;
}

/** Calls the listeners of an event. */
export type Emit = <Name extends keyof NotificationEvents>(
  name: Name,
  event: NotificationEvents[Name],
) => void;

/** A change of one notification, by a request whose answer is that notification. */
export interface RowChange {
  /** Default: `POST`. */
  method?: 'POST' | 'DELETE' | undefined;
  /** Below `/notifications/{id}/`. */
  path: string;
  body?: object | undefined;
  /** The statuses that it changes, each with the status that shows until the answer. Default: none. */
  turns?: Turns | undefined;
}

/** The argument of `getToken`. */
export interface TokenRequest {
  /** Whether the service has refused the last token. Then do not answer with a token that you have kept. */
  forceRefresh: boolean;
}

export interface NotificationClientOptions {
  /** `HttpApiUrl` of the service. */
  apiUrl: string;
  /** `WebSocketUrl` of the service. */
  webSocketUrl: string;
  /**
   * Answers a token of the signed-in user, within 30 seconds. Called before the token in use expires, for a new socket if
   * that token is older than a minute or a fifth of its lifetime, and with `forceRefresh` after a 401. It must reject if
   * your server answers an error. White space around the token is ignored.
   *
   * If it rejects, the client tries again, and says `unauthenticated`: the user must sign in. If it rejects as `fetch`
   * does without an answer (a `TypeError`, `TimeoutError`, `NetworkError` or `AbortError`), or answers too late, the client
   * says `unreachable`.
   */
  getToken: (request: TokenRequest) => string | Promise<string>;
  /**
   * Tells the users of this browser apart, so that the tabs of one user can share a socket. Default: all claims of the
   * token that are texts, which is safe for every claim that the service may take as the user. Set it if your tokens are
   * not JWTs, or if they have texts that change with each token. Two users must never have the same one. The claim `sub`
   * counts in any case, so that the client notices a token of another user.
   */
  userId?: string | undefined;
  /**
   * The answer of `GET /notifications` to the server that rendered the page, for the filter below.
   *
   * It is shown at once, also in the first paint, if `userId` is its `user_id`. Otherwise it is held until the first answer
   * of the service: then it is shown if it is of the user who is signed in, and dropped if not. What is not such an
   * answer is ignored.
   */
  initialData?: FeedPage | undefined;
  filter?: NotificationFilter | undefined;
  /**
   * The scope of this frontend, one of those that the service is configured with. Then the list and the counts are of the
   * notifications of this scope and of those without a scope. Default: of all notifications.
   */
  scope?: string | undefined;
  /** Notifications in a page, 1 to 100. Default: 20, also for what is no whole number. */
  pageSize?: number | undefined;
  /** The service's `connectionMinimumLifetime`, in minutes. Default: 15. */
  connectionMinimumLifetimeMinutes?: number | undefined;
  /**
   * How the token reaches the service when a socket is opened, since browsers let a page set no headers for it:
   *
   * - `query`: in the URL, as `?token=…`. It works everywhere, but URLs are logged in more places than headers, and a URL takes
   *   4,096 characters at most.
   * - `protocol`: in the header `Sec-WebSocket-Protocol`, beside the protocol `belfry`, with which the service answers. It
   *   may have 8,000 characters. The token must be a JWT. Deploy the service first: an older one does not answer so.
   *
   * A token that fits only the other way takes that one. If it fits neither, the client polls, and `error` has the code
   * `token_too_long`. Default: `query`.
   */
  tokenTransport?: 'query' | 'protocol' | undefined;
  /**
   * Called when the status becomes `unauthenticated`, with the reason; again only after something has worked meanwhile.
   * Default: nothing.
   *
   * @example
   * onSessionExpired: () => location.assign('/sign-in'),
   */
  onSessionExpired?: ((error: NotificationError) => void) | undefined;
}

/**
 * A live inbox of the signed-in user. Its methods need no `this`.
 *
 * @example
 * const leave = client.on('notification', ({ title }) => toast(title));
 * const isDone = await client.markAsRead(id);
 */
export interface NotificationClient {
  /** Calls `listener` after each new snapshot. Answers a function that removes it. The same listener counts once. */
  subscribe(listener: () => void): () => void;
  /** The current snapshot: the same object until something changes. */
  getSnapshot(): NotificationSnapshot;
  /** The snapshot that a server renders, and a browser hydrates: `initialData`, or an empty list that is loading. */
  getServerSnapshot(): NotificationSnapshot;
  /** Calls `listener` for each event. Answers a function that removes it. */
  on<Name extends keyof NotificationEvents>(
    name: Name,
    listener: (event: NotificationEvents[Name]) => void,
  ): () => void;
  /**
   * Loads the first page, opens a socket, and keeps the inbox up to date. Answers a function that ends this. When each
   * `start` has been ended, the client closes the socket and keeps its data, so that an effect may run twice.
   */
  start(): () => void;
  /** For a sign-out: closes everything and forgets everything, also `initialData`. */
  stop(): void;
  /** Shows another part of the inbox: at once what the client has of it, then its first page. */
  setFilter(filter: NotificationFilter): void;
  /** Loads the next, older page, if there is one and none is being loaded. Never rejects. */
  loadMore(): Promise<void>;
  /**
   * Asks for everything that the client may have missed, tests the socket, and opens one if there is none. Never rejects.
   */
  refresh(): Promise<void>;
  /**
   * Makes the changes that have failed once more, in their order, then does what `refresh` does. A change is left out if
   * the service has refused it, or if the user has changed the same notification since. A read-all is left out if any
   * change has worked since, which it would undo. Resolves to whether all of it worked, and never rejects.
   */
  retry(): Promise<boolean>;
  /**
   * Shows the change at once, and undoes it if it fails. Resolves to whether it worked, and never rejects: a failure shows
   * as `error` in the snapshot. A change that the notification's status does not allow changes nothing, and counts as done.
   * So does one of a notification that does not exist or has moved up since, because the user has not seen that.
   */
  markAsRead(id: number): Promise<boolean>;
  markAsUnread(id: number): Promise<boolean>;
  archive(id: number): Promise<boolean>;
  unarchive(id: number): Promise<boolean>;
  /**
   * Marks all unread notifications of the client's scope and of the filter's type that have come so far, also those that are
   * not loaded.
   */
  markAllAsRead(): Promise<boolean>;
  /**
   * Archives all read notifications, likewise.
   *
   * @example
   * if (await client.archiveAllRead()) toast('Archived.');
   */
  archiveAllRead(): Promise<boolean>;
  /**
   * Marks several at once, at most 100, by one request. It shows at once, as a mark of one does. One that has moved up
   * meanwhile is left alone, because the user has not seen that.
   *
   * @example
   * await client.mark('archive', notifications.map(({ id }) => id));
   */
  mark(action: Action, ids: readonly number[]): Promise<boolean>;
  /**
   * Makes a change for which there is no method: `belfry/snooze` and `belfry/actions` are made of it. It shows, fails and
   * resolves as a mark does.
   *
   * @example
   * const isDone = await client.changeOne(id, { path: 'snooze', body: { until }, turns: { unread: 'snoozed' } });
   */
  changeOne(id: number, change: RowChange): Promise<boolean>;
  /**
   * Tells the service that the user has seen everything that has come so far in the bell of this scope. `unseenCount` is 0 at
   * once, in this tab and soon in all. Nothing is sent if it is 0 already. Call it when the list is on the screen.
   *
   * @example
   * if (isOpen && unseenCount) client.markAsSeen();
   */
  markAsSeen(): Promise<boolean>;
  /**
   * Sends a request as the signed-in user, with the token in use, and once more with a fresh one after a 401. It is for what
   * has no method here; `belfry/preferences` and `belfry/groups` are made of it.
   *
   * @param what method and path, with one space between them
   * @param isWhole whether an answer is what the service answers
   * @param body sent as JSON. Default: none.
   * @throws NotificationError if the request fails, with `unexpected` if the answer is not whole, and with `unauthenticated`
   * after `stop`
   * @example
   * const state = await client.request('GET /notifications/unread-count', () => true);
   */
  request<Answer extends object>(
    what: string,
    isWhole: (answer: Partial<Answer>) => boolean,
    body?: unknown,
  ): Promise<Answer>;
  /**
   * The service's time in milliseconds since the Unix epoch, as well as the client knows it. Compare it with `created_at`:
   * this machine's clock may be wrong by hours. It is that clock until the service has answered.
   */
  now(): number;
  /** True in one of the tabs that share a socket. Use it to play a sound once. */
  isLeader(): boolean;
}
