import { isWithin } from './filter.ts';
import { transitions } from './status.ts';
import {
  type ChangesPage,
  type Counts,
  type FeedPage,
  type InboxFrame,
  type InboxState,
  isInboxState,
  type Notification,
  type NotificationOrRetracted,
  type Status,
} from './wire.ts';

/** One inbox, merged from everything that the service says about it. */
export type Inbox = ReturnType<typeof createInbox>;

/** Higher than every position. */
export const aboveAll = 9e15;

/** What names the user whose it is. */
type Owned = Pick<InboxState, 'user_id'>;

/** Some rows of the inbox, as they are at its version; of a page also where the next one begins. */
type Rows = FeedPage | (Omit<ChangesPage, 'reset'> & { reset?: boolean });

/** Whether a frame holds the change itself. Every other one, also of an unknown type, shows that something changed. */
const isWhole = ({ type }: InboxFrame): boolean =>
  /^(notification\.(created|updated)|inbox\.(read_all|marked|seen))$/.test(type);

/**
 * Merges pages, changes and frames by position and version, so that lost, repeated and disordered messages
 * cannot show. It sends no requests. It calls `onGap` if something is missing.
 *
 * `version` is the version up to which everything from `tail` on is known. It is -1 until the first page is here. A
 * frame raises it only if the frame has the next version. Changes raise it only if they were requested at or below it.
 * A further page never raises it: earlier changes to other notifications may still be on their way. What a frame says of
 * a row is held at once, whatever is missing before it.
 *
 * A retracted row is held and never shown, so that no older answer brings it back.
 *
 * Everything is of one user, whom only an answer to the session's own token can prove. Frames wait until then, and until
 * the first page is here. Frames and rows of another user are dropped.
 *
 * @param onGap called when changes are missing; often more than once
 * @param onNews called with each unread notification that has come or moved up, once, in the order of the positions
 * @param isKnown whether pages have all notifications of this status
 */
export function createInbox(
  onGap: () => void,
  onNews: (notification: Notification) => void,
  isKnown: (status: Status) => boolean,
) {
  const items = new Map<number, NotificationOrRetracted>();
  /** The list as it was last shown. */
  let list: readonly Notification[] = [];
  /** The positions where the list may look otherwise since, each with the id of the row that is or was there. */
  const changed = new Map<number, number>();
  /** Frames that are ahead of the version. */
  let waiting: InboxFrame[] = [];
  let owner: string | null = null;
  /** Whether an answer has proved the owner. */
  let isProven = false;
  let version = -1;
  /** The newest state that is known. */
  let state: InboxState = { user_id: '', version, unread_count: 0, unseen_count: 0, scopes: {} };
  /** The ids of held rows that have moved up. */
  const risen = new Set<number>();
  /** The highest position that has come. */
  let newest = 0;
  /** The position down to which rows were loaded. */
  let tail = 0;
  let next: string | null = null;

  const isOwn = ({ user_id }: Owned) => user_id === owner;

  function applyRow(row: NotificationOrRetracted): void {
    if (!isOwn(row)) return;
    const held = items.get(row.id);
    if (held && held.version >= row.version) return;
    if (held && held.position < row.position) risen.add(row.id);
    // If it has moved, two places change.
    redraw([row.id]);
    items.set(row.id, row);
    redraw([row.id]);
  }

  /** Takes the state as one piece: a version and the counts of another version are never mixed. */
  function hear(heard: InboxState): void {
    if (heard.version >= state.version) state = heard;
  }

  /**
   * Tells of a row when its version is reached, if it is unread and has come or moved up.
   *
   * @param type of the frame that says it. Changes do not say what has happened
   */
  function announce({ id, position }: NotificationOrRetracted, type?: string): void {
    // What comes or moves up is above everything else.
    if (position <= newest) return;
    newest = position;
    const row = items.get(id);
    if (row?.status !== 'unread' || row.position !== position) return;
    // A row that was not held may only have been above what the list has, and is unread again.
    if (type === 'notification.created' || row.updated_at === row.created_at || risen.has(id)) onNews(row);
  }

  /** Applies the frames that have the next versions. */
  function drain(): void {
    if (!isProven) return;
    waiting = waiting.filter(isAhead).sort((a, b) => a.version - b.version);
    for (const frame of waiting) {
      hear(frame);
      if ('notification' in frame) applyRow(frame.notification);
      if ('action' in frame && frame.action === 'retract') {
        const { user_id, ids } = frame;
        for (const id of ids) {
          // Where it is does not matter if it is not held.
          const position = items.get(id)?.position ?? 0;
          applyRow({ id, user_id, position, status: 'retracted', version: frame.version });
        }
      }
    }
    for (const frame of waiting) {
      if (frame.version === version + 1 && isWhole(frame) && !asks(frame)) {
        apply(frame);
        version += 1;
      }
    }
    if (version >= 0 && version < state.version) onGap();
  }

  function isAhead(frame: InboxFrame): boolean {
    if (!isOwn(frame) || ('notification' in frame && !isOwn(frame.notification))) return false;
    return isInboxState(frame) && frame.version > version;
  }

  /** Whether a row that is not held may belong to the list now. Only the service knows it. */
  function asks(frame: InboxFrame): boolean {
    if (frame.type !== 'inbox.marked') return false;
    const turns = transitions[frame.action];
    // A later service may have other actions.
    if (!turns) return true;
    // If every status that it can come from is known, the row is below the tail or not selected.
    const isNew = Object.entries(turns).some(([from, to]) => isKnown(to) && !isKnown(from as Status));
    return isNew && frame.ids.some((id) => !items.has(id));
  }

  function apply(frame: InboxFrame): void {
    let turned: (NotificationOrRetracted | undefined)[] = [];
    let turns = transitions.read;
    if ('notification' in frame) announce(frame.notification, frame.type);
    if (frame.type === 'inbox.read_all') turned = [...items.values()].filter((row) => isWithin(row, frame));
    if (frame.type === 'inbox.marked') {
      turned = frame.ids.map((id) => items.get(id));
      turns = transitions[frame.action];
    }
    for (const row of turned) {
      const status = row && turns[row.status];
      // The cast: what is retracted turns to nothing.
      if (status) applyRow({ ...row, status, snoozed_until: null, version: frame.version } as Notification);
    }
  }

  function turnTo({ next_cursor }: FeedPage): void {
    next = next_cursor;
    tail = Number(next);
    redraw();
  }

  /** Makes `list` look at the rows with these ids again. Default: all that are held. */
  function redraw(ids: Iterable<unknown> = items.keys()): void {
    for (const id of ids) {
      const row = items.get(id as number);
      if (row) changed.set(row.position, row.id);
    }
  }

  return {
    onFrame(frame: InboxFrame): void {
      waiting.push(frame);
      drain();
    },
    isOwn,
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
      // The page is requested after all that is known now, so that none of it is a reason to ask.
      state = { ...state, version };
      redraw();
    },
    /** Takes the first page, which replaces all rows. */
    replace(page: FeedPage): void {
      owner = page.user_id;
      // First, so that `list` looks at the places of the rows that go.
      turnTo(page);
      items.clear();
      for (const row of page.data) applyRow(row);
      newest = Math.max(newest, tail, ...page.data.map(({ position }) => position));
      version = page.version;
      hear(page);
      drain();
    },
    /**
     * Takes a further page, changes that are no reset, or the answer to a change of one row.
     *
     * @param since the version after which the answer has all changes. Default: it has not.
     */
    add(answer: Rows, since = Infinity): void {
      const at = answer.version;
      const isGapless = since <= version;
      const hasFresh = answer.data.some(({ id }) => !items.has(id));
      if ('next_cursor' in answer) turnTo(answer);
      hear(answer);
      // A row that has changed since it came is behind later ones.
      for (const row of [...answer.data].sort((a, b) => a.position - b.position)) {
        applyRow(row);
        if (isGapless) announce(row);
      }
      if (isGapless) version = Math.max(version, at);
      // A row that was not held is known only as of `at`. It may have changed since: step back, and ask.
      if (at < version && hasFresh) version = at;
      drain();
    },
    version: () => version,
    /** The cursor of the next page. Null if there is none. */
    cursor: () => next,
    /** Those of a scope if it is given, and if the service has it. Otherwise those of the whole inbox. */
    counts: (scope = ''): Counts => state.scopes[scope] ?? state,
    /** The position of a row. A row that is not held may be anywhere. */
    positionOf: (id: number): number => items.get(id)?.position ?? aboveAll,
    /** The highest position up to which nothing is missing: a user has not seen what is above it. 0 if there is none. */
    known: (): number =>
      Math.max(0, ...[...items.values()].map((row) => (row.version <= version ? row.position : 0))),
    redraw,
    /**
     * The rows from the oldest loaded one on, as `look` shows them, newest first. Older rows are held but not shown. Rows
     * that look the same, and a list of the same rows, stay the same objects.
     *
     * Only places that may look otherwise since the last call are looked at, and the list is read down to the last of them.
     *
     * @param look answers the row as it is shown, or none if it is not
     */
    list(look: (row: Notification) => Notification[]): readonly Notification[] {
      const rows = [...list];
      let at = 0;
      for (const [position, id] of [...changed].sort(([a], [b]) => b - a)) {
        while (Number(rows[at]?.position) > position) at += 1;
        const before = rows[at]?.position === position ? rows[at] : undefined;
        const held = items.get(id);
        const isShown = held?.position === position && position >= tail && held.status !== 'retracted';
        const after = isShown ? look(held) : [];
        if (before?.version === after[0]?.version && before?.status === after[0]?.status) continue;
        rows.splice(at, before ? 1 : 0, ...after);
        list = rows;
      }
      changed.clear();
      return list;
    },
  };
}
