import { isDeepStrictEqual } from 'node:util';
import { IdempotencyConflict } from '../../functions/core/errors.ts';
import type { Bounds } from '../../functions/core/feed.ts';
import { limits } from '../../functions/core/limits.ts';
import type { NotificationContent } from '../../functions/core/notification.ts';
import type {
  ChangedWithin,
  Clock,
  CreateOutcome,
  CreateRule,
  NotificationRepository,
} from '../../functions/core/ports.ts';
import type { DueNotification, RetentionRepository } from '../../functions/core/retention.ts';
import type { Action } from '../../functions/core/status.ts';
import {
  act,
  asStored,
  countChange,
  emptyInbox,
  type Inbox,
  isChangedBy,
  isOlder,
  isSelected,
  isShownIn,
  isWithin,
  newestOf,
  outcomeOf,
  purge,
  type Row,
  stateOf,
  toNotification,
} from './in-memory-inbox.ts';

/** The inboxes without a database. */
export interface InMemoryRepository
  extends NotificationRepository,
    Pick<RetentionRepository, 'due' | 'purge'> {
  /** Forgets what changed up to a version, as retention does when it deletes. */
  raiseFloor(user_id: string, version: number): void;
  /** Makes a notification unread and unseen again, at the top of the feed. */
  moveUp(user_id: string, id: number): void;
}

/**
 * A plain model of the inboxes in PostgreSQL: the same input at the same times gives the same output. Every call takes
 * effect at once, before it returns its promise.
 *
 * @param options.scopes the scopes that answers have the counts of
 * @param options.mostChanges how many rows `changes` answers; a lower limit than the contract's makes resets likely
 */
export function createInMemoryRepository(
  clock: Clock,
  { scopes = [], mostChanges = limits.changes }: { scopes?: readonly string[]; mostChanges?: number } = {},
): InMemoryRepository {
  const inboxes = new Map<string, Inbox>();
  let lastId = 0;

  const inboxOf = (user_id: string): Inbox => inboxes.get(user_id) ?? emptyInbox(user_id);
  const madeInboxOf = (user_id: string): Inbox => {
    const inbox = inboxOf(user_id);
    inboxes.set(user_id, inbox);
    return inbox;
  };
  const state = (inbox: Inbox) => stateOf(inbox, scopes);
  const changed = (inbox: Inbox) => outcomeOf(inbox, scopes, true);
  const unchanged = (inbox: Inbox) => outcomeOf(inbox, scopes, false);

  function insert(
    content: NotificationContent,
    { scope, optional }: CreateRule,
    user_id: string,
    key: string | null,
  ): CreateOutcome {
    if (optional && !receives(inboxOf(user_id), optional))
      return { notification: null, created: false, inbox: unchanged(inboxOf(user_id)) };
    const inbox = madeInboxOf(user_id);
    const at = countChange(inbox, clock());
    lastId += 1;
    const row: Row = {
      id: lastId,
      position: lastId,
      user_id,
      ...asStored(content),
      scope,
      status: 'unread',
      created_at: at,
      updated_at: at,
      version: inbox.version,
      idempotency_key: key,
      command: asStored(content),
      seen: false,
    };
    inbox.rows.push(row);
    return { notification: toNotification(row), created: true, inbox: changed(inbox) };
  }

  function changeWithin(user_id: string, bounds: Bounds, action: Action, from: Row['status']): ChangedWithin {
    const inbox = inboxOf(user_id);
    const rows = inbox.rows.filter(isWithin(bounds)).filter(({ status }) => status === from);
    if (rows.length === 0) return { updated: 0, before_position: null, inbox: unchanged(inbox) };
    act(inbox, rows, action, clock());
    const before_position = bounds.before_position ?? newestOf(rows);
    return { updated: rows.length, before_position, inbox: changed(inbox) };
  }

  return {
    async create(content, rule, user_ids, idempotency_key) {
      const found = new Map<string, Row>();
      for (const user_id of idempotency_key === null ? [] : user_ids) {
        const row = inboxOf(user_id).rows.find((one) => one.idempotency_key === idempotency_key);
        if (row) found.set(user_id, row);
      }
      const command = asStored(content);
      for (const row of found.values())
        if (!isDeepStrictEqual(row.command, command)) throw new IdempotencyConflict();
      const missing = user_ids.filter((user_id) => !found.has(user_id)).toSorted();
      const created = new Map(
        missing.map((user_id) => [user_id, insert(content, rule, user_id, idempotency_key)]),
      );
      return user_ids.flatMap((user_id) => {
        const row = found.get(user_id);
        if (!row) return created.get(user_id) ?? [];
        return { notification: toNotification(row), created: false, inbox: unchanged(inboxOf(user_id)) };
      });
    },

    async list(user_id, { limit, before_position, statuses, ...selection }) {
      const inbox = inboxOf(user_id);
      const matching = inbox.rows
        .filter(isSelected(selection))
        .filter(
          ({ position, status }) =>
            position < (before_position ?? Number.POSITIVE_INFINITY) && statuses.includes(status),
        )
        .toSorted((a, b) => b.position - a.position);
      return {
        ...state(inbox),
        notifications: matching.slice(0, limit).map(toNotification),
        has_more: matching.length > limit,
      };
    },

    async inbox(user_id) {
      return state(inboxOf(user_id));
    },

    async changes(user_id, since) {
      const inbox = inboxOf(user_id);
      const rows = inbox.rows
        .filter(({ version }) => version > since)
        .toSorted((a, b) => a.version - b.version || a.id - b.id);
      const reset = since > inbox.version || since < inbox.floor_version || rows.length > mostChanges;
      return { ...state(inbox), reset, notifications: reset ? [] : rows.map(toNotification) };
    },

    async find(user_id, id) {
      const row = inboxOf(user_id).rows.find((one) => one.id === id);
      return row && toNotification(row);
    },

    async mark(user_id, id, action) {
      const inbox = inboxOf(user_id);
      const row = inbox.rows.find((one) => one.id === id);
      if (!row) return undefined;
      const isChange = isChangedBy(action)(row);
      if (isChange) act(inbox, [row], action, clock());
      return {
        notification: toNotification(row),
        changed: isChange,
        inbox: outcomeOf(inbox, scopes, isChange),
      };
    },

    async markMany(user_id, action, marks) {
      const inbox = inboxOf(user_id);
      const bounds = new Map(marks.map(({ id, position }) => [id, position ?? Number.POSITIVE_INFINITY]));
      const rows = inbox.rows.filter(
        (row) => row.position <= (bounds.get(row.id) ?? 0) && isChangedBy(action)(row),
      );
      if (rows.length > 0) act(inbox, rows, action, clock());
      return { updated: rows.map(({ id }) => id), inbox: outcomeOf(inbox, scopes, rows.length > 0) };
    },

    readAll: async (user_id, bounds) => changeWithin(user_id, bounds, 'read', 'unread'),
    archiveRead: async (user_id, bounds) => changeWithin(user_id, bounds, 'archive', 'read'),

    async seen(user_id, bound, scope) {
      const inbox = inboxOf(user_id);
      const before_position = Math.min(bound, newestOf(inbox.rows));
      const rows = inbox.rows
        .filter(isShownIn(scope))
        .filter(({ status, seen, position }) => status === 'unread' && !seen && position <= before_position);
      if (rows.length > 0) countChange(inbox, clock());
      for (const row of rows) row.seen = true;
      return { changed: rows.length > 0, before_position, inbox: outcomeOf(inbox, scopes, rows.length > 0) };
    },

    async choices(user_id) {
      return inboxOf(user_id).choices;
    },

    async choose(user_id, { off, on }) {
      const inbox = madeInboxOf(user_id);
      const kept = (types: readonly string[]) =>
        types.filter((type) => !off.includes(type) && !on.includes(type));
      inbox.choices = { off: [...kept(inbox.choices.off), ...off], on: [...kept(inbox.choices.on), ...on] };
      return inbox.choices;
    },

    async due({ archive_before, delete_before }, after) {
      const isDue = (row: Row) =>
        isOlder(row, row.status === 'archived' ? delete_before : (archive_before ?? delete_before));
      return [...inboxes.values()]
        .flatMap(({ rows }) => rows)
        .filter((row) => isDue(row) && (!after || byAge(row, after) > 0))
        .toSorted(byAge)
        .slice(0, 500)
        .map(({ user_id, id, created_at }) => ({ user_id, id, created_at }));
    },

    async purge(due, bounds) {
      return due.flatMap(({ user_id, ids }) => {
        const inbox = inboxes.get(user_id);
        return inbox ? { user_id, ...purge(inbox, ids, bounds, clock()) } : [];
      });
    },

    raiseFloor(user_id, version) {
      inboxOf(user_id).floor_version = version;
    },

    moveUp(user_id, id) {
      const inbox = inboxOf(user_id);
      const row = inbox.rows.find((one) => one.id === id);
      if (!row) return;
      const updated_at = countChange(inbox, clock());
      lastId += 1;
      Object.assign(row, {
        position: lastId,
        status: 'unread',
        seen: false,
        updated_at,
        version: inbox.version,
      });
    },
  };
}

const receives = ({ choices }: Inbox, { type, isDefaultOn }: NonNullable<CreateRule['optional']>): boolean =>
  isDefaultOn ? !choices.off.includes(type) : choices.on.includes(type);

const byAge = (a: DueNotification, b: DueNotification): number =>
  Date.parse(a.created_at) - Date.parse(b.created_at) || a.id - b.id;
