import { type Api, createApi } from './api.ts';
import { backoffMs } from './backoff.ts';
import { createClock } from './clock.ts';
import { browserEnvironment, type Environment } from './environment.ts';
import { NotificationError } from './error.ts';
import { readOptions } from './options.ts';
import { nothing } from './snapshot.ts';
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

/** Everything of one signed-in user. */
type Session = Tab & Omit<Store, keyof Tab> & Api;

type Listeners = { [Name in keyof NotificationEvents]: Set<(event: NotificationEvents[Name]) => void> };

const ended = new NotificationError('unauthenticated', 'The session has ended.');

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
  const { error, ...options } = readOptions(given);
  /** The snapshot without a session. */
  const blank: NotificationSnapshot = { ...nothing, ...(error && { error, status: 'unreachable' }) };
  const subscribers = new Set<() => void>();
  const listeners: Listeners = { notification: new Set(), preferences: new Set(), error: new Set() };
  const holders = new Set<object>();
  const clock = createClock(environment);
  let filter = options.filter ?? {};
  let session: Session | undefined;
  /** Aborted at the end of the session. */
  let end: AbortController | undefined;
  let snapshot = blank;
  /** How often another user has signed in, as far as tokens and answers say. */
  let switches = 0;

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
    if (error) return;
    end = new AbortController();
    const { signal } = end;
    const own = { ...options, filter, initialData, environment, clock, signal };
    const tokens = createTokens(own, onOtherUser);
    const api = createApi(own, tokens, accept);
    const store = createStore(own, api, publish, emit);
    const tab = createTab(own, tokens, api, store);
    session = { ...api, ...store, ...tab };

    function accept(answer: Pick<InboxState, 'user_id'>): void {
      signal.throwIfAborted();
      // An answer without a version does not say whose it is.
      if (answer.user_id && !store.prove(answer)) onOtherUser();
    }

    function onOtherUser(): never {
      forget();
      // At once, and later if that comes again, as when answers are of one user and then of another.
      if (switches) environment.after(backoffMs(environment.random, switches), goOn);
      else goOn();
      switches += 1;
      throw signal.reason;
    }
  }

  /** Ends the session, so that the next user finds nothing of this one. What still comes for it counts for nothing. */
  function forget(): void {
    end?.abort(ended);
    session?.pause();
    session = undefined;
    serverSnapshot = blank;
    publish({ ...blank, filter });
  }

  function goOn(): void {
    if (holders.size) begin();
  }

  function begin(): void {
    if (!session) open();
    session?.start();
  }

  open(options.initialData);
  let serverSnapshot = snapshot;

  const mark = async (action: Action, ids: readonly number[]) => !!(await session?.mark(action, ids));
  const change = (path: 'read-all' | 'archive-read' | 'seen') => async () => !!(await session?.change(path));

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
      filter = changed ?? {};
      session?.setFilter(filter);
    },
    loadMore: async () => session?.loadMore(),
    async refresh() {
      // If an answer is another user's, their session has begun.
      for (let current: Session | undefined; current !== session; ) {
        current = session;
        await current?.refresh();
      }
    },
    async retry() {
      const isDone = await session?.retry();
      return !!(await session?.refresh()) && !!isDone;
    },
    markAsRead: (id) => mark('read', [id]),
    markAsUnread: (id) => mark('unread', [id]),
    archive: (id) => mark('archive', [id]),
    unarchive: (id) => mark('unarchive', [id]),
    mark,
    markAllAsRead: change('read-all'),
    archiveAllRead: change('archive-read'),
    markAsSeen: async () => !snapshot.unseenCount || change('seen')(),
    changeOne: async (id, change) => !!(await session?.changeOne(id, change)),
    async request(what, isWhole, body) {
      if (session) return session.request(what, isWhole, body);
      throw error ?? ended;
    },
    now: clock.now,
    isLeader: () => !!session?.isLeader(),
  };
}
