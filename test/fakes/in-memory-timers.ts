import type { Fired, TimerRepository } from '../../functions/core/timers.ts';
import { countChange, type Inbox, move, type Row, raise, toNotification } from './in-memory-inbox.ts';
import type { Store } from './in-memory-store.ts';

/** For how long a tick keeps what it has taken. */
const leaseMs = 5 * 60_000;

/** What the tick does to notifications and events. */
export function createTimers(
  { clock, inboxes, outbox, nextId, changed, tell }: Store,
  batch: number,
): Pick<TimerRepository, 'fire' | 'takeEvents' | 'dropEvents'> & { dueRows(): Row[] } {
  /** Those that are due, the ones that are due longest first. */
  const dueRows = (): Row[] =>
    [...inboxes.values()]
      .flatMap(({ rows }) => rows)
      .filter((row) => dueAt(row) <= clock())
      .toSorted((a, b) => dueAt(a) - dueAt(b) || a.id - b.id);

  function wake(inbox: Inbox, row: Row): Fired {
    const updated_at = countChange(inbox, clock());
    raise(row, nextId());
    Object.assign(row, { updated_at, version: inbox.version });
    return { outcome: 'woken', notification: toNotification(row), inbox: changed(inbox) };
  }

  function* fireIn(inbox: Inbox, rows: readonly Row[]): Generator<Fired> {
    const now = clock();
    const alerted = rows.filter(({ alert_at }) => alert_at !== null && alert_at <= now);
    const isUnread = ({ status, alert_at, expires_at }: Row) =>
      status === 'unread' && Number(alert_at) <= timeOf(expires_at);
    tell('notification.unread_after', alerted.filter(isUnread));
    for (const row of alerted) row.alert_at = null;

    const over = rows.filter((row) => !row.is_expired && timeOf(row.expires_at) <= now);
    for (const row of over) row.is_expired = true;
    const expired = over.filter(({ status }) => status !== 'archived');
    if (expired.length > 0) {
      move(inbox, expired, 'archived', now);
      tell('notification.archived', expired);
      const [one, ...others] = expired;
      yield {
        outcome: 'archived',
        ids: expired.map(({ id }) => id),
        notification: one && others.length === 0 ? toNotification(one) : null,
        inbox: changed(inbox),
      };
    }
    const sleepers = rows.filter((row) => row.status === 'snoozed' && timeOf(row.snoozed_until) <= now);
    for (const row of sleepers) yield wake(inbox, row);
  }

  return {
    dueRows,
    async fire(leftOut) {
      const due = dueRows()
        .filter(({ user_id }) => !leftOut.includes(user_id))
        .slice(0, batch);
      const fired = [...Map.groupBy(due, ({ user_id }) => user_id)].flatMap(([user_id, rows]) => {
        const inbox = inboxes.get(user_id);
        return inbox ? [...fireIn(inbox, rows)] : [];
      });
      return { fired, isDone: due.length < batch };
    },
    async takeEvents() {
      const taken = outbox.filter(({ leased_until }) => leased_until <= clock()).slice(0, batch);
      for (const one of taken) one.leased_until = clock() + leaseMs;
      return taken.map(({ outbox_id, event }) => ({ ...event, outbox_id }));
    },
    async dropEvents(outbox_ids) {
      const left = outbox.filter(({ outbox_id }) => !outbox_ids.includes(outbox_id));
      outbox.splice(0, outbox.length, ...left);
    },
  };
}

/** When the tick has something to do with a row, in milliseconds since the Unix epoch. */
export function dueAt({ status, is_expired, expires_at, alert_at, snoozed_until }: Row): number {
  const expiry = is_expired ? Number.POSITIVE_INFINITY : timeOf(expires_at);
  if (status === 'unread') return Math.min(expiry, alert_at ?? Number.POSITIVE_INFINITY);
  return status === 'snoozed' ? Math.min(expiry, timeOf(snoozed_until)) : expiry;
}

const timeOf = (text: string | null): number => (text === null ? Number.POSITIVE_INFINITY : Date.parse(text));
