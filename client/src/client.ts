import { createApi } from './api.ts';
import { createClock } from './clock.ts';
import { browserEnvironment, type Environment } from './environment.ts';
import { readOptions } from './options.ts';
import { createStore, type Store } from './store.ts';
import { createTab, type Tab } from './tab.ts';
import { createTokens } from './tokens.ts';
import type {
  NotificationClient,
  NotificationClientOptions,
  NotificationEvents,
  NotificationFilter,
  NotificationSnapshot,
} from './types.ts';
import type { Action, FeedPage, InboxState } from './wire.ts';

/** Everything of one signed-in user, until `end` is aborted. */
type Session = Tab & Omit<Store, keyof Tab> & { end: AbortController };

type Listeners = { [Name in keyof NotificationEvents]: Set<(event: NotificationEvents[Name]) => void> };

/** The snapshot without a signed-in user. */
const nothing: NotificationSnapshot = {
  notifications: [],
  unreadCount: 0,
  userId: null,
  status: 'connecting',
  isLoading: false,
  hasMore: false,
  error: null,
  filter: {},
};

/** Answers a function that removes the listener, and tells whether it was still there. */
function listen<Listener>(all: Set<Listener>, listener: Listener): () => boolean {
  all.add(listener);
  return () => all.delete(listener);
}

/**
 * A live inbox of the signed-in user, for any framework or none. It sends nothing and opens nothing before `start`.
 *
 * @param environment takes the place of the browser in tests and in other runtimes
 * @example
 * const client = createNotificationClient({
 *   apiUrl: 'https://abc.execute-api.eu-central-1.amazonaws.com',
 *   webSocketUrl: 'wss://def.execute-api.eu-central-1.amazonaws.com/production',
 *   getToken: async () => (await fetch('/api/token')).text(),
 * });
 * client.subscribe(() => console.log(client.getSnapshot().unreadCount));
 * const release = client.start();
 */
export function createNotificationClient(
  given: NotificationClientOptions,
  environment: Environment = browserEnvironment(),
): NotificationClient {
  const { options, error } = readOptions(given);
  if (error) console.error(error.message);
  const subscribers = new Set<() => void>();
  const listeners: Listeners = { notification: new Set(), error: new Set() };
  const holders = new Set<object>();
  const clock = createClock(environment);
  let filter = options.filter ?? {};
  let session: Session | undefined;
  let snapshot = nothing;

  function emit<Name extends keyof NotificationEvents>(name: Name, event: NotificationEvents[Name]): void {
    // Later, so that a listener that throws stops nothing here, and finds the snapshot that belongs to the event.
    for (const listener of listeners[name]) queueMicrotask(() => listener(event));
  }

  function publish(next: NotificationSnapshot): void {
    snapshot = next;
    for (const subscriber of subscribers) {
      try {
        subscriber();
      } catch (error) {
        // Thrown later, like an error of a listener, so that the client finishes its work.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Begins a session: everything of one signed-in user. */
  function open(initialData?: FeedPage): void {
    if (error) {
      publish({ ...nothing, filter, error, status: 'unreachable' });
      return;
    }
    const end = new AbortController();
    const own = { environment, clock, signal: end.signal, options: { ...options, filter, initialData } };
    const tokens = createTokens({ ...own, onOtherUser });
    const api = createApi({ ...own, tokens, accept });
    const store = createStore({ ...own, api, publish, emit });
    const tab = createTab({ ...own, tokens, api, store });
    session = { ...store, ...tab, end };
    publish(store.snapshot());

    function accept(answer: InboxState): void {
      if (!end.signal.aborted && !store.prove(answer)) onOtherUser();
      end.signal.throwIfAborted();
    }
  }

  /** Ends the session, so that the next user finds nothing of this one. What still comes for it counts for nothing. */
  function forget(): void {
    session?.end.abort();
    session?.pause();
    session = undefined;
    serverSnapshot = nothing;
    publish({ ...nothing, filter });
  }

  function onOtherUser(): void {
    forget();
    if (holders.size) begin();
  }

  function begin(): void {
    if (!session) open();
    session?.start();
  }

  open(options.initialData);
  let serverSnapshot = snapshot;

  const mark = (action: Action) => async (id: number) => !!(await session?.mark(id, action));

  return {
    subscribe: (listener) => listen(subscribers, listener),
    getSnapshot: () => snapshot,
    getServerSnapshot: () => serverSnapshot,
    on: (name, listener) => listen(listeners[name], listener),
    start() {
      const release = listen(holders, {});
      begin();
      return () => {
        if (release() && !holders.size) session?.pause();
      };
    },
    stop() {
      holders.clear();
      forget();
    },
    setFilter(changed: NotificationFilter) {
      if (JSON.stringify(changed) === JSON.stringify(filter)) return;
      filter = changed;
      session?.setFilter(changed);
    },
    loadMore: async () => session?.loadMore(),
    async refresh() {
      const current = session;
      await current?.refresh();
      // The answer was another user's, whose session has begun.
      if (session !== current) await session?.refresh();
    },
    async retry() {
      const current = session;
      const isDone = await current?.repeat();
      return !!(await current?.refresh()) && !!isDone;
    },
    markAsRead: mark('read'),
    markAsUnread: mark('unread'),
    archive: mark('archive'),
    unarchive: mark('unarchive'),
    markAllAsRead: async () => !!(await session?.markAllAsRead()),
    now: clock.now,
    isLeader: () => !!session?.isLeader(),
  };
}
