import type { Bounds, Selection } from '../../functions/core/feed.ts';
import {
  contentFields,
  type InboxState,
  type Notification,
  type NotificationContent,
  type NotificationOrRetracted,
} from '../../functions/core/notification.ts';
import type { Activity, Choices } from '../../functions/core/notification-repository.ts';
import type { ChangedInbox } from '../../functions/core/push.ts';
import type { RetentionBounds } from '../../functions/core/retention.ts';
import { type Action, transitions } from '../../functions/core/status.ts';

/** A create command with an idempotency key, as it was given. */
interface Keyed {
  idempotency_key: string | null;
  /** Its content, before the settings completed it. */
  command: unknown;
}

/** A notification, and what the service never answers. */
export type Row = Omit<Notification, 'status'> &
  Pick<NotificationOrRetracted, 'status'> &
  Keyed & {
    /** Whether the user has seen it since it came or moved up. */
    seen: boolean;
    /** The configured type, in the form in which types are compared. */
    compared_type: string | null;
    /** Where it stood before it was snoozed. */
    snoozed_from: 'unread' | 'read' | null;
    /** Whether its expiry has passed and is dealt with. */
    is_expired: boolean;
    /** When an event tells that it is still unread, in milliseconds since the Unix epoch. */
    alert_at: number | null;
    /** Whether creates of its group go into it. */
    group_open: boolean;
    /** The creates that went into it if it is grouped, the first one without its key, oldest first. */
    activities: (Activity & Keyed)[];
  };

/** The inbox of one user, as a plain model: counts are counted anew each time. */
export interface Inbox {
  user_id: string;
  version: number;
  floor_version: number;
  burst_started_at: number;
  burst_count: number;
  choices: Choices;
  /** In the order of their ids. */
  rows: Row[];
}

export const emptyInbox = (user_id: string): Inbox => ({
  user_id,
  version: 0,
  floor_version: 0,
  burst_started_at: Number.NEGATIVE_INFINITY,
  burst_count: 0,
  choices: { off: [], on: [] },
  rows: [],
});

/** Counts a change: the inbox's next version, and its burst. Answers the time of the change. */
export function countChange(inbox: Inbox, now: number): string {
  const isRunning = inbox.burst_started_at > now - 1_000;
  inbox.version += 1;
  inbox.burst_count = isRunning ? inbox.burst_count + 1 : 1;
  if (!isRunning) inbox.burst_started_at = now;
  return new Date(now).toISOString();
}

/**
 * Gives rows another status, as one change. It closes their groups, and ends what waits for a time. One that leaves the
 * archive after its expiry has no expiry any more.
 */
export function move(inbox: Inbox, rows: readonly Row[], status: Row['status'], now: number): void {
  const updated_at = countChange(inbox, now);
  for (const row of rows) {
    const hasExpired = row.expires_at !== null && Date.parse(row.expires_at) <= now;
    const isOver = row.is_expired || (row.status === 'archived' && hasExpired);
    Object.assign(row, {
      status,
      ...ended,
      updated_at,
      version: inbox.version,
      expires_at: status !== 'archived' && isOver ? null : row.expires_at,
      is_expired: status === 'archived' && (row.is_expired || hasExpired),
    });
  }
}

/** What a row is like that has left `unread` or the snooze. */
const ended = { seen: true, group_open: false, alert_at: null, snoozed_until: null, snoozed_from: null };

/** Makes a row unread and unseen, at the top, and counts no change. */
export function raise(row: Row, position: number): void {
  Object.assign(row, { status: 'unread', position, seen: false, snoozed_until: null, snoozed_from: null });
}

/** Deletes and archives those of the named rows that are old enough, as one change. */
export function purge(
  inbox: Inbox,
  ids: readonly number[],
  { archive_before, delete_before }: RetentionBounds,
  now: number,
): { archived: number; deleted: number } {
  const named = inbox.rows.filter(({ id, status }) => ids.includes(id) && status !== 'snoozed');
  const doomed = new Set(named.filter((row) => isOlder(row, delete_before)));
  const archivable = named.filter(
    (row) => !doomed.has(row) && isArchivable(row) && isOlder(row, archive_before),
  );
  if (doomed.size + archivable.length > 0) {
    inbox.version += 1;
    const updated_at = new Date(now).toISOString();
    for (const row of archivable)
      Object.assign(row, { status: 'archived', ...ended, updated_at, version: inbox.version });
    inbox.rows = inbox.rows.filter((row) => !doomed.has(row));
    if (doomed.size > 0) inbox.floor_version = inbox.version;
  }
  return { archived: archivable.length, deleted: doomed.size };
}

/** Whether retention archives it before it deletes it. */
export const isArchivable = ({ status }: Row): boolean => status === 'unread' || status === 'read';

export const isOlder = ({ created_at }: Row, bound: number | null): boolean =>
  bound !== null && Date.parse(created_at) < bound;

export const isChangedBy =
  (action: Action) =>
  ({ status }: Row): boolean =>
    transitions[action].from.some((from) => from === status);

/** Whether the bell of a scope shows it: if it is of this scope or of none. */
export const isShownIn = (scope: string | null) => (row: Row) =>
  scope === null || row.scope === null || row.scope === scope;

/** Whether it is of the scope, or of none, and of one of the types. */
export const isSelected =
  ({ scope, types }: Selection) =>
  (row: Row): boolean =>
    isShownIn(scope)(row) &&
    (types.length === 0 || (typeof row.metadata.type === 'string' && types.includes(row.metadata.type)));

export const isWithin = (bounds: Bounds) => (row: Row) =>
  isSelected(bounds)(row) && row.position <= (bounds.before_position ?? Number.POSITIVE_INFINITY);

/** The greatest position, 0 if there is none. */
export const newestOf = (rows: readonly Row[]): number =>
  rows.reduce((newest, { position }) => Math.max(newest, position), 0);

function countsOf(rows: readonly Row[]) {
  const unread = rows.filter(({ status }) => status === 'unread');
  return { unread_count: unread.length, unseen_count: unread.filter(({ seen }) => !seen).length };
}

export const stateOf = ({ user_id, version, rows }: Inbox, scopes: readonly string[]): InboxState => ({
  user_id,
  version,
  ...countsOf(rows),
  scopes: Object.fromEntries(scopes.map((scope) => [scope, countsOf(rows.filter(isShownIn(scope)))])),
});

/** The inbox right after a call, which has changed it or has not. */
export const outcomeOf = (inbox: Inbox, scopes: readonly string[], isChanged: boolean): ChangedInbox => ({
  ...stateOf(inbox, scopes),
  burst_count: isChanged ? inbox.burst_count : 0,
});

/** A copy, so that a change of an answer does not change the inbox. Its metadata is frozen. */
export function toNotification(row: Row): Notification {
  // One copy: the simulation makes millions.
  const {
    idempotency_key: _key,
    command: _command,
    activities: _activities,
    seen: _seen,
    compared_type: _type,
    is_expired: _is,
    group_open: _open,
    alert_at: _at,
    snoozed_from: _from,
    ...notification
  } = row;
  if (notification.status === 'retracted') throw new Error(`Notification ${row.id} is retracted.`);
  // The cast: its status is another one.
  return notification as Notification;
}

/** The same of a row that may be retracted. */
export function toAnswer(row: Row): NotificationOrRetracted {
  const { id, user_id, position, status, version } = row;
  return status === 'retracted' ? { id, user_id, position, status, version } : toNotification(row);
}

/** A row of the user that is not retracted. */
export const livingRow = ({ rows }: Inbox, id: number): Row | undefined =>
  rows.find((row) => row.id === id && row.status !== 'retracted');

/** The row that a key has made or has gone into, and the command that had the key. */
export function keyedRow(
  { rows }: { rows: readonly Row[] },
  key: string,
): { row: Row; command: unknown } | undefined {
  for (const row of rows) {
    const found = [row, ...row.activities].find(({ idempotency_key }) => idempotency_key === key);
    if (found) return { row, command: found.command };
  }
  return undefined;
}

/** The type by which the settings know a row. */
export const typeOf = ({ compared_type, metadata }: Row): unknown => compared_type ?? metadata.type;

/** The content of a command, and nothing else of it, as JSON keeps it. */
export function asStored<Source extends NotificationContent>(source: Source): NotificationContent {
  const content = Object.entries(source).filter(([name]) => name in contentFields);
  // The cast: these are all fields of the content.
  return frozen(Object.fromEntries(content)) as unknown as NotificationContent;
}

/** A copy as JSON keeps it, which nothing changes. */
export const frozen = <Source>(source: Source): Source =>
  JSON.parse(JSON.stringify(source), (_, value) => Object.freeze(value));
