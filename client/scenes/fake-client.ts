import type {
  Notification,
  NotificationClient,
  NotificationEvents,
  NotificationFilter,
  NotificationSnapshot,
  Status,
} from '../src/index.ts';

const minuteMs = 60_000;

/** A notification of a minute per id before `now`: the higher the id, the newer. */
export function notification(id: number, fields: Partial<Notification> = {}, now = Date.now()): Notification {
  const created_at = new Date(now - (1_000 - id) * minuteMs).toISOString();
  return {
    id,
    user_id: '0b5e55ed-0000-4000-8000-000000000001',
    actor_id: null,
    title: `Title ${id}`,
    body: `Body ${id}`,
    metadata: {},
    channel: 'in_app',
    status: 'unread',
    created_at,
    updated_at: created_at,
    version: id,
    ...fields,
  };
}

/** An inbox in memory behind the interface of the client, whose state a test sets as it likes. */
export function createFakeClient(
  notifications: readonly Notification[] = [],
  { older = [], ...initial }: Partial<NotificationSnapshot> & { older?: readonly Notification[] } = {},
) {
  let rows = [...notifications];
  const backlog = [...older];
  let starts = 0;
  let refreshes = 0;
  const calls: string[] = [];
  const subscribers = new Set<() => void>();
  const listeners = { notification: new Set(), error: new Set() } as {
    [Name in keyof NotificationEvents]: Set<(event: NotificationEvents[Name]) => void>;
  };
  let snapshot: NotificationSnapshot = {
    notifications: [],
    unreadCount: 0,
    userId: '0b5e55ed-0000-4000-8000-000000000001',
    status: 'live',
    isLoading: false,
    hasMore: backlog.length > 0,
    error: null,
    filter: {},
    ...initial,
  };

  function render(changed: Partial<NotificationSnapshot> = {}) {
    const next = { ...snapshot, ...changed };
    const wanted = next.filter.status ?? ['unread', 'read'];
    snapshot = {
      ...next,
      notifications: rows.filter(({ status }) => wanted.includes(status)),
      unreadCount: initial.unreadCount ?? rows.filter(({ status }) => status === 'unread').length,
    };
    for (const notify of subscribers) notify();
  }
  function change(name: string, status: Status) {
    return async (id: number) => {
      calls.push(`${name} ${id}`);
      rows = rows.map((row) => (row.id === id ? { ...row, status } : row));
      render();
      return true;
    };
  }
  render();
  const serverSnapshot = snapshot;

  const client: NotificationClient = {
    subscribe(listener) {
      subscribers.add(listener);
      return () => subscribers.delete(listener);
    },
    getSnapshot: () => snapshot,
    getServerSnapshot: () => serverSnapshot,
    on(name, listener) {
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
    start() {
      starts += 1;
      return () => {
        starts -= 1;
      };
    },
    stop: () => calls.push('stop'),
    setFilter: (filter: NotificationFilter) => render({ filter }),
    async loadMore() {
      calls.push('loadMore');
      rows.push(...backlog.splice(0, 20));
      render({ hasMore: backlog.length > 0 });
    },
    async refresh() {
      refreshes += 1;
    },
    async retry() {
      calls.push('retry');
      return true;
    },
    markAsRead: change('markAsRead', 'read'),
    markAsUnread: change('markAsUnread', 'unread'),
    archive: change('archive', 'archived'),
    unarchive: change('unarchive', 'read'),
    async markAllAsRead() {
      calls.push('markAllAsRead');
      rows = rows.map((row) => (row.status === 'unread' ? { ...row, status: 'read' } : row));
      render();
      return true;
    },
    now: () => Date.now(),
    isLeader: () => true,
  };

  return {
    client,
    /** What was asked for, in order: `archive 3`. */
    calls,
    /** How many hold the lines open. */
    starts: () => starts,
    /** How often it was asked for what may have been missed: each opening of the bell does. */
    refreshes: () => refreshes,
    render,
    /** A notification comes in. */
    arrive(created: Notification) {
      rows.unshift(created);
      render();
      for (const listener of listeners.notification) listener(created);
    },
    /** Something else, another tab for instance, archives it. */
    lose(id: number) {
      rows = rows.filter((row) => row.id !== id);
      render();
    },
  };
}
