import type { Api } from './api.ts';
import type { NotificationError } from './error.ts';
import type { Inbox, MarkAnswer, ReadAllAnswer } from './inbox.ts';
import type { Action, FeedPage, Notification, Status } from './wire.ts';

interface ChangesDependencies {
  api: Api;
  inbox: Inbox;
  /** Called after a change was made. */
  onChange(): void;
  /** Called with the outcome of a change. */
  onEnd(error?: NotificationError): void;
}

/** What the user did, shown before the service has answered. It is never written into the inbox. */
export type Change = (
  | { action: Action; id: number }
  /** Reads all notifications with an id up to `before_id`. 0 means all: the id is not known yet. */
  | { action: 'read'; before_id: number }
) & {
  /** The service has answered with this version. The change shows until the inbox has reached it. */
  until?: number | undefined;
};

/** A change that was refused would be refused again. */
const isRefused = ({ status = 500 }: NotificationError): boolean =>
  status < 500 && status !== 401 && status !== 429;

/** Whether a change decides alone what a failed one before it was to decide. */
const supersedes = (change: Change, failed: Change): boolean =>
  'id' in change ? 'id' in failed && failed.id === change.id : /read$/.test(failed.action);

/** What each action does. From any other status it does nothing. The service has the same table. */
const transitions: Record<Action, Partial<Record<Status, Status>>> = {
  read: { unread: 'read' },
  unread: { read: 'unread' },
  archive: { unread: 'archived', read: 'archived' },
  unarchive: { archived: 'read' },
};

/**
 * The user's own changes. Each of them shows at once, is sent after those before it, so that the last one wins at the
 * service too, and shows until the inbox has what the service has answered. If it fails, it shows no longer, and is kept
 * to be repeated, unless the service has refused it or the user has changed the same notification since.
 */
export function createChanges({ api, inbox, onChange, onEnd }: ChangesDependencies) {
  let changes: Change[] = [];
  /** What to repeat, in the order in which it was made. */
  let failed: Change[] = [];
  /** The outcome of the last change. */
  let delivery = Promise.resolve(true);

  async function deliver(change: Change): Promise<boolean> {
    try {
      const answer = await send(change);
      change.until = answer.version;
      if ('notification' in answer) inbox.marked(answer);
      if ('updated' in answer && 'before_id' in change) inbox.allRead(change.before_id, answer);
      // A read-all that is repeated would undo it.
      if (change.action === 'unread' && failed.some((each) => 'before_id' in each)) failed.push(change);
      onEnd();
      return true;
    } catch (reason) {
      const error = reason as NotificationError;
      const later = changes.slice(changes.indexOf(change) + 1);
      changes = changes.filter((each) => each !== change);
      if (!isRefused(error) && !later.some((each) => supersedes(each, change))) failed.push(change);
      onEnd(error);
      return false;
    }
  }

  /** A read-all always has a bound, so that neither a late one nor a repeated one reads what has come after the click. */
  async function send(change: Change): Promise<MarkAnswer | ReadAllAnswer | FeedPage> {
    if ('id' in change) return api.mark(change);
    if (!change.before_id) {
      const page = await api.page({ limit: '1', status: 'unread' });
      if (!page.data[0]) return page;
      change.before_id = page.data[0].id;
    }
    return api.readAll(change);
  }

  /** Shows a change, and sends it. Answers whether it worked. Never rejects. */
  function make(change: Change): Promise<boolean> {
    failed = failed.filter((each) => !supersedes(change, each));
    changes.push(change);
    onChange();
    delivery = delivery.then(() => deliver(change));
    return delivery;
  }

  return {
    make,
    /** Makes the changes that have failed once more. Answers whether all of them worked. Never rejects. */
    async repeat(): Promise<boolean> {
      const outcomes = await Promise.all(
        failed.splice(0).map((change) => make({ ...change, until: undefined })),
      );
      return outcomes.every(Boolean);
    },
    /** Rows and unread count of the inbox as they will be when the changes are made, in their order. */
    overlay() {
      changes = changes.filter(({ until = Infinity }) => inbox.version() < until);
      const held = inbox.shown();
      const rows = held.map((row) => {
        const status = changes.reduce(
          (status, change) => (concerns(change, row) && transitions[change.action][status]) || status,
          row.status,
        );
        return status === row.status ? row : { ...row, status };
      });
      // After a read-all only later notifications are unread. All of them are held, but older unread ones may not be.
      const isAllRead = changes.some((change) => 'before_id' in change);
      const count = isAllRead ? 0 : inbox.unreadCount() - countUnread(held);
      return { rows, unreadCount: Math.max(0, count + countUnread(rows)) };
    },
  };
}

function concerns(change: Change, { id }: Notification): boolean {
  return 'id' in change ? id === change.id : !change.before_id || id <= change.before_id;
}

function countUnread(rows: readonly Notification[]): number {
  return rows.filter(({ status }) => status === 'unread').length;
}
