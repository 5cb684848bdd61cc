import type { Clock, Logger, Metrics } from './ports.ts';

const dayMs = 24 * 60 * 60_000;

/** A run stops this long before its time ends. Its longest statement, with a reconnect, takes less. */
const reserveMs = 60_000;

/**
 * Notifications that are purged in one statement, unless one inbox has more. So their inboxes are locked for a few
 * milliseconds, and a statement costs little beside its rows.
 */
const purgedAtOnce = 50;

/** For how long one can ask what has become of a scheduled create. */
const schedulesKeptMs = 30 * dayMs;

/** Notifications created before these times are due, in milliseconds since the Unix epoch. Null: none is due. */
export interface RetentionBounds {
  archive_before: number | null;
  /** Not after `archive_before`. */
  delete_before: number | null;
}

/** A notification that is to be archived or deleted. */
export interface DueNotification {
  user_id: string;
  id: number;
  /** As PostgreSQL writes it. Use it only for `after` in the next call of `due`. */
  created_at: string;
}

/** Due notifications of one inbox. */
export interface DueOfInbox {
  user_id: string;
  ids: readonly number[];
}

/** What was done in one inbox. */
export interface PurgedInbox {
  user_id: string;
  archived: number;
  deleted: number;
}

/** What retention does in the database. Every method throws `Unavailable` if the database cannot be reached. */
export interface RetentionRepository {
  /** The oldest due notifications, a few hundred at most, that follow `after` (null: from the oldest on). */
  due(bounds: RetentionBounds, after: DueNotification | null): Promise<DueNotification[]>;
  /**
   * Deletes or archives those of the given notifications that are due, in all inboxes or, if it fails, in none. If at least
   * one of an inbox is due, its version rises by one. If one was deleted, `floor_version` becomes the new version. Leaves the
   * database free for others for longer than it has used it, before it resolves.
   * @returns the inboxes without those that another request is changing. In these nothing is done
   */
  purge(inboxes: readonly DueOfInbox[], bounds: RetentionBounds): Promise<PurgedInbox[]>;
  /**
   * Deletes scheduled creates that were sent, cancelled or refused before this time, in milliseconds since the Unix epoch.
   * @returns how many: a few hundred at most, so it is called again until it is 0
   */
  dropSchedules(settled_before: number): Promise<number>;
  /**
   * The number of inboxes, and the 1st to 100th percentile of their unread counts (none if there is no inbox). Up to about
   * 100,000 inboxes the result is exact. Above, it is an estimate from a random sample of that size.
   */
  unreadCounts(): Promise<{ inboxes: number; percentiles: number[] }>;
}

/** How old a notification may become, in days since it was created; null: no limit. */
export interface RetentionPolicy {
  archiveAfterDays: number | null;
  deleteAfterDays: number | null;
}

/** What one run has done. */
export interface RetentionRun {
  archived: number;
  deleted: number;
  /** Inboxes in which something was archived or deleted. An inbox that takes two rounds counts twice. */
  inboxes: number;
  /** Inboxes that another request was changing at that moment. The next run purges them. */
  busy: number;
  /** False if the run had to stop before everything was done. The next run continues. */
  is_complete: boolean;
}

export type Retention = ReturnType<typeof createRetention>;

/** Archives and deletes notifications by their age, deletes old schedules, and then measures the unread counts of all inboxes. */
export function createRetention(
  {
    repository,
    metrics,
    clock,
    logger,
  }: { repository: RetentionRepository; metrics: Metrics; clock: Clock; logger: Logger },
  policy: RetentionPolicy,
) {
  async function purge(inboxes: readonly DueOfInbox[], bounds: RetentionBounds, run: RetentionRun) {
    const purged = await repository.purge(inboxes, bounds);
    run.busy += inboxes.length - purged.length;
    for (const { archived, deleted } of purged) {
      run.archived += archived;
      run.deleted += deleted;
      if (archived + deleted > 0) run.inboxes += 1;
    }
  }

  /** @returns whether everything that was due is done */
  async function purgeAll(run: RetentionRun, isOver: () => boolean): Promise<boolean> {
    const bounds = boundsAt(clock(), policy);
    let due = await repository.due(bounds, null);
    while (due.length > 0) {
      for (const inboxes of inBatches(due)) {
        if (isOver()) return false;
        await purge(inboxes, bounds, run);
      }
      due = await repository.due(bounds, due.at(-1) ?? null);
    }
    return true;
  }

  /** @returns whether no old schedule is left */
  async function dropSchedules(isOver: () => boolean): Promise<boolean> {
    const settled_before = clock() - schedulesKeptMs;
    while (!isOver()) if ((await repository.dropSchedules(settled_before)) === 0) return true;
    return false;
  }

  async function measure(): Promise<void> {
    const { inboxes, percentiles } = await repository.unreadCounts();
    metrics.record('Inboxes', inboxes);
    // With one value for each percentile, the percentiles of the metric equal those of the inboxes.
    for (const unread_count of percentiles) metrics.record('UnreadPerInbox', unread_count);
  }

  return {
    /**
     * Begins with the oldest due notification, and ends if none is left or less than a minute of time remains. A run can be
     * repeated, and several can run at the same time. One log entry has the counts, even if the run fails.
     * @param remainingMs returns how much time remains. It is called before each step
     * @throws Unavailable; what was done before stays done
     */
    async run(remainingMs: () => number): Promise<RetentionRun> {
      const run = { archived: 0, deleted: 0, inboxes: 0, busy: 0, is_complete: false };
      try {
        const isOver = () => remainingMs() < reserveMs;
        run.is_complete = (await purgeAll(run, isOver)) && (await dropSchedules(isOver));
        await measure();
        return run;
      } finally {
        logger.info('retention_run', { ...run });
      }
    },
  };
}

/** The notifications by inbox, in batches. An inbox is whole in one batch, so that its version rises once. */
function inBatches(due: readonly DueNotification[]): DueOfInbox[][] {
  const batches: DueOfInbox[][] = [];
  let room = 0;
  for (const [user_id, own] of Map.groupBy(due, (one) => one.user_id)) {
    if (room < own.length) {
      batches.push([]);
      room = purgedAtOnce;
    }
    batches.at(-1)?.push({ user_id, ids: own.map(({ id }) => id) });
    room -= own.length;
  }
  return batches;
}

function boundsAt(now: number, { archiveAfterDays, deleteAfterDays }: RetentionPolicy): RetentionBounds {
  const before = (days: number | null) => (days === null ? null : now - days * dayMs);
  return { archive_before: before(archiveAfterDays), delete_before: before(deleteAfterDays) };
}
