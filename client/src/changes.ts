import type { Api } from './api.ts';
import type { NotificationError } from './error.ts';
import { isSelected, isWithin } from './filter.ts';
import type { Inbox } from './inbox.ts';
import { type Turns, transitions } from './status.ts';
import type { RowChange } from './types.ts';
import type { Action, Bounds, InboxFrame, InboxState, Notification, Status } from './wire.ts';

/**
 * What the user did, shown before the service has answered. It is never written into the inbox. A change of many always
 * has a bound, so that neither a late one nor a repeated one is about what has come after the click.
 */
interface Change {
  /** Of the request, below `/notifications/`. */
  path: string;
  /** Default: POST. */
  method?: 'POST' | 'DELETE' | undefined;
  /** Of the request, and what its frame says beside the inbox. */
  body(): object | undefined;
  /** What it does to statuses. Default: nothing. */
  turns?: Turns | undefined;
  /** The notifications that it marks, each with its position then. A row that has moved up since is not meant. */
  marks: Map<unknown, number>;
  /** The notifications whose status a change of many turns. */
  bounds?: Bounds | undefined;
  /** The change shows until the inbox has this version: that of the answer, or one that it has if the change has failed. */
  until?: number;
}

/** The answer to a change. */
interface ChangeAnswer extends InboxState {
  /** The ids that it has changed, or how many. */
  updated?: number[] | number;
  /** The one that it was about. */
  notification?: Notification;
}

/** A change that was refused would be refused again. */
const isRefused = ({ status = 500 }: NotificationError): boolean =>
  status < 500 && status !== 401 && status !== 429;

/** What the changes of many do to statuses. */
const wide: { [path: string]: Turns } = {
  'read-all': transitions.read,
  'archive-read': { read: 'archived' },
};

/** The frames that are whole, by the paths of their changes. */
const frames: { [path: string]: string } = { mark: 'inbox.marked', 'read-all': 'inbox.read_all' };

/**
 * The user's own changes. Each of them shows at once, is sent after those before it, so that the last one wins at the
 * service too, and shows until the inbox has what the service has answered. If it fails, it shows no longer, and is kept
 * to be repeated, unless the service has refused it or the user has changed the same notification since.
 *
 * @param scope whose counts are shown. Default: those of the whole inbox
 * @param onChange called after a change was made
 * @param onEnd called with the outcome of a change
 */
export function createChanges(
  api: Api,
  inbox: Inbox,
  scope: string | undefined,
  onChange: () => void,
  onEnd: (error?: NotificationError) => void,
) {
  let changes: Change[] = [];
  /** What to repeat, in the order in which it was made. */
  let failed: Change[] = [];
  /** The outcome of the last change. */
  let delivery = Promise.resolve(true);

  async function deliver(change: Change): Promise<boolean> {
    let error: NotificationError | undefined;
    try {
      // If an answer is of another user, the session ends before this user's change is sent.
      if (!inbox.isProven()) await api.unreadCount();
      const body = change.body();
      const what = `${change.method ?? 'POST'} /notifications/${change.path}`;
      const answer = await api.request<ChangeAnswer>(what, undefined, body);
      const { updated, notification } = answer;
      change.until = answer.version;
      // A row may be of an earlier version than the answer, and so is no frame.
      if (notification) inbox.add({ ...answer, data: [notification] });
      // If it has changed something, it is taken for its frame. The cast: it is a frame, of whatever type.
      const type = ([updated].flat()[0] && frames[change.path]) || 'inbox.changed';
      if (!notification) inbox.onFrame({ ...body, ...answer, type, ids: updated } as InboxFrame);
    } catch (reason) {
      // The parts of this client reject with nothing else.
      error = reason as NotificationError;
      change.until = -1;
    }
    // It decides what a change of the same notification was to decide. A change of many and a mark would undo each other.
    failed = failed.filter(({ marks, bounds }) => {
      for (const key of change.marks.keys()) marks.delete(key);
      return marks.size && (error || !(bounds || change.bounds));
    });
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
    /** Marks these notifications. */
    async mark(action: Action, ids: readonly number[]): Promise<boolean> {
      const turns = transitions[action];
      const marks = new Map(ids.map((id) => [id, inbox.positionOf(id)]));
      const body = () => ({ action, ids: [...marks.keys()], positions: [...marks.values()] });
      return !marks.size || make({ path: 'mark', body, turns, marks });
    },
    /** Changes one notification by a request of its own, which answers that notification. */
    changeOne: (id: number, { path, body, ...change }: RowChange): Promise<boolean> =>
      make({
        ...change,
        path: `${id}/${path}`,
        body: () => body,
        marks: new Map([[id, inbox.positionOf(id)]]),
      }),
    /** Changes everything within the bounds. If their position is 0, there is nothing. */
    async change(path: string, bounds: Bounds): Promise<boolean> {
      const turns = wide[path];
      return (
        !bounds.before_position ||
        make({
          path,
          body: () => bounds,
          turns,
          marks: new Map([[path, 0]]),
          bounds: turns && bounds,
        })
      );
    },
    /** Makes the changes that have failed once more. Answers whether all of them worked. Never rejects. */
    async retry(): Promise<boolean> {
      const outcomes = await Promise.all(failed.splice(0).map(make));
      return outcomes.every(Boolean);
    },
    /**
     * The rows of the inbox that match, and its counts, as they will be when the changes are made, in their order.
     * Forgets the changes that the inbox has reached.
     *
     * @param matches whether a row is to be shown
     */
    shown(matches: (row: Notification) => boolean) {
      for (const { marks, bounds } of changes) inbox.redraw(bounds ? undefined : marks.keys());
      changes = changes.filter(({ until = Infinity }) => inbox.version() < until);
      const { unread_count, unseen_count } = inbox.counts(scope);
      // After a read-all only later notifications are unread. All of them are held, but older unread ones may not be.
      const isAll = changes.some(({ path, bounds }) => path === 'read-all' && !bounds?.types);
      let count = isAll ? 0 : unread_count;
      const notifications = inbox.list((row) => {
        const status = changes.reduce((status: Status, { turns, marks, bounds }) => {
          const isMeant = bounds ? isWithin(row, bounds) : row.position <= Number(marks.get(row.id));
          return (isMeant && turns?.[status]) || status;
        }, row.status);
        if (isSelected(row, { scope })) {
          if (status === 'unread') count += 1;
          if (row.status === 'unread' && !isAll) count -= 1;
        }
        // A copy each time: the list keeps the one before if it looks the same.
        return [{ ...row, status }].filter(matches);
      });
      const unreadCount = Math.max(0, count);
      const isSeen = changes.some(({ path }) => path === 'seen');
      return { notifications, unreadCount, unseenCount: isSeen ? 0 : Math.min(unseen_count, unreadCount) };
    },
  };
}
