import { browserEnvironment, type Environment } from './environment.ts';
import { createSession, type Session } from './session.ts';
import type {
  NotificationClient,
  NotificationClientOptions,
  NotificationEvents,
  NotificationFilter,
  NotificationSnapshot,
} from './types.ts';
import type { Action, FeedPage } from './wire.ts';

type Listeners = { [Name in keyof NotificationEvents]: Set<(event: NotificationEvents[Name]) => void> };

/** What is known when nobody is signed in. */
const nothing: NotificationSnapshot = {
  notifications: [],
  unreadCount: 0,
  status: 'offline',
  isLoading: false,
  hasMore: false,
  error: null,
  filter: {},
};

function listen<Listener>(all: Set<Listener>, listener: Listener): () => void {
  all.add(listener);
  return () => all.delete(listener);
}

/**
 * A live inbox of the signed-in user, for any framework or none. It asks for nothing and opens nothing until `start`.
 *
 * @param environment what stands in for the browser, in tests and in other runtimes
 */
export function createNotificationClient(
  options: NotificationClientOptions,
  environment: Environment = browserEnvironment(),
): NotificationClient {
  const subscribers = new Set<() => void>();
  const listeners: Listeners = { notification: new Set(), error: new Set() };
  const holders = new Set<object>();
  let filter = options.filter ?? {};
  let session: Session | undefined;
  let snapshot = nothing;

  function emit<Name extends keyof NotificationEvents>(name: Name, event: NotificationEvents[Name]): void {
    // Later, so that a listener that throws breaks nothing here, and sees the snapshot that belongs to the event.
    for (const listener of listeners[name]) queueMicrotask(() => listener(event));
  }

  function publish(next: NotificationSnapshot): void {
    snapshot = next;
    for (const subscriber of subscribers) {
      try {
        subscriber();
      } catch (error) {
        // Its own, as a listener's is: what the client is about to do goes on.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  function open(initialData?: FeedPage): void {
    session = createSession(environment, { ...options, filter, initialData }, emit, publish, () => {
      forget();
      if (holders.size) begin();
    });
    publish(session.store.snapshot());
  }

  /** Ends whatever there is, so that the next user finds nothing of this one. */
  function forget(): void {
    session?.close();
    session = undefined;
    serverSnapshot = nothing;
    publish({ ...nothing, filter });
  }

  function begin(): void {
    if (!session) open();
    session?.start();
  }

  open(options.initialData);
  let serverSnapshot = snapshot;

  const mark = async (id: number, action: Action) => !!(await session?.store.mark(id, action));

  return {
    subscribe: (listener) => listen(subscribers, listener),
    getSnapshot: () => snapshot,
    getServerSnapshot: () => serverSnapshot,
    on: (name, listener) => listen(listeners[name], listener),
    start() {
      const holder = {};
      holders.add(holder);
      begin();
      return () => {
        if (holders.delete(holder) && !holders.size) session?.pause();
      };
    },
    stop() {
      holders.clear();
      forget();
    },
    setFilter(changed: NotificationFilter) {
      if (JSON.stringify(changed) === JSON.stringify(filter)) return;
      filter = changed;
      session?.store.feed.setFilter(changed);
    },
    loadMore: async () => session?.store.feed.loadMore(),
    refresh: async () => session?.refresh(),
    markAsRead: (id) => mark(id, 'read'),
    markAsUnread: (id) => mark(id, 'unread'),
    archive: (id) => mark(id, 'archive'),
    unarchive: (id) => mark(id, 'unarchive'),
    markAllAsRead: async () => !!(await session?.store.markAllAsRead()),
    isLeader: () => !!session?.isLeader(),
  };
}
