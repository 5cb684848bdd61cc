import { retentionTime } from './deployment.ts';

/*
 * When the tick must look into the database, so that it asks a sleeping database for nothing. One item of a table says so. It
 * is no copy of what is due: it may say too early, and never too late.
 *
 * - A writer makes sure that the item says its time or an earlier one, and only then writes to the database.
 * - The tick reads the item, looks, asks the database for the next time, and then replaces the item. It does so only if the
 *   item is as it was read. Otherwise a writer or another tick has been there, and the item stays for the next tick.
 *
 * One gap is left. A writer that finds an earlier time in the item writes nothing into it, and the tick may move this time
 * before the writer commits. So whenever the tick moves the time later, it also looks once more after `requestLifeMs`. By then
 * every writer that relied on the earlier time has committed. The proof is test/core/due-time.test.ts, which lets writers and
 * ticks step in every order. Decision 0049 has the reasons.
 */

/**
 * From the moment when a writer has made sure of its time to its commit it takes less than this: a function that writes ends
 * after 30 seconds, and PostgreSQL ends a statement of a function that is gone after 5 more. The rest is for clocks that
 * differ, and for a replacement that reaches the table late.
 */
export const requestLifeMs = 60_000;

const dayMs = 24 * 60 * 60_000;

/**
 * Once a day the tick looks in any case. So what the item does not know is found too: what is due in a database that was
 * restored from a backup, or that this installation has taken over. A minute before, retention has woken the database.
 */
const dailyLookMs = (retentionTime.hour * 60 + retentionTime.minute + 1) * 60_000;

/** The item. All times are in milliseconds since the Unix epoch. */
export interface DueTime {
  /** When there is something to do, or earlier. Left out: never. */
  due_at?: number;
  /** When the tick must look once more, because it has moved `due_at` later. Left out: it need not. */
  look_at?: number;
  /** When a tick has last replaced the item. Rises with each time. Left out: a writer has made the item, which knows only its own time. */
  looked_at?: number;
}

/** Whether the tick must look into the database. */
export function isTimeToLook({ due_at, look_at, looked_at }: DueTime, now: number): boolean {
  if (looked_at === undefined) return true;
  return Math.min(due_at ?? Infinity, look_at ?? Infinity, dailyLookAfter(looked_at)) <= now;
}

const dailyLookAfter = (time: number): number =>
  (Math.floor((time - dailyLookMs) / dayMs) + 1) * dayMs + dailyLookMs;

/**
 * The item after a look.
 * @param read the item as it was before the look
 * @param look when it was read, what the database says is due next (null: nothing), and the time after that
 */
export function afterLook(
  read: DueTime,
  { startedAt, next_due, now }: { startedAt: number; next_due: number | null; now: number },
): DueTime {
  const isLater = (next_due ?? Infinity) > (read.due_at ?? Infinity);
  // A further look that was not due yet when the item was read: its writers may still commit.
  const isPending = read.look_at !== undefined && read.look_at > startedAt;
  const look_at = isLater ? now + requestLifeMs : isPending ? read.look_at : undefined;
  return {
    ...(next_due !== null && { due_at: next_due }),
    ...(look_at !== undefined && { look_at }),
    looked_at: Math.max(now, (read.looked_at ?? 0) + 1),
  };
}

/** The item, as the tick uses it. */
export interface DueTimeItem {
  /** Strongly consistent. Without an item: no fields. */
  read(): Promise<DueTime>;
  /**
   * Replaces the item if it still is as it was read.
   * @returns whether it was
   */
  replace(read: DueTime, next: DueTime): Promise<boolean>;
}
