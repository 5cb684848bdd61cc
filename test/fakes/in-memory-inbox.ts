import type { Bounds, Selection } from '../../functions/core/feed.ts';
import { contentFields, type InboxState, type Notification } from '../../functions/core/notification.ts';
import type { Choices } from '../../functions/core/ports.ts';
import type { ChangedInbox } from '../../functions/core/push.ts';
import type { RetentionBounds } from '../../functions/core/retention.ts';
import { type Action, transitions } from '../../functions/core/status.ts';

/** A notification, and what the service never answers. */
export type Row = Notification & {
  idempotency_key: string | null;
  /** The content of its create command, before the settings completed it. */
  command: unknown;
  /** Whether the user has seen it since it came or moved up. */
  seen: boolean;
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

/** Applies an action to rows that it applies to, as one change. */
export function act(inbox: Inbox, rows: readonly Row[], action: Action, now: number): void {
  const updated_at = countChange(inbox, now);
  const status = transitions[action].to;
  for (const row of rows) Object.assign(row, { status, seen: true, updated_at, version: inbox.version });
}

/** Deletes and archives those of the named rows that are old enough, as one change. */
export function purge(
  inbox: Inbox,
  ids: readonly number[],
  { archive_before, delete_before }: RetentionBounds,
  now: number,
): { archived: number; deleted: number } {
  const named = inbox.rows.filter(({ id }) => ids.includes(id));
  const doomed = new Set(named.filter((row) => isOlder(row, delete_before)));
  const archivable = named.filter(
    (row) => !doomed.has(row) && row.status !== 'archived' && isOlder(row, archive_before),
  );
  if (doomed.size + archivable.length > 0) {
    inbox.version += 1;
    const updated_at = new Date(now).toISOString();
    for (const row of archivable)
      Object.assign(row, { status: 'archived', seen: true, updated_at, version: inbox.version });
    inbox.rows = inbox.rows.filter((row) => !doomed.has(row));
    if (doomed.size > 0) inbox.floor_version = inbox.version;
  }
  return { archived: archivable.length, deleted: doomed.size };
}

export const isOlder = ({ created_at }: Row, bound: number | null): boolean =>
  bound !== null && Date.parse(created_at) < bound;

export const isChangedBy =
  (action: Action) =>
  ({ status }: Row): boolean =>
    transitions[action].from.includes(status);

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
export const toNotification = ({
  idempotency_key: _key,
  command: _command,
  seen: _seen,
  ...notification
}: Row): Notification => notification;

/** The content of a command, and nothing else of it, as JSON keeps it. */
export function asStored<Source extends object>(source: Source): Source {
  const content = Object.entries(source).filter(([name]) => name in contentFields);
  return JSON.parse(JSON.stringify(Object.fromEntries(content)), (_, value) => Object.freeze(value));
}
