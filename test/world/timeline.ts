import type { CreateCommand } from '../../functions/core/create-command.ts';
import type { NotificationOrRetracted } from '../../functions/core/notification.ts';
import type { CreateContent } from '../../functions/core/notification-repository.ts';
import type { InMemoryRepository } from '../fakes/in-memory-repository.ts';
import type { BusLog } from './events.ts';
import { type Journal, nameOf } from './journal.ts';
import type { Loop } from './loop.ts';

/** What a producer has asked for with a create, whatever the service makes of it. */
export interface Wish {
  group: string | undefined;
  alertAfterMs: number | undefined;
  /** All times in milliseconds since the Unix epoch. */
  expiresAt: number | undefined;
  deliverAt: number | undefined;
}

/** What a producer has asked for with an edit. */
export interface EditWish {
  /** In milliseconds since the Unix epoch. Null: no expiry any more. Undefined: the one that it has. */
  expiresAt: number | null | undefined;
}

/** An unread-after event that is to be sent, unless the notification leaves `unread` before. */
interface Alert {
  user_id: string;
  id: number;
  at: number;
  /** When it was seen in another status. */
  leftAt?: number;
}

/** A tick comes each minute, and may have to look once more a minute later. The rest is for its steps. */
const latestMs = 2 * 60_000 + 45_000;
/** What a tick that has died had taken is free after this. */
const leaseMs = 5 * 60_000;

export type Timeline = ReturnType<typeof createTimeline>;

/** What is to happen to notifications at which time, and what has happened to them. */
export function createTimeline({
  loop,
  journal,
  model,
}: {
  loop: Loop;
  journal: Journal;
  model: InMemoryRepository;
}) {
  /** By the keys of the commands. */
  const wishes = new Map<string, Wish>();
  /** By the titles of the edits. */
  const edits = new Map<string, EditWish>();
  /** When each row expires, as its last command says. */
  const expiries = new Map<number, number | undefined>();
  const alerts: Alert[] = [];
  /** The rows that were unread ever since they came, by their users and groups. */
  const open = new Map<string, Set<number>>();
  /** The keys of scheduled creates that were called off, and of those that will not be sent. */
  const cancelling = new Set<string>();
  const cancelled = new Set<string>();
  /** The users of scheduled creates, by their keys. */
  const scheduled = new Map<string, readonly string[]>();
  /** Users and keys for which a create has come through, or has made nothing for a good reason. */
  const made = new Set<string>();
  /** Since when every tick has done all that was due. */
  let worksSince: number | undefined = loop.now();

  let firedAt = Number.NEGATIVE_INFINITY;

  const violate = (detail: string) => journal.violate('timers fire once, in time', detail);

  /** Since when the tick works and knows what is due at this time. */
  const overdueMs = (at: number): number =>
    worksSince === undefined ? 0 : loop.now() - Math.max(at, worksSince);

  function checkLate(): void {
    for (const row of model.dueRows()) {
      const at = Math.min(...[row.expires_at, row.snoozed_until].flatMap(timeOf), row.alert_at ?? Infinity);
      if (overdueMs(Math.max(at, Date.parse(row.updated_at))) <= latestMs) continue;
      violate(`${row.id} of ${nameOf(row.user_id)} is due since ${new Date(at).toISOString()}`);
    }
    for (const { id, deliver_at } of model.waiting()) {
      if (overdueMs(Date.parse(deliver_at)) <= latestMs + leaseMs) continue;
      violate(`scheduled create ${id} is due since ${deliver_at}`);
    }
  }

  function checkScheduled(): void {
    for (const [key, user_ids] of scheduled) {
      const { deliverAt = 0 } = wishes.get(key) ?? {};
      if (cancelling.has(key) || overdueMs(deliverAt) <= latestMs + leaseMs) continue;
      for (const user_id of user_ids) {
        if (!made.has(`${user_id} ${key}`)) violate(`${nameOf(user_id)} has not got ${key}`);
      }
    }
  }

  const alertOf = (user_id: string, id: number) =>
    model.written.find(
      ({ event, ...of }) =>
        event === 'notification.unread_after' && of.user_id === user_id && of.notification_id === id,
    );

  function checkAlert({ user_id, id, at, leftAt }: Alert, bus: BusLog): void {
    const told = alertOf(user_id, id);
    const name = `${id} of ${nameOf(user_id)}, which was to be told at ${new Date(at).toISOString()}`;
    const wrong = (what: string) => journal.violate('unread-after is true', `${name}, ${what}`);
    if (told && Date.parse(told.at) < at) wrong(`was told at ${told.at}`);
    if (told && leftAt !== undefined && leftAt < Date.parse(told.at)) wrong('was told, and was not unread');
    if (!told && leftAt === undefined && overdueMs(at) > latestMs) wrong('is unread, and was not told');
    if (told && !bus.has(told.id)) wrong('is not on the bus');
  }

  function checkEvents(bus: BusLog): void {
    for (const event of model.written) {
      const sent = bus.get(event.id);
      const texts = new Set(sent);
      if (!sent) journal.violate('events are sent', `${event.id} is not on the bus`);
      else if (texts.size > 1 || !texts.has(JSON.stringify(event))) {
        journal.violate('events are sent', `${event.id} was sent as ${[...texts].join(' and as ')}`);
      }
    }
    const known = new Set(model.written.map(({ id }) => id));
    for (const id of bus.keys()) {
      if (!known.has(id)) journal.violate('events are sent', `${id} is on the bus, and never happened`);
    }
  }

  return {
    /** A producer is about to give a command with this key. */
    wish: (key: string, wish: Wish) => void wishes.set(key, wish),
    /** A producer is about to edit with this title. */
    wishEdit: (title: string, wish: EditWish) => void edits.set(title, wish),
    /** A producer was told that a create with this key is scheduled for these users. */
    scheduled: (key: string, user_ids: readonly string[]) => void scheduled.set(key, user_ids),
    /** A create has made nothing, because the user has switched its type off. */
    suppressed: (user_id: string, { body: key }: CreateContent) => void made.add(`${user_id} ${key}`),
    /** A scheduled create is not sent, because it has expired while no tick came. */
    expired({ body: key, user_ids }: CreateCommand): void {
      const { expiresAt = Number.POSITIVE_INFINITY } = wishes.get(key) ?? {};
      if (loop.now() < expiresAt) violate(`${key} was not sent, and has not expired`);
      for (const user_id of user_ids) made.add(`${user_id} ${key}`);
    },
    /** A producer calls the scheduled create with this key off, and may not learn whether it has worked. */
    cancels: (key: string) => void cancelling.add(key),
    /** A producer was told that the scheduled create with this key will not be sent. */
    cancelled: (key: string) => void cancelled.add(key),
    /** A create has made a row, or has gone into one. */
    created({ body: key }: CreateContent, row: NotificationOrRetracted): void {
      made.add(`${row.user_id} ${key}`);
      const wish = wishes.get(key);
      if (!wish || row.status === 'retracted') return;
      const { user_id, id, created_at, group_count } = row;
      const name = `${id} of ${nameOf(user_id)}`;
      if (cancelled.has(key)) violate(`${name} was created although it was called off`);
      if (wish.deliverAt !== undefined && loop.now() < wish.deliverAt) violate(`${name} was created early`);
      const [expiry] = timeOf(row.expires_at);
      if (expiry !== wish.expiresAt) violate(`${name} expires at ${row.expires_at}`);
      expiries.set(id, expiry);
      if (wish.alertAfterMs !== undefined && group_count === 1)
        alerts.push({ user_id, id, at: Date.parse(created_at) + wish.alertAfterMs });
      if (wish.group === undefined) return;
      const group = `${user_id} ${wish.group}`;
      const rows = open.get(group) ?? new Set();
      open.set(group, rows.add(id));
      if (rows.size > 1) {
        const detail = `${nameOf(user_id)} has ${[...rows]} of ${wish.group}`;
        journal.violate('one open notification of a group', detail);
      }
    },
    /** An edit has changed a row. */
    edited(row: NotificationOrRetracted): void {
      const wish = row.status !== 'retracted' && edits.get(row.title);
      if (!wish) return;
      const before = expiries.get(row.id);
      const wanted = wish.expiresAt === undefined ? before : (wish.expiresAt ?? undefined);
      const [expiry] = timeOf(row.expires_at);
      // One that comes back after its expiry has none any more.
      const isOver = wish.expiresAt === undefined && expiry === undefined && Number(before) <= loop.now();
      if (expiry !== wanted && !isOver) violate(`${row.id} expires at ${row.expires_at} after ${row.title}`);
      expiries.set(row.id, expiry);
    },
    /** Something has changed in this inbox. */
    look(user_id: string): void {
      const unread = new Set(
        model.rowsOf(user_id).flatMap(({ id, status }) => (status === 'unread' ? id : [])),
      );
      for (const alert of alerts) {
        if (alert.user_id === user_id && !unread.has(alert.id)) alert.leftAt ??= loop.now();
      }
      for (const [group, rows] of open) {
        if (!group.startsWith(user_id)) continue;
        for (const id of rows) if (!unread.has(id)) rows.delete(id);
      }
    },
    /** A tick has changed an inbox. */
    fired: (): void => {
      firedAt = loop.now();
    },
    /** When a tick has last changed an inbox. */
    firedAt: (): number => firedAt,
    /** A tick begins, or would begin now if it were not down. */
    checkLate,
    /** A tick that began at this time has done all that was due. */
    worked: (startedAt: number): void => {
      worksSince ??= startedAt;
    },
    /** A tick did not come, or not to its end. */
    failed: (): void => {
      worksSince = undefined;
    },
    /** When everything has been sent that can be. */
    check(bus: BusLog): void {
      checkLate();
      checkScheduled();
      for (const alert of alerts) checkAlert(alert, bus);
      checkEvents(bus);
    },
    /** How long until all that is due by now is dealt with. */
    latestMs: latestMs + leaseMs,
    /** Whether anything is due or on its way. */
    isAtRest: (bus: BusLog): boolean =>
      model.dueRows().length === 0 &&
      alerts.every(({ at, leftAt, user_id, id }) => leftAt || at > loop.now() || alertOf(user_id, id)) &&
      model.waiting().every(({ deliver_at }) => Date.parse(deliver_at) > loop.now()) &&
      model.written.every(({ id }) => bus.has(id)),
  };
}

const timeOf = (text: string | null): number[] => (text === null ? [] : [Date.parse(text)]);
