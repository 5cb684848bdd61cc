import type { Api } from './api.ts';
import type { Environment } from './environment.ts';
import type { NotificationError } from './error.ts';
import { createFeed, matches } from './feed.ts';
import { type Change, overlay } from './overlay.ts';
import type { ConnectionStatus, Emit, NotificationClientOptions, NotificationSnapshot } from './types.ts';
import type { Action, Notification } from './wire.ts';

/** One user's inbox with the changes that are on their way, as snapshots. */
export type Store = ReturnType<typeof createStore>;

/** @param onChange told of each new snapshot */
export function createStore(
  environment: Environment,
  api: Api,
  options: Pick<NotificationClientOptions, 'filter' | 'pageSize' | 'initialData'>,
  onChange: () => void,
  emit: Emit,
) {
  const news: Notification[] = [];
  const feed = createFeed(environment, api, options, render, note, (notification) => news.push(notification));
  const { inbox } = feed;
  let changes: Change[] = [];
  /** Changes are sent one after the other, so that the last one wins at the service too. */
  let sending: Promise<unknown> = Promise.resolve();
  let status: ConnectionStatus = 'connecting';
  let failed: NotificationError | undefined;

  if (options.initialData) inbox.replace(options.initialData);
  let snapshot = look([]);

  function look(before: readonly Notification[]): NotificationSnapshot {
    const shown = overlay(inbox.shown(), inbox.unreadCount(), changes);
    return {
      notifications: keep(
        before,
        shown.rows.filter((row) => matches(row, feed.filter())),
      ),
      unreadCount: shown.unreadCount,
      status,
      isLoading: feed.isLoading() || (inbox.version() < 0 && !failed),
      hasMore: !!inbox.cursor(),
      error: failed ?? null,
      filter: feed.filter(),
    };
  }

  function render(): void {
    const version = inbox.version();
    changes = changes.filter(({ until }) => until === undefined || version < until);
    const next = look(snapshot.notifications);
    if (!isSame(snapshot, next)) {
      snapshot = next;
      onChange();
    }
    for (const row of news.splice(0)) {
      const { type = row.metadata.type } = feed.filter();
      if (row.metadata.type === type) emit('notification', row);
    }
  }

  /** How something went; what is tried again by itself and fails as before is not news. */
  function note(error?: NotificationError, isNews = error?.code !== failed?.code): void {
    failed = error;
    if (error && isNews) emit('error', error);
    render();
  }

  /** Shows a change at once, and takes it back if the service does not make it. */
  function change(change: Change, send: () => Promise<number>): Promise<boolean> {
    changes.push(change);
    render();
    const sent = sending.then(send).then(
      (version) => {
        change.until = version;
        note();
        return true;
      },
      (error: NotificationError) => {
        changes = changes.filter((each) => each !== change);
        note(error, true);
        return false;
      },
    );
    sending = sent;
    return sent;
  }

  return {
    feed,
    snapshot: () => snapshot,
    note,
    setStatus(changed: ConnectionStatus): void {
      status = changed;
      render();
    },
    mark: (id: number, action: Action): Promise<boolean> =>
      change({ action, id }, async () => {
        const answer = await api.mark(id, action);
        inbox.marked(answer);
        return answer.version;
      }),
    markAllAsRead(): Promise<boolean> {
      const { status: statuses = ['unread'], type } = feed.filter();
      // A list without a part of the inbox does not know its newest notification.
      const isWhole = !type && statuses.includes('unread');
      const all: Change & { action: 'read_all' } = {
        action: 'read_all',
        before_id: isWhole ? inbox.newestId() : 0,
      };
      return change(all, async () => {
        if (!all.before_id) {
          const { data, version } = await api.page({ limit: '1', status: 'unread' });
          if (!data[0]) return version;
          all.before_id = data[0].id;
        }
        const answer = await api.readAll(all.before_id);
        inbox.allRead(all.before_id, answer);
        return answer.version;
      });
    },
  };
}

/** The same rows as the same objects, in the same array where nothing differs, so that nothing is drawn again. */
function keep(before: readonly Notification[], rows: readonly Notification[]): readonly Notification[] {
  const known = new Map(before.map((row) => [row.id, row]));
  const kept = rows.map((row) => {
    const held = known.get(row.id);
    return held?.version === row.version && held.status === row.status ? held : row;
  });
  return kept.length === before.length && kept.every((row, index) => row === before[index]) ? before : kept;
}

function isSame(one: NotificationSnapshot, other: NotificationSnapshot): boolean {
  return (Object.keys(one) as (keyof NotificationSnapshot)[]).every((key) => one[key] === other[key]);
}
