import type { ChangesPage, FeedPage, InboxFrame, InboxState, Notification } from './wire.ts';

/** What came back of a mark. */
export interface MarkAnswer extends InboxState {
  notification: Notification;
}

/** What came back of a read-all. */
export interface ReadAllAnswer extends InboxState {
  updated: number;
}

/** Whether a frame holds the change itself. One of a kind that is not known yet says at least that there was one. */
const isWhole = (frame: InboxFrame): boolean => 'notification' in frame || frame.type === 'inbox.read_all';

/**
 * The state machine that merges pages, changes, frames and answers by id and version, so that loss, repetition and
 * disorder on the wire cannot show. It asks nobody anything: it says when something is missing.
 *
 * `version` is the one up to which everything from `tail` on is known; -1, below all, until the first page is here. A frame
 * moves it when it is the very next one, and `changes` move it when they were asked for at or below it. A page and a
 * mark's answer never do: what changed before them may concern other rows and still be on its way.
 *
 * @param onGap told that changes must be asked for; may be told often
 * @param onNews told each unread notification that was just created
 */
export function createInbox(onGap: () => void, onNews: (notification: Notification) => void) {
  const items = new Map<number, Notification>();
  const pending = new Map<number, InboxFrame>();
  let version = -1;
  /** The highest id that has come. */
  let newest = 0;
  let tail = 0;
  let next: string | null = null;
  let count = 0;
  let countVersion = -1;
  let generation = 0;

  function applyRow(row: Notification): void {
    const held = items.get(row.id);
    if (held && held.version >= row.version) return;
    items.set(row.id, row);
    // Ids rise with an inbox's versions: a row that is not above all that have come is no news, though it may not be held.
    if (row.id <= newest) return;
    newest = row.id;
    // Nor is one of the first page, or one to which something has happened already.
    if (version >= 0 && row.status === 'unread' && row.updated_at === row.created_at) onNews(row);
  }

  function setCount(value: number, at: number): void {
    if (at < countVersion) return;
    count = value;
    countVersion = at;
  }

  // A row that is learnt only now is known only as of `at`, and may have changed since: step back, and ask.
  function absorb(rows: readonly Notification[], at: number): void {
    const hasFresh = rows.some(({ id }) => !items.has(id));
    for (const row of rows) applyRow(row);
    if (at < version && hasFresh) {
      version = at;
      onGap();
    }
  }

  // While the version is unknown the hint waits with the frames: the page that is on its way may be older.
  function askIfBehind({ version: at, unread_count }: InboxState): void {
    if (version < 0) onFrame({ type: 'inbox.changed', version: at, unread_count });
    else if (at > version) onGap();
  }

  function drain(): void {
    if (version < 0) return;
    for (const at of pending.keys()) if (at <= version) pending.delete(at);
    for (;;) {
      const frame = pending.get(version + 1);
      if (!frame || !isWhole(frame)) break;
      apply(frame);
      pending.delete(frame.version);
      version = frame.version;
    }
    if (pending.size > 0) onGap();
  }

  function apply(frame: InboxFrame): void {
    if ('notification' in frame) applyRow(frame.notification);
    if (frame.type === 'inbox.read_all') {
      for (const row of items.values()) {
        if (row.status === 'unread' && row.id <= frame.before_id && row.version < frame.version) {
          items.set(row.id, { ...row, status: 'read', version: frame.version });
        }
      }
    }
    setCount(frame.unread_count, frame.version);
  }

  function turnTo({ data, next_cursor }: FeedPage): void {
    next = next_cursor;
    tail = (next && data.at(-1)?.id) || 0;
  }

  function onFrame(frame: InboxFrame): void {
    if (frame.version <= version) return;
    if (isWhole(frame) || !pending.has(frame.version)) pending.set(frame.version, frame);
    drain();
  }

  return {
    onFrame,
    /** Begins anew: what is held stays to be shown, and frames wait, until the first page replaces it. */
    begin(): void {
      generation += 1;
      version = -1;
    },
    /** The first page, which replaces everything. */
    replace(page: FeedPage): void {
      items.clear();
      for (const row of page.data) applyRow(row);
      turnTo(page);
      version = countVersion = page.version;
      count = page.unread_count;
      drain();
    },
    /** A further page. */
    extend(page: FeedPage): void {
      turnTo(page);
      absorb(page.data, page.version);
      askIfBehind(page);
    },
    /** The changes after `since`, where they are no reset. */
    catchUp(since: number, { data, version: at, unread_count }: ChangesPage): void {
      setCount(unread_count, at);
      const isGapless = since <= version;
      absorb(data, at);
      if (at > version) {
        if (isGapless) version = at;
        else onGap();
      }
      drain();
    },
    /** A mark's answer, which is no frame: changes before it may be missing. */
    marked(answer: MarkAnswer): void {
      setCount(answer.unread_count, answer.version);
      absorb([answer.notification], answer.version);
      askIfBehind(answer);
    },
    /** A read-all's answer: where it changed something, it is what its own frame will say. */
    allRead(before_id: number, answer: ReadAllAnswer): void {
      if (answer.updated) onFrame({ type: 'inbox.read_all', before_id, ...answer });
      else askIfBehind(answer);
    },
    version: () => version,
    /** Changes with each `begin`; an answer to a question of an earlier one is to be thrown away. */
    generation: () => generation,
    /** Of the next page; null where there is none. */
    cursor: () => next,
    unreadCount: () => count,
    /** The highest id that has come; 0 where none has. */
    newestId: () => newest,
    /** Those from the oldest that was loaded on, newest first. Others are held, and hidden. */
    shown: () => [...items.values()].filter(({ id }) => id >= tail).sort((a, b) => b.id - a.id),
  };
}
