import type { Notification } from './notification.ts';
import type { OutgoingEvent } from './outgoing-event.ts';
import type { ChangedInbox } from './push.ts';
import type { ScheduledCommand } from './scheduled.ts';

/** What the tick has done to the notifications of one inbox, by one change each. */
export type Fired =
  /** Archived, because they have expired. `notification` is the one, if it is one alone. */
  | { outcome: 'archived'; ids: number[]; notification: Notification | null; inbox: ChangedInbox }
  /** Woken: unread again, at the top. */
  | { outcome: 'woken'; notification: Notification; inbox: ChangedInbox }
  /** Another writer has the inbox. The caller leaves it out for the rest of its run. */
  | { outcome: 'skipped'; user_id: string };

/** What is due, and for how long. All times are of the database's clock. */
export interface Standing {
  /** When there is something to do next, in milliseconds since the Unix epoch. Null: never. */
  next_due: number | null;
  /** For how long the notification, the schedule and the event have been due that are due longest, in milliseconds; 0 if none is. */
  timers_late_ms: number;
  scheduled_late_ms: number;
  events_late_ms: number;
  /** How many creates are scheduled and not sent yet, those of the future included. */
  scheduled: number;
}

/**
 * What the tick does in the database, which alone says what time it is: a function's clock may be wrong. Several ticks may
 * run at once. Every method throws `Unavailable` if the database cannot be reached.
 */
export interface TimerRepository {
  /**
   * Archives what has expired, wakes what was snoozed, and writes an event for what is still unread, up to 100 notifications.
   * Waits for no writer. An empty list: nothing is due, apart from inboxes that were left out.
   * @param leftOut users whose inboxes another writer had earlier in this run
   */
  fire(leftOut: readonly string[]): Promise<{ fired: Fired[]; isDone: boolean }>;
  /** Takes scheduled creates that are due, for some minutes. If they are not settled until then, another tick gets them again. */
  claimScheduled(): Promise<ScheduledCommand[]>;
  /** Says what has become of a claimed one. `refused`: the rules did not allow it. */
  settleScheduled(id: number, outcome: 'sent' | 'refused'): Promise<void>;
  /** Takes events that are to be sent, oldest first, for some minutes, likewise. */
  takeEvents(): Promise<(OutgoingEvent & { outbox_id: number })[]>;
  /** Deletes events that were sent. */
  dropEvents(outbox_ids: readonly number[]): Promise<void>;
  standing(): Promise<Standing>;
}

/** When the tick must look into the database, in one item of a table, so that it asks a sleeping database for nothing. */
export interface DueTimes {
  /**
   * Makes sure that the tick looks at this time or earlier. A writer calls it before it writes, and only if this succeeds.
   * @param at in milliseconds since the Unix epoch
   * @throws Unavailable if it cannot be stored
   */
  by(at: number): Promise<void>;
}
