import { isDeepStrictEqual } from 'node:util';
import { IdempotencyConflict } from '../../functions/core/errors.ts';
import type { Bounds } from '../../functions/core/feed.ts';
import { limits } from '../../functions/core/limits.ts';
import type { ChangedWithin, NotificationRepository } from '../../functions/core/notification-repository.ts';
import type { OutgoingEvent } from '../../functions/core/outgoing-event.ts';
import type { Policy } from '../../functions/core/policy.ts';
import type { Clock } from '../../functions/core/ports.ts';
import type { DueNotification, RetentionRepository } from '../../functions/core/retention.ts';
import type { ScheduleRepository } from '../../functions/core/scheduled.ts';
import { type Action, transitions } from '../../functions/core/status.ts';
import type { TimerRepository } from '../../functions/core/timers.ts';
import { commandOf, createCreation } from './in-memory-creation.ts';
import {
  countChange,
  type Inbox,
  isArchivable,
  isChangedBy,
  isOlder,
  isSelected,
  isShownIn,
  isWithin,
  keyedRow,
  livingRow,
  move,
  newestOf,
  outcomeOf,
  purge,
  type Row,
  raise,
  stateOf,
  toAnswer,
  toNotification,
} from './in-memory-inbox.ts';
import { createLiving } from './in-memory-living.ts';
import { createSchedules } from './in-memory-schedules.ts';
import { createStore } from './in-memory-store.ts';
import { createTimers, dueAt } from './in-memory-timers.ts';

interface InMemoryOptions extends Partial<Pick<Policy, 'scopes' | 'types'>> {
  /** How many rows `changes` answers. A lower limit than the contract's makes resets likely. */
  mostChanges?: number;
  /** How many notifications, schedules or events a tick takes at once. */
  batch?: number;
}

/** The inboxes without a database. */
export interface InMemoryRepository
  extends NotificationRepository,
    TimerRepository,
    ScheduleRepository,
    Pick<RetentionRepository, 'due' | 'purge'> {
  /** Everything that is due, the longest first. */
  dueRows(): Row[];
  /** The rows of a user, in the order of their ids, and what the service never answers of them. */
  rowsOf(user_id: string): readonly Row[];
  /** Creates that are scheduled and not sent yet. */
  waiting(): readonly { id: number; deliver_at: string }[];
  /** Every event that was ever written, sent or not. */
  written: readonly OutgoingEvent[];
  /** Forgets what changed up to a version, as retention does when it deletes. */
  raiseFloor(user_id: string, version: number): void;
  /** Makes a notification unread and unseen again, at the top of the feed. */
  moveUp(user_id: string, id: number): void;
}

/**
 * A plain model of the inboxes in PostgreSQL: the same input at the same times gives the same output. Every call takes
 * effect at once, before it returns its promise.
 *
 * It does what the functions of the database do: see `NotificationRepository` and the other ports.
 */
export function createInMemoryRepository(
  clock: Clock,
  { scopes = [], types = {}, mostChanges = limits.changes, batch = 100 }: InMemoryOptions = {},
): InMemoryRepository {
  const store = createStore(clock, { scopes, types });
  const { inboxes, inboxOf, madeInboxOf, nextId, changed, unchanged, tell } = store;
  const insert = createCreation(store);
  const timers = createTimers(store, batch);
  const schedules = createSchedules(clock, batch);
  const state = (inbox: Inbox) => stateOf(inbox, scopes);

  /** Applies an action to rows that it applies to, as one change. */
  function act(inbox: Inbox, rows: readonly Row[], action: Action): void {
    move(inbox, rows, transitions[action].to, clock());
    if (action === 'read') tell('notification.read', rows);
    if (action === 'archive') tell('notification.archived', rows);
  }

  function changeWithin(user_id: string, bounds: Bounds, action: Action, from: Row['status']): ChangedWithin {
    const inbox = inboxOf(user_id);
    const rows = inbox.rows.filter(isWithin(bounds)).filter(({ status }) => status === from);
    if (rows.length === 0) return { updated: 0, before_position: null, inbox: unchanged(inbox) };
    act(inbox, rows, action);
    const before_position = bounds.before_position ?? newestOf(rows);
    return { updated: rows.length, before_position, inbox: changed(inbox) };
  }

  return {
    async create(content, rule, user_ids, idempotency_key) {
      const found = new Map<string, Row>();
      for (const user_id of idempotency_key === null ? [] : user_ids) {
        const keyed = keyedRow(inboxOf(user_id), String(idempotency_key));
        if (!keyed) continue;
        if (!isDeepStrictEqual(keyed.command, commandOf(content))) throw new IdempotencyConflict();
        found.set(user_id, keyed.row);
      }
      const missing = user_ids.filter((user_id) => !found.has(user_id)).toSorted();
      const created = new Map(
        missing.map((user_id) => [user_id, insert(content, rule, user_id, idempotency_key)]),
      );
      return user_ids.flatMap((user_id) => {
        const row = found.get(user_id);
        if (!row) return created.get(user_id) ?? [];
        return { notification: toAnswer(row), ...nothing, inbox: unchanged(inboxOf(user_id)) };
      });
    },

    async list(user_id, { limit, before_position, statuses, ...selection }) {
      const inbox = inboxOf(user_id);
      const matching = inbox.rows
        .filter(isSelected(selection))
        .filter(
          ({ position, status }) =>
            position < (before_position ?? Number.POSITIVE_INFINITY) &&
            statuses.some((each) => each === status),
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
      return { ...state(inbox), reset, notifications: reset ? [] : rows.map(toAnswer) };
    },

    async find(user_id, id) {
      const row = livingRow(inboxOf(user_id), id);
      return row && toNotification(row);
    },

    async mark(user_id, id, action) {
      const inbox = inboxOf(user_id);
      const row = livingRow(inbox, id);
      if (!row) return undefined;
      const isChange = isChangedBy(action)(row);
      if (isChange) act(inbox, [row], action);
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
      if (rows.length > 0) act(inbox, rows, action);
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
        row.status !== 'snoozed' &&
        isOlder(row, isArchivable(row) ? (archive_before ?? delete_before) : delete_before);
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
      const row = livingRow(inbox, id);
      if (!row) return;
      const updated_at = countChange(inbox, clock());
      raise(row, nextId());
      Object.assign(row, { updated_at, version: inbox.version });
    },

    rowsOf: (user_id) => inboxOf(user_id).rows,
    written: store.written,
    ...createLiving(store),
    ...timers,
    ...schedules,

    async standing() {
      const now = clock();
      const waiting = schedules.waiting();
      const times = [
        [...inboxes.values()].flatMap(({ rows }) => rows.map(dueAt)),
        waiting.map(({ deliver_at }) => Date.parse(deliver_at)),
        store.outbox.map(({ created_at }) => created_at),
      ].map((each) => Math.min(...each));
      const [timers_late_ms = 0, scheduled_late_ms = 0, events_late_ms = 0] = times.map((at) =>
        Math.max(0, now - at),
      );
      const next = Math.min(...times);
      const next_due = Number.isFinite(next) ? next : null;
      return { next_due, timers_late_ms, scheduled_late_ms, events_late_ms, scheduled: waiting.length };
    },
  };
}

const nothing = { created: false, grouped: false };

const byAge = (a: DueNotification, b: DueNotification): number =>
  Date.parse(a.created_at) - Date.parse(b.created_at) || a.id - b.id;
