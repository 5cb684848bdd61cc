import type { ChangesPage, FeedPage, InboxFrame, InboxState, Notification } from './wire.ts';

/** The answer to a mark. */
export interface MarkAnswer extends InboxState {
  notification: Notification;
}

/** The answer to a read-all. */
export interface ReadAllAnswer extends InboxState {
  updated: number;
}

/** One inbox, merged from everything that the service says about it. */
export type Inbox = ReturnType<typeof createInbox>;

/** What names the user whose it is. */
type Owned = Pick<InboxState, 'user_id'>;

interface InboxDependencies {
  /** Called when changes are missing; often more than once. */
  onGap(): void;
  /** Called with each unread notification that was just created, once. */
  onNews(notification: Notification): void;
}

/** Whether a frame holds the change itself. A frame of an unknown type still shows that something changed. */
const isWhole = (frame: InboxFrame): boolean => 'notification' in frame || frame.type === 'inbox.read_all';

/**
 * Merges pages, changes, frames and answers by id and version, so that lost, repeated and disordered messages cannot
 * show. It sends no requests. It calls `onGap` if something is missing.
 *
 * `version` is the version up to which everything from `tail` on is known. It is -1 until the first page is here. A
 * frame raises it only if the frame has the next version. Changes raise it only if they were requested at or below it.
 * A page and the answer to a mark never raise it: earlier changes to other notifications may still be on their way.
 *
 * Everything is of one user, whom only an answer to the session's own token can prove. Frames wait until then, and until
 * the first page is here. Frames and rows of another user are dropped.
 */
export function createInbox({ onGap, onNews }: InboxDependencies) {
  const items = new Map<number, Notification>();
  /** The list as it was last shown. */
  let list: readonly Notification[] = [];
  /** The ids of rows that may look otherwise since, also of rows that are not held any more. */
  const changed = new Set<number>();
  /** Frames that cannot be applied yet. */
  let waiting: InboxFrame[] = [];
  let owner: string | null = null;
  /** Whether an answer has proved the owner. */
  let isProven = false;
  let version = -1;
  /** The newest version and count that are known. */
  let state: Pick<InboxState, 'version' | 'unread_count'> = { version, unread_count: 0 };
  /** The highest id that has come. */
  let newest = 0;
  /** The id of the oldest notification that was loaded. */
  let tail = 0;
  let next: string | null = null;

  const isOwn = ({ user_id }: Owned) => user_id === owner;

  function applyRow(row: Notification): void {
    if (!isOwn(row)) return;
    const held = items.get(row.id);
    if (held && held.version >= row.version) return;
    items.set(row.id, row);
    changed.add(row.id);
    // Ids rise with versions. A row at or below the newest id is not new, even if it is not held.
    if (row.id <= newest) return;
    newest = row.id;
    // A row of the first page is not new either, nor one that has changed since it was created.
    if (version >= 0 && row.status === 'unread' && row.updated_at === row.created_at) onNews(row);
  }

  /** Takes the state as one piece: a version and the count of another version are never mixed. */
  function hear(heard: InboxState): void {
    if (heard.version >= state.version) state = heard;
  }

  /** Takes rows that are as of the answer. @param since the version after which the answer has all changes */
  function absorb(rows: readonly Notification[], answer: InboxState, since = Infinity): void {
    const { user_id, version: at, unread_count } = answer;
    const isGapless = since <= version;
    const hasFresh = rows.some(({ id }) => !items.has(id));
    hear(answer);
    for (const row of rows) applyRow(row);
    if (isGapless) version = Math.max(version, at);
    // A row that was not held is known only as of `at`. It may have changed since: step back, and ask.
    if (at < version && hasFresh) {
      version = at;
      onGap();
    }
    // If the answer is ahead, something is missing. The first page, which may be on its way, may be older too.
    onFrame({ type: 'inbox.changed', user_id, version: at, unread_count });
  }

  /** Applies the frames that have the next versions. */
  function drain(): void {
    if (!isProven || version < 0) return;
    for (;;) {
      waiting = waiting.filter(isAhead);
      const frame = waiting.find((each) => each.version === version + 1 && isWhole(each));
      if (!frame) break;
      apply(frame);
      version = frame.version;
    }
    if (waiting[0]) onGap();
  }

  function isAhead(frame: InboxFrame): boolean {
    if (!isOwn(frame) || ('notification' in frame && !isOwn(frame.notification))) return false;
    return frame.version > version;
  }

  function apply(frame: InboxFrame): void {
    if ('notification' in frame) applyRow(frame.notification);
    if (frame.type === 'inbox.read_all') {
      for (const row of items.values()) {
        if (row.status === 'unread' && row.id <= frame.before_id && row.version < frame.version) {
          applyRow({ ...row, status: 'read', version: frame.version });
        }
      }
    }
    hear(frame);
  }

  function turnTo({ data, next_cursor }: FeedPage): void {
    next = next_cursor;
    tail = (next && data.at(-1)?.id) || 0;
    redraw();
  }

  /** Makes `list` look at the rows with these ids again. Default: all that are held. */
  function redraw(ids: Iterable<number> = items.keys()): void {
    for (const id of ids) changed.add(id);
  }

  function onFrame(frame: InboxFrame): void {
    waiting.push(frame);
    drain();
  }

  return {
    onFrame,
    /** Takes whose an answer is. Answers false if the inbox is another user's. */
    prove({ user_id }: Owned): boolean {
      owner ??= user_id;
      isProven = owner === user_id;
      drain();
      return isProven;
    },
    /** Whether an answer has proved whose inbox it is. */
    isProven: () => isProven,
    /** Whose inbox it is, as far as it is known. */
    owner: () => owner,
    /** Starts anew. Rows are still shown, and frames wait, until the first page replaces the rows. */
    begin(): void {
      version = -1;
      redraw();
    },
    /** Takes the first page, which replaces all rows. */
    replace(page: FeedPage): void {
      owner = page.user_id;
      // First, so that `list` looks at the rows that go.
      turnTo(page);
      items.clear();
      for (const row of page.data) applyRow(row);
      version = page.version;
      state = page;
      drain();
    },
    /** Takes a further page. */
    extend(page: FeedPage): void {
      turnTo(page);
      absorb(page.data, page);
    },
    /** Takes the changes after `since`. They must not be a reset. */
    catchUp: (since: number, changes: ChangesPage): void => absorb(changes.data, changes, since),
    /**
     * Takes the answer to a mark or a read-all. A mark is not taken for a frame: changes before it may be missing. A read-all
     * that has changed something says what its frame will say.
     */
    changed(answer: MarkAnswer | ReadAllAnswer, before_id: number): void {
      if ('notification' in answer) absorb([answer.notification], answer);
      else if (answer.updated) onFrame({ type: 'inbox.read_all', before_id, ...answer });
      else absorb([], answer);
    },
    version: () => version,
    /** The cursor of the next page. Null if there is none. */
    cursor: () => next,
    unreadCount: () => state.unread_count,
    /** The highest id that has come. 0 if there is none. */
    newestId: () => newest,
    redraw,
    /**
     * The rows from the oldest loaded one on, as `look` shows them, newest first. Older rows are held but not shown. Rows
     * that look the same, and a list of the same rows, stay the same objects.
     *
     * Only rows that may look otherwise since the last call are looked at, and the list is read down to the oldest of them.
     *
     * @param look answers the row as it is shown, or none if it is not
     */
    list(look: (row: Notification) => Notification[]): readonly Notification[] {
      const rows = [...list];
      let at = 0;
      for (const id of [...changed].sort((a, b) => b - a)) {
        while (Number(rows[at]?.id) > id) at += 1;
        const before = rows[at]?.id === id ? rows[at] : undefined;
        const held = items.get(id);
        const after = held && id >= tail ? look(held) : [];
        if (before?.version === after[0]?.version && before?.status === after[0]?.status) continue;
        rows.splice(at, before ? 1 : 0, ...after);
        list = rows;
      }
      changed.clear();
      return list;
    },
  };
}
