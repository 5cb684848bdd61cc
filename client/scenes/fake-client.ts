import { NotificationError } from '../src/error.ts';
import type {
  Notification,
  NotificationClient,
  NotificationEvents,
  NotificationFilter,
  NotificationSnapshot,
  Status,
} from '../src/index.ts';
import type { Action, ActivitiesPage, Preferences } from '../src/wire.ts';

const minuteMs = 60_000;

/** From which statuses an action leads to which. */
const changes: Record<Action, [from: readonly Status[], to: Status]> = {
  read: [['unread'], 'read'],
  unread: [['read'], 'unread'],
  archive: [['unread', 'read', 'snoozed'], 'archived'],
  unarchive: [['archived'], 'read'],
};

/** What the service changes in a row beside its status, for the functions of `belfry/snooze` and `belfry/actions`. */
function answerOf(method: string, path: string, body: object | undefined): Partial<Notification> {
  // The cast: the body of a snooze has it.
  if (path === 'snooze') return { snoozed_until: (body as { until: Date }).until.toISOString() };
  if (path === 'unsnooze') return { status: 'unread', snoozed_until: null };
  const [, button = ''] = path.split('/');
  return { action_id: method === 'DELETE' ? null : decodeURIComponent(button) };
}

/** An inbox in memory behind the interface of the client, whose state a test sets as it likes. */
export function createFakeClient(
  notifications: readonly Notification[] = [],
  { older = [], ...initial }: Partial<NotificationSnapshot> & { older?: readonly Notification[] } = {},
) {
  let rows = [...notifications];
  /** The ids of what was there when `markAsSeen` was called last. */
  let seen = new Set<number>();
  let timesSeen = 0;
  let types: Preferences['types'] = {
    booking: { enabled: true, critical: false },
    promo: { enabled: false, critical: false },
    payout: { enabled: true, critical: true },
  };
  const backlog = [...older];
  let starts = 0;
  let refreshes = 0;
  const calls: string[] = [];
  const subscribers = new Set<() => void>();
  const listeners = { notification: new Set(), preferences: new Set(), error: new Set() } as {
    [Name in keyof NotificationEvents]: Set<(event: NotificationEvents[Name]) => void>;
  };
  let snapshot: NotificationSnapshot = {
    notifications: [],
    unreadCount: 0,
    unseenCount: 0,
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
      unreadCount: initial.unreadCount ?? unread().length,
      unseenCount:
        (timesSeen === 0 && initial.unseenCount) || unread().filter(({ id }) => !seen.has(id)).length,
    };
    for (const notify of subscribers) notify();
  }
  const unread = () => rows.filter(({ status }) => status === 'unread');
  function change(from: readonly Status[], to: Status, ids?: readonly number[]) {
    rows = rows.map((row) =>
      from.includes(row.status) && (ids?.includes(row.id) ?? true) ? { ...row, status: to } : row,
    );
    render();
    return true;
  }
  function prefer(changed: { [type: string]: boolean }) {
    const switched = Object.entries(changed).map(([type, enabled]) => [type, { ...types[type], enabled }]);
    types = { ...types, ...Object.fromEntries(switched) };
  }
  const mark = (name: string, action: Action) => async (id: number) => {
    calls.push(`${name} ${id}`);
    return change(...changes[action], [id]);
  };
  render();
  const serverSnapshot = snapshot;

  /** What the service does for the functions of `belfry/preferences` and `belfry/groups`. A test may replace it. */
  const service = {
    /** As if the actors had come again and again, one after the other, a minute apart. */
    async activities(id: number, cursor: string | null): Promise<ActivitiesPage> {
      const row = rows.find((one) => one.id === id);
      if (!row) throw new NotificationError('not_found', 'There is no such notification.', { status: 404 });
      const { actor_ids, group_count, updated_at } = row;
      const start = Number(cursor);
      const length = Math.min(20, group_count - start);
      const data = Array.from({ length }, (_, index) => ({
        actor_id: actor_ids.at(-1 - ((start + index) % actor_ids.length)) ?? null,
        created_at: new Date(Date.parse(updated_at) - (start + index) * minuteMs).toISOString(),
      }));
      return { data, next_cursor: start + length < group_count ? `${start + length}` : null };
    },
    async getPreferences(): Promise<Preferences> {
      return { user_id: snapshot.userId ?? '', types };
    },
    async setPreferences(changed: { [type: string]: boolean }): Promise<Preferences> {
      calls.push(`setPreferences ${JSON.stringify(changed)}`);
      prefer(changed);
      return service.getPreferences();
    },
  };

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
    markAsRead: mark('markAsRead', 'read'),
    markAsUnread: mark('markAsUnread', 'unread'),
    archive: mark('archive', 'archive'),
    unarchive: mark('unarchive', 'unarchive'),
    async markAllAsRead() {
      calls.push('markAllAsRead');
      return change(...changes.read);
    },
    async archiveAllRead() {
      calls.push('archiveAllRead');
      return change(['read'], 'archived');
    },
    async mark(action, ids) {
      calls.push(`mark ${action} ${ids}`);
      return change(...changes[action], ids);
    },
    async changeOne(id, { method = 'POST', path, body, turns = {} }) {
      calls.push(`${method} ${id}/${path}`);
      rows = rows.map((row) => {
        if (row.id !== id) return row;
        return { ...row, status: turns[row.status] ?? row.status, ...answerOf(method, path, body) };
      });
      render();
      return true;
    },
    async markAsSeen() {
      if (!snapshot.unseenCount) return true;
      timesSeen += 1;
      seen = new Set(rows.map(({ id }) => id));
      render();
      return true;
    },
    async request<Answer>(what: string, _isWhole: unknown, body?: unknown) {
      const [, id, query] = /^GET \/notifications\/(\d+)\/activities(.*)/.exec(what) ?? [];
      const cursor = new URLSearchParams(query).get('cursor');
      // The casts: it knows these three requests, and a test asks for no other.
      const { types } = Object(body) as { types: { [type: string]: boolean } };
      if (id) return (await service.activities(Number(id), cursor)) as Answer;
      const answer = what === 'PUT /preferences' ? service.setPreferences(types) : service.getPreferences();
      return (await answer) as Answer;
    },
    now: () => Date.now(),
    isLeader: () => true,
  };

  return {
    client,
    service,
    /** What was asked for, in order: `archive 3`. */
    calls,
    /** How many hold the lines open. */
    starts: () => starts,
    /** How often it was asked for what may have been missed: each opening of the bell does. */
    refreshes: () => refreshes,
    /** How often what was unseen was marked as seen. */
    timesSeen: () => timesSeen,
    /** What was marked as seen is not, because the service could not be reached. */
    unsee() {
      seen = new Set();
      render();
    },
    render,
    /** A notification comes in. */
    arrive(created: Notification) {
      rows.unshift(created);
      render();
      for (const listener of listeners.notification) listener(created);
    },
    /** Another tab switches types on or off. */
    prefer(changed: { [type: string]: boolean }) {
      prefer(changed);
      for (const listener of listeners.preferences) listener(undefined);
    },
    /** Another device changes it. */
    update(id: number, fields: Partial<Notification>) {
      rows = rows.map((row) => (row.id === id ? { ...row, ...fields, version: row.version + 1 } : row));
      render();
    },
    /** Something else, another tab for instance, archives it. */
    lose(id: number) {
      rows = rows.filter((row) => row.id !== id);
      render();
    },
  };
}
