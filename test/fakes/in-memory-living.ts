import { Forbidden } from '../../functions/core/errors.ts';
import type {
  MarkedNotification,
  NotificationRepository,
} from '../../functions/core/notification-repository.ts';
import { snoozable } from '../../functions/core/status.ts';
import {
  countChange,
  frozen,
  type Inbox,
  keyedRow,
  livingRow,
  move,
  type Row,
  raise,
  toAnswer,
  toNotification,
  typeOf,
} from './in-memory-inbox.ts';
import type { Store } from './in-memory-store.ts';

/** How notifications change after they were created, by their producer and by their user. */
export function createLiving({
  clock,
  inboxOf,
  nextId,
  changed,
  unchanged,
  tell,
  comparedTypeOf,
  receives,
}: Store): Pick<
  NotificationRepository,
  'update' | 'retract' | 'snooze' | 'unsnooze' | 'press' | 'unpress' | 'activities'
> {
  /** Answers a row of a user after `change`, which answers whether it has changed it. */
  function marked(
    user_id: string,
    id: number,
    change: (row: Row, inbox: Inbox) => boolean,
  ): MarkedNotification | undefined {
    const inbox = inboxOf(user_id);
    const row = livingRow(inbox, id);
    if (!row) return undefined;
    const isChanged = change(row, inbox);
    return {
      notification: toNotification(row),
      changed: isChanged,
      inbox: isChanged ? changed(inbox) : unchanged(inbox),
    };
  }

  /** Changes a row in place. */
  function edit(inbox: Inbox, row: Row, changes: Partial<Row>): void {
    const updated_at = countChange(inbox, clock());
    Object.assign(row, changes, { updated_at, version: inbox.version });
  }

  /** Moves a row up. An expiry that is over goes, unless the update has given it. */
  function realert(row: Row, mayGo: boolean): void {
    raise(row, nextId());
    const isOver = row.is_expired || (row.expires_at !== null && Date.parse(row.expires_at) <= clock());
    if (mayGo && isOver) Object.assign(row, { is_expired: false, expires_at: null });
  }

  return {
    async update(patch, isRealert, user_ids, idempotency_key, forbidden) {
      const found = user_ids.flatMap((user_id) => {
        const inbox = inboxOf(user_id);
        const keyed = keyedRow(inbox, idempotency_key);
        return keyed ? { inbox, row: keyed.row } : [];
      });
      for (const { row } of found) refuse(row, forbidden);
      return found.map(({ inbox, row }) => {
        const isSame = Object.entries(patch).every(
          ([name, value]) => JSON.stringify(value) === JSON.stringify(row[name as keyof typeof patch]),
        );
        const isChanged = row.status !== 'retracted' && !isSame;
        if (isChanged) {
          const compared_type = patch.metadata ? { compared_type: comparedTypeOf(patch.metadata) } : {};
          const expiry = patch.expires_at === undefined ? {} : { is_expired: false };
          const asksAnew = patch.actions?.every(({ id }) => id !== row.action_id) ?? false;
          const outcome = asksAnew ? { action_id: null, action_at: null } : {};
          edit(inbox, row, { ...frozen(patch), ...compared_type, ...expiry, ...outcome });
          if (isRealert && receives(inbox, row)) realert(row, patch.expires_at === undefined);
        }
        return {
          notification: toAnswer(row),
          changed: isChanged,
          inbox: isChanged ? changed(inbox) : unchanged(inbox),
        };
      });
    },

    async retract(which, user_ids, forbidden) {
      const found = user_ids.flatMap((user_id) => {
        const inbox = inboxOf(user_id);
        const keyed = 'idempotency_key' in which && keyedRow(inbox, which.idempotency_key);
        const rows = keyed
          ? [keyed.row]
          : inbox.rows.filter((row) => 'group_key' in which && row.group_key === which.group_key);
        return rows.length > 0 ? { inbox, rows } : [];
      });
      for (const row of found.flatMap(({ rows }) => rows)) refuse(row, forbidden);
      return found.map(({ inbox, rows }) => {
        const living = rows.filter(({ status }) => status !== 'retracted');
        if (living.length > 0) move(inbox, living, 'retracted', clock());
        for (const row of living) empty(row);
        const [one, ...others] = living.length > 0 ? living : rows;
        return {
          ids: living.map(({ id }) => id),
          notification: one && others.length === 0 ? toAnswer(one) : null,
          inbox: living.length > 0 ? changed(inbox) : unchanged(inbox),
        };
      });
    },

    async snooze(user_id, id, until) {
      const snoozed_until = new Date(until).toISOString();
      return marked(user_id, id, (row, inbox) => {
        const { status, snoozed_from } = row;
        const canSleep = snoozable.some((from) => from === status) && row.snoozed_until !== snoozed_until;
        if (!canSleep) return false;
        move(inbox, [row], 'snoozed', clock());
        const from = snoozed_from ?? (status === 'unread' ? 'unread' : 'read');
        Object.assign(row, { snoozed_until, snoozed_from: from });
        return true;
      });
    },

    async unsnooze(user_id, id) {
      return marked(user_id, id, (row, inbox) => {
        if (row.snoozed_from === null) return false;
        move(inbox, [row], row.snoozed_from, clock());
        return true;
      });
    },

    async press(user_id, id, button_id) {
      const row = livingRow(inboxOf(user_id), id);
      if (!row?.actions?.some((button) => button.id === button_id)) return undefined;
      if (row.action_id !== null && row.action_id !== button_id) return 'taken';
      return marked(user_id, id, (row, inbox) => {
        if (row.action_id !== null || row.status === 'snoozed') return false;
        move(inbox, [row], row.status === 'unread' ? 'read' : row.status, clock());
        Object.assign(row, { action_id: button_id, action_at: row.updated_at });
        tell('notification.action', [row]);
        return true;
      });
    },

    async unpress(user_id, id, button_id) {
      return marked(user_id, id, (row, inbox) => {
        if (row.action_id !== button_id || row.status === 'snoozed') return false;
        edit(inbox, row, { action_id: null, action_at: null });
        return true;
      });
    },

    async activities(user_id, id, before, limit) {
      const row = livingRow(inboxOf(user_id), id);
      const matching = row?.activities
        .filter(({ position }) => position < (before ?? Number.POSITIVE_INFINITY))
        .toReversed();
      return (
        matching && {
          activities: matching.slice(0, limit).map(({ actor_id, created_at, position }) => ({
            actor_id,
            created_at,
            position,
          })),
          has_more: matching.length > limit,
        }
      );
    },
  };
}

/** @throws Forbidden if the sender may not change rows of this type */
function refuse(row: Row, forbidden: readonly string[]): void {
  const type = typeOf(row);
  if (row.status !== 'retracted' && forbidden.some((each) => each === type)) {
    throw new Forbidden('The sender may not change notifications of this type.');
  }
}

/** Takes the content out of a retracted row. */
function empty(row: Row): void {
  const nothing = { title: '', body: '', metadata: {}, compared_type: null, actor_id: null, actor_ids: [] };
  Object.assign(row, nothing, { actions: null, action_id: null, action_at: null, expires_at: null });
}
