/**
 * The client with a large inbox, in a process of its own: how long a frame takes in the store, and how many unchanged rows
 * the inbox of React renders again for one new row. Sends both as one message.
 */
import { Window } from 'happy-dom';
import { notification } from '../../client/scenes/notification.ts';
import type { Api } from '../../client/src/api.ts';
import type { Environment } from '../../client/src/environment.ts';
import { createStore } from '../../client/src/store.ts';
import type { NotificationClient, NotificationSnapshot } from '../../client/src/types.ts';
import type { InboxFrame, Notification } from '../../client/src/wire.ts';
import { obeyParent } from './child-process.ts';

obeyParent();
const [, , rowCount = '10000', batchCount = '20'] = process.argv;
const user_id = '0b5e55ed-0000-4000-8000-000000000001';
const framesOfBatch = 20;
const rowsOnPage = 50;

const row = (id: number): Notification => {
  const created_at = new Date(1_750_000_000_000 + id).toISOString();
  return notification(id, {
    user_id,
    title: `Booking confirmed ${id}`,
    body: 'Your booking for tomorrow at noon is confirmed.',
    metadata: { type: 'booking.confirmed' },
    created_at,
    updated_at: created_at,
  });
};

const frame = (id: number): InboxFrame => ({
  type: 'notification.created',
  user_id,
  version: id,
  unread_count: id,
  unseen_count: id,
  scopes: {},
  notification: row(id),
});

/** Nothing is asked: the feed stays paused. */
const environment: Environment = {
  now: () => Date.now(),
  after: () => () => {},
  random: Math.random,
  isOnline: () => true,
  isVisible: () => true,
  fetch: () => Promise.reject(new Error('The bench asks for nothing.')),
  openSocket: () => {
    throw new Error('The bench opens no socket.');
  },
  openChannel: undefined,
  locks: undefined,
  watchPage: () => () => {},
};

/** A store that has shown so many rows. */
function storeWith(count: number, publish: (snapshot: NotificationSnapshot) => void) {
  const data = Array.from({ length: count }, (_, index) => row(count - index));
  const options = {
    environment,
    signal: new AbortController().signal,
    initialData: {
      data,
      next_cursor: null,
      user_id,
      version: count,
      unread_count: count,
      unseen_count: count,
      scopes: {},
    },
    userId: user_id,
    onSessionExpired: () => {},
  };
  const store = createStore(options, {} as Api, publish, () => {});
  store.prove({ user_id });
  return store;
}

/** The median time of a frame in each batch, in milliseconds. */
function measureFrames(): number[] {
  let shown = 0;
  const store = storeWith(Number(rowCount), ({ notifications }) => {
    shown = notifications.length;
  });
  let id = Number(rowCount);
  return Array.from({ length: Number(batchCount) }, () => {
    const times = Array.from({ length: framesOfBatch }, () => {
      id += 1;
      const begunAt = performance.now();
      store.onFrame(frame(id));
      return performance.now() - begunAt;
    });
    if (shown !== id) throw new Error(`The store shows ${shown} rows of ${id}.`);
    return times.sort((a, b) => a - b)[framesOfBatch / 2] ?? Number.NaN;
  });
}

/** How many rows that did not change are rendered again for one new row. */
async function countRenders(): Promise<number> {
  const window = new Window({ url: 'https://app.example/' });
  const known = new Set(Object.getOwnPropertyNames(globalThis));
  for (const name of Object.getOwnPropertyNames(window)) {
    if (!known.has(name) || name === 'navigator')
      Object.defineProperty(globalThis, name, { value: Reflect.get(window, name), configurable: true });
  }
  const { getComputedStyle, matchMedia } = window;
  const methods = { getComputedStyle: getComputedStyle.bind(window), matchMedia: matchMedia.bind(window) };
  for (const [name, value] of Object.entries({ ...methods, window, document: window.document }))
    Object.defineProperty(globalThis, name, { value, configurable: true });
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const { act } = await import('react');
  const { createRoot } = await import('react-dom/client');
  const { NotificationProvider } = await import('../../client/src/react.ts');
  const { NotificationInbox } = await import('../../client/src/react/notification-inbox.tsx');

  let snapshot: NotificationSnapshot | undefined;
  const subscribers = new Set<() => void>();
  const store = storeWith(rowsOnPage, (next) => {
    snapshot = next;
    for (const subscriber of subscribers) subscriber();
  });
  const still = snapshot;
  if (!still) throw new Error('The store has shown nothing.');
  const done = async () => true;
  const never = () => Promise.reject(new Error('The bench has no preferences.'));
  const client: NotificationClient = {
    subscribe(listener) {
      subscribers.add(listener);
      return () => subscribers.delete(listener);
    },
    getSnapshot: () => snapshot ?? still,
    getServerSnapshot: () => still,
    on: () => () => true,
    start: () => () => {},
    stop: () => {},
    setFilter: () => {},
    loadMore: async () => {},
    refresh: async () => {},
    retry: done,
    markAsRead: done,
    markAsUnread: done,
    archive: done,
    unarchive: done,
    markAllAsRead: done,
    archiveAllRead: done,
    mark: done,
    changeOne: done,
    markAsSeen: done,
    request: never,
    now: () => Date.now(),
    isLeader: () => true,
  };
  const rendered: number[] = [];
  const Item = ({ notification }: { notification: Notification }) => {
    rendered.push(notification.id);
    return <span>{notification.title}</span>;
  };
  const place = window.document.createElement('div');
  window.document.body.append(place);
  const root = createRoot(place as unknown as HTMLElement);
  await act(() =>
    root.render(
      <NotificationProvider client={client}>
        <NotificationInbox components={{ Item }} />
      </NotificationProvider>,
    ),
  );
  if (!rendered.includes(rowsOnPage)) throw new Error('The inbox has not rendered its rows.');
  rendered.length = 0;
  await act(() => store.onFrame(frame(rowsOnPage + 1)));
  if (!rendered.includes(rowsOnPage + 1)) throw new Error('The inbox has not rendered the new row.');
  return new Set(rendered.filter((id) => id <= rowsOnPage)).size;
}

process.send?.({ frames: measureFrames(), renders: await countRenders() });
