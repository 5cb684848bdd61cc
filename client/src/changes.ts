import type { Api, ChangeRequest } from './api.ts';
import type { NotificationError } from './error.ts';
import type { Inbox } from './inbox.ts';
import type { Action, Notification, Status } from './wire.ts';

interface ChangesDependencies {
  api: Api;
  inbox: Inbox;
  /** Called after a change was made. */
  onChange(): void;
  /** Called with the outcome of a change. */
  onEnd(error?: NotificationError): void;
}

/**
 * What the user did, shown before the service has answered. It is never written into the inbox. A read-all always has a
 * bound, so that neither a late one nor a repeated one reads what has come after the click.
 */
export interface Change extends ChangeRequest {
  /** The change shows until the inbox has this version: that of the answer, or one that it has if the change has failed. */
  until?: number;
}

/** A change that was refused would be refused again. */
const isRefused = ({ status = 500 }: NotificationError): boolean =>
  status < 500 && status !== 401 && status !== 429;

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

  const isAllRead = () => changes.some(({ before_id }) => before_id);

  async function deliver(change: Change): Promise<boolean> {
    let error: NotificationError | undefined;
    try {
      // If an answer is of another user, the session ends before this user's change is sent.
      if (!inbox.isProven()) await api.unreadCount();
      const answer = await api.change(change);
      change.until = answer.version;
      inbox.changed(answer, change.before_id);
    } catch (reason) {
      // The parts of this client reject with nothing else.
      error = reason as NotificationError;
      change.until = -1;
    }
    // It decides what a change of the same notification was to decide. A read-all and a mark would undo each other.
    failed = failed.filter(
      ({ id, before_id }) => id !== change.id && (error || !(before_id || change.before_id)),
    );
    if (error && !isRefused(error)) failed.push(change);
    onEnd(error);
    return !error;
  }

  /** Shows a change, and sends it, also one that has failed before. Answers whether it worked. Never rejects. */
  function make(change: Change): Promise<boolean> {
    change.until = Infinity;
    changes.push(change);
    onChange();
    delivery = delivery.then(() => deliver(change));
    return delivery;
  }

  return {
    make,
    /** Makes the changes that have failed once more. Answers whether all of them worked. Never rejects. */
    async repeat(): Promise<boolean> {
      const outcomes = await Promise.all(failed.splice(0).map(make));
      return outcomes.every(Boolean);
    },
    /**
     * The rows of the inbox that match, and its unread count, as they will be when the changes are made, in their order.
     * Forgets the changes that the inbox has reached.
     *
     * @param matches whether a row is to be shown
     */
    overlay(matches: (row: Notification) => boolean) {
      inbox.redraw(isAllRead() ? undefined : changes.map(({ id }) => id));
      changes = changes.filter(({ until = Infinity }) => inbox.version() < until);
      // After a read-all only later notifications are unread. All of them are held, but older unread ones may not be.
      const isAll = isAllRead();
      let count = isAll ? 0 : inbox.unreadCount();
      const notifications = inbox.list((row) => {
        const status = changes.reduce(
          (status, { id, before_id, action }) =>
            ((row.id === id || row.id <= before_id) && transitions[action][status]) || status,
          row.status,
        );
        if (status === 'unread') count += 1;
        if (row.status === 'unread' && !isAll) count -= 1;
        // A copy each time: the list keeps the one before if it looks the same.
        return [{ ...row, status }].filter(matches);
      });
      return { notifications, unreadCount: Math.max(0, count) };
    },
  };
}
