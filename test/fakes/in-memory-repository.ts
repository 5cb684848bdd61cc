import { isDeepStrictEqual } from 'node:util';
import { IdempotencyConflict } from '../../functions/core/errors.ts';
import { limits } from '../../functions/core/limits.ts';
import {
  contentFields,
  type InboxState,
  type Notification,
  type NotificationContent,
} from '../../functions/core/notification.ts';
import type { Clock, NotificationRepository, StoredNotification } from '../../functions/core/ports.ts';
import type { ChangedInbox } from '../../functions/core/push.ts';
import type {
  DueNotification,
  RetentionBounds,
  RetentionRepository,
} from '../../functions/core/retention.ts';
import { transitions } from '../../functions/core/status.ts';

interface Inbox {
  user_id: string;
  version: number;
  floor_version: number;
  burst_started_at: number;
  burst_count: number;
  /** In the order of their ids. */
  rows: Row[];
}

type Row = Notification & { idempotency_key: string | null };

/** The inboxes without a database. */
export interface InMemoryRepository
  extends NotificationRepository,
    Pick<RetentionRepository, 'due' | 'purge'> {
  /** Forgets what changed up to a version, as retention does when it deletes. */
  raiseFloor(user_id: string, version: number): void;
}

/**
 * A plain model of the inboxes in PostgreSQL: the same input at the same times gives the same output. Every call takes
 * effect at once, before it returns its promise.
 *
 * @param mostChanges how many rows `changes` answers; a lower limit than the contract's makes resets likely
 */
export function createInMemoryRepository(
  clock: Clock,
  mostChanges: number = limits.changes,
): InMemoryRepository {
  const inboxes = new Map<string, Inbox>();
  let lastId = 0;

  const inboxOf = (user_id: string): Inbox =>
    inboxes.get(user_id) ?? {
      user_id,
      version: 0,
      floor_version: 0,
      burst_started_at: Number.NEGATIVE_INFINITY,
      burst_count: 0,
      rows: [],
    };

  /** Counts a change: the inbox's next version, and its burst. */
  function change(inbox: Inbox): string {
    const now = clock();
    const isRunning = inbox.burst_started_at > now - 1_000;
    inbox.version += 1;
    inbox.burst_count = isRunning ? inbox.burst_count + 1 : 1;
    if (!isRunning) inbox.burst_started_at = now;
    return new Date(now).toISOString();
  }

  function insert(content: NotificationContent, user_id: string, key: string | null): StoredNotification {
    const inbox = inboxOf(user_id);
    inboxes.set(user_id, inbox);
    const at = change(inbox);
    lastId += 1;
    const row: Row = {
      id: lastId,
      user_id,
      ...asStored(content),
      status: 'unread',
      created_at: at,
      updated_at: at,
      version: inbox.version,
      idempotency_key: key,
    };
    inbox.rows.push(row);
    return { notification: toNotification(row), created: true, inbox: changed(inbox) };
  }

  function purgeInbox(
    inbox: Inbox,
    ids: readonly number[],
    { archive_before, delete_before }: RetentionBounds,
  ): { archived: number; deleted: number } {
    const named = inbox.rows.filter(({ id }) => ids.includes(id));
    const doomed = new Set(named.filter((row) => isOlder(row, delete_before)));
    const archivable = named.filter(
      (row) => !doomed.has(row) && row.status !== 'archived' && isOlder(row, archive_before),
    );
    if (doomed.size + archivable.length > 0) {
      const now = clock();
      inbox.version += 1;
      const updated_at = new Date(now).toISOString();
      for (const row of archivable) {
        Object.assign(row, { status: 'archived', updated_at, version: inbox.version });
      }
      inbox.rows = inbox.rows.filter((row) => !doomed.has(row));
      if (doomed.size > 0) inbox.floor_version = inbox.version;
    }
    return { archived: archivable.length, deleted: doomed.size };
  }

  return {
    async create(content, user_ids, idempotency_key) {
      const found = new Map<string, Row>();
      for (const user_id of idempotency_key === null ? [] : user_ids) {
        const row = inboxOf(user_id).rows.find((one) => one.idempotency_key === idempotency_key);
        if (row) found.set(user_id, row);
      }
      if (![...found.values()].every((row) => hasContent(row, content))) throw new IdempotencyConflict();
      const missing = user_ids.filter((user_id) => !found.has(user_id)).toSorted();
      const created = new Map(missing.map((user_id) => [user_id, insert(content, user_id, idempotency_key)]));
      return user_ids.flatMap((user_id) => {
        const row = found.get(user_id);
        if (!row) return created.get(user_id) ?? [];
        return { notification: toNotification(row), created: false, inbox: unchanged(inboxOf(user_id)) };
      });
    },

    async list(user_id, { limit, before_id, statuses, type }) {
      const inbox = inboxOf(user_id);
      const matching = inbox.rows.filter(
        ({ id, status, metadata }) =>
          id < (before_id ?? Number.POSITIVE_INFINITY) &&
          statuses.includes(status) &&
          (type === null || metadata.type === type),
      );
      return {
        ...state(inbox),
        notifications: matching.toReversed().slice(0, limit).map(toNotification),
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
      const { from, to } = transitions[action];
      if (!from.includes(row.status)) {
        return { notification: toNotification(row), changed: false, inbox: unchanged(inbox) };
      }
      const updated_at = change(inbox);
      Object.assign(row, { status: to, updated_at, version: inbox.version });
      return { notification: toNotification(row), changed: true, inbox: changed(inbox) };
    },

    async readAll(user_id, before_id) {
      const inbox = inboxOf(user_id);
      const rows = inbox.rows.filter(
        ({ id, status }) => status === 'unread' && id <= (before_id ?? Number.POSITIVE_INFINITY),
      );
      const last = rows.at(-1);
      if (!last) return { updated: 0, before_id: null, inbox: unchanged(inbox) };
      const updated_at = change(inbox);
      for (const row of rows) Object.assign(row, { status: 'read', updated_at, version: inbox.version });
      return { updated: rows.length, before_id: before_id ?? last.id, inbox: changed(inbox) };
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
        return inbox ? { user_id, ...purgeInbox(inbox, ids, bounds) } : [];
      });
    },

    raiseFloor(user_id, version) {
      inboxOf(user_id).floor_version = version;
    },
  };
}

const isOlder = ({ created_at }: Row, bound: number | null): boolean =>
  bound !== null && Date.parse(created_at) < bound;

const byAge = (a: DueNotification, b: DueNotification): number =>
  Date.parse(a.created_at) - Date.parse(b.created_at) || a.id - b.id;

const state = ({ user_id, version, rows }: Inbox): InboxState => ({
  user_id,
  version,
  unread_count: rows.filter(({ status }) => status === 'unread').length,
});

const changed = (inbox: Inbox): ChangedInbox => ({ ...state(inbox), burst_count: inbox.burst_count });

const unchanged = (inbox: Inbox): ChangedInbox => ({ ...state(inbox), burst_count: 0 });

/** A copy, so that a change of an answer does not change the inbox. Its metadata is frozen. */
const toNotification = ({ idempotency_key: _, ...notification }: Row): Notification => notification;

const hasContent = (row: Row, content: NotificationContent): boolean =>
  isDeepStrictEqual(asStored(row), asStored(content));

/** The content of a command or a row, and nothing else of it, as JSON keeps it. */
function asStored(source: NotificationContent): NotificationContent {
  const content = Object.entries(source).filter(([name]) => name in contentFields);
  return JSON.parse(JSON.stringify(Object.fromEntries(content)), (_, value) => Object.freeze(value));
}
