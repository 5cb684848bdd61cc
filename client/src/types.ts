import type { NotificationError } from './error.ts';
import type { FeedPage, Notification, Status } from './wire.ts';

/**
 * How news reaches this page:
 *
 * - `connecting`: a socket is about to be opened, the first or one for another that was lost a moment ago.
 * - `live`: by a socket, at once.
 * - `polling`: by asking every half minute, because sockets have failed for a while or the service has given this
 *   one's place to another device.
 * - `offline`: not at all; the service cannot be reached, or refuses the token.
 */
export type ConnectionStatus = 'connecting' | 'live' | 'polling' | 'offline';

/** What the list shows; the inbox behind it, and its count, stay whole. */
export interface NotificationFilter {
  /** Default: `unread` and `read`. */
  status?: readonly Status[] | undefined;
  /** Only notifications whose `metadata.type` is this. Default: any. */
  type?: string | undefined;
}

/** What the client knows at one moment. Nothing in it is ever changed: a change makes a new one. */
export interface NotificationSnapshot {
  /** Newest first, without gaps from the newest down to the oldest that was loaded. The same array until it changes. */
  notifications: readonly Notification[];
  /** Of the whole inbox, whatever the filter, with changes counted in that are still on their way. */
  unreadCount: number;
  status: ConnectionStatus;
  /** Whether a page is being loaded. */
  isLoading: boolean;
  /** Whether there are older notifications to load. */
  hasMore: boolean;
  /** What failed last: a page, a change, or the token. Null again once something has worked. */
  error: NotificationError | null;
  filter: NotificationFilter;
}

/** What `on` can listen to, and what its listeners are given. */
export interface NotificationEvents {
  /** An unread notification that was created just now, of the filter's type; once each in every tab, never for a page. */
  notification: Notification;
  /** Whatever also shows as `error` in the snapshot; a change that failed has been rolled back by now. */
  error: NotificationError;
}

/** Tells the listeners of an event. */
export type Emit = <Name extends keyof NotificationEvents>(
  name: Name,
  event: NotificationEvents[Name],
) => void;

/** What `getToken` is told. */
export interface TokenRequest {
  /** The service has refused the token before: do not answer with one that you have kept. */
  forceRefresh: boolean;
}

export interface NotificationClientOptions {
  /** `HttpApiUrl` of the service. */
  apiUrl: string;
  /** `WebSocketUrl` of the service. */
  webSocketUrl: string;
  /**
   * Answers a token of the signed-in user. Called before the token in use expires, for a new socket where that is not
   * young any more, and once more after a 401. A rejection counts as being offline and is tried again; an error page must not be taken for a token.
   */
  getToken: (request: TokenRequest) => string | Promise<string>;
  /**
   * Tells users of this browser apart, so that tabs of the same one can share a socket. Default: all claims of the token
   * that are texts, which is safe whatever claim the service takes as the user. Set it where tokens are not JWTs or
   * hold texts that change with each token; two users must never have the same one. Of the token `sub` then still
   * counts, so that one of somebody else is noticed.
   */
  userId?: string | undefined;
  /** The answer of `GET /notifications` to a server that rendered the page, for the same user and the filter below. */
  initialData?: FeedPage | undefined;
  filter?: NotificationFilter | undefined;
  /** Notifications in a page, 1 to 100. Default: 20. */
  pageSize?: number | undefined;
  /** The service's `connectionMinimumLifetime`, in minutes. Default: 15. */
  connectionMinimumLifetimeMinutes?: number | undefined;
}

/** A live inbox of the signed-in user. Its methods need no `this`. */
export interface NotificationClient {
  /** Calls `listener` whenever there is a new snapshot, until the function that it returns is called. The same listener counts once. */
  subscribe(listener: () => void): () => void;
  /** The same object until something changes. */
  getSnapshot(): NotificationSnapshot;
  /** The snapshot that a server renders, and a browser hydrates: `initialData`, or an empty list that is loading. */
  getServerSnapshot(): NotificationSnapshot;
  /** Calls `listener` for each event, until the function that it returns is called. */
  on<Name extends keyof NotificationEvents>(
    name: Name,
    listener: (event: NotificationEvents[Name]) => void,
  ): () => void;
  /**
   * Loads the first page where there is none, opens a socket, and stays in step. The function that it returns lets go
   * again: when all who started have let go, the lines are closed and the data stays, for effects that run twice.
   */
  start(): () => void;
  /** Signs out: closes everything and forgets everything, `initialData` too. */
  stop(): void;
  /** Shows another part of the inbox: what is known of it at once, then its first page. */
  setFilter(filter: NotificationFilter): void;
  /** Loads the next, older page; nothing where there is none or one is being loaded. Never rejects. */
  loadMore(): Promise<void>;
  /** Asks for everything that may have been missed, and opens a socket where there is none. Never rejects. */
  refresh(): Promise<void>;
  /**
   * Changes show at once and are taken back where they fail. The promise tells whether it worked and never rejects: a
   * failure shows as `error` in the snapshot. What the present status does not allow changes nothing and works.
   */
  markAsRead(id: number): Promise<boolean>;
  markAsUnread(id: number): Promise<boolean>;
  archive(id: number): Promise<boolean>;
  unarchive(id: number): Promise<boolean>;
  /** Marks everything that has come so far, in the whole inbox, whatever the filter. */
  markAllAsRead(): Promise<boolean>;
  /** True in one of the tabs that share a socket: the one to play a sound, for instance. */
  isLeader(): boolean;
}
