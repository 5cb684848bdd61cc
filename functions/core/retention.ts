import type { Clock, Logger, Metrics } from './ports.ts';

const dayMs = 24 * 60 * 60_000;

/** What a run leaves of its time: longer than its longest statement, a reconnect included, may take. */
const reserveMs = 60_000;

/** Notifications that were created before are due, in milliseconds since the Unix epoch; null: none ever is. */
export interface RetentionBounds {
  archive_before: number | null;
  /** Not after `archive_before`. */
  delete_before: number | null;
}

/** A notification that is to be archived or deleted. */
export interface DueNotification {
  user_id: string;
  id: number;
  /** As PostgreSQL writes it; good for nothing but to go on from here. */
  created_at: string;
}

/** What retention does to the inboxes, in the database. All of them throw `Unavailable` where it cannot be reached. */
export interface RetentionRepository {
  /** The oldest notifications that are due, a few hundred at most, after one that was answered before (null: from the first on). */
  due(bounds: RetentionBounds, after: DueNotification | null): Promise<DueNotification[]>;
  /**
   * Deletes and archives, of these notifications of one inbox, those that are due, and raises the version by one where
   * any was; a deletion raises `floor_version` to it. Undefined, and nothing done, where somebody is changing the inbox.
   */
  purge(
    user_id: string,
    ids: readonly number[],
    bounds: RetentionBounds,
  ): Promise<{ archived: number; deleted: number } | undefined>;
  /**
   * How many inboxes there are, and the unread count of the inbox that is the nth of a hundred, for n from 1 to 100; none
   * where there is no inbox. Exact up to about 100,000 inboxes, estimated by that many at random beyond.
   */
  unreadCounts(): Promise<{ inboxes: number; percentiles: number[] }>;
}

/** How old a notification may become, in days since it was created; null: as old as it likes. */
export interface RetentionPolicy {
  archiveAfterDays: number | null;
  deleteAfterDays: number | null;
}

/** What one run has done. */
export interface RetentionRun {
  archived: number;
  deleted: number;
  /** Inboxes in which something was archived or deleted; one that was come back to counts again. */
  inboxes: number;
  /** Inboxes that somebody was changing just then. The next run sees to them. */
  busy: number;
  /** False where the time was over before the work was. The next run goes on. */
  is_complete: boolean;
}

export type Retention = ReturnType<typeof createRetention>;

/** Archives and deletes notifications by their age, and measures how full inboxes are then. */
export function createRetention(
  {
    repository,
    metrics,
    clock,
    logger,
  }: { repository: RetentionRepository; metrics: Metrics; clock: Clock; logger: Logger },
  policy: RetentionPolicy,
) {
  async function purge(
    user_id: string,
    due: readonly DueNotification[],
    bounds: RetentionBounds,
    run: RetentionRun,
  ) {
    const ids = due.map(({ id }) => id);
    const purged = await repository.purge(user_id, ids, bounds);
    if (!purged) {
      run.busy += 1;
      return;
    }
    run.archived += purged.archived;
    run.deleted += purged.deleted;
    if (purged.archived + purged.deleted > 0) run.inboxes += 1;
  }

  /** Answers whether the work was over before the time was. */
  async function purgeAll(run: RetentionRun, isOver: () => boolean): Promise<boolean> {
    const bounds = boundsAt(clock(), policy);
    let due = await repository.due(bounds, null);
    while (due.length > 0) {
      for (const [user_id, own] of Map.groupBy(due, (one) => one.user_id)) {
        if (isOver()) return false;
        await purge(user_id, own, bounds, run);
      }
      due = await repository.due(bounds, due.at(-1) ?? null);
    }
    return true;
  }

  async function measure(): Promise<void> {
    const { inboxes, percentiles } = await repository.unreadCounts();
    metrics.record('Inboxes', inboxes);
    // One value for each percent of the inboxes, so that the percentiles of the metric are those of the inboxes.
    for (const unread_count of percentiles) metrics.record('UnreadPerInbox', unread_count);
  }

  return {
    /**
     * Begins with the oldest that is due and ends when nothing is left or the time is nearly over. Safe to run again, and
     * by several at once. Whatever happens, one line of the log has the counts.
     * @param remainingMs how much time there is, asked before each step
     * @throws Unavailable; what was done until then is done
     */
    async run(remainingMs: () => number): Promise<RetentionRun> {
      const run = { archived: 0, deleted: 0, inboxes: 0, busy: 0, is_complete: false };
      try {
        run.is_complete = await purgeAll(run, () => remainingMs() < reserveMs);
        await measure();
        return run;
      } finally {
        logger.info('retention_run', { ...run });
      }
    },
  };
}

function boundsAt(now: number, { archiveAfterDays, deleteAfterDays }: RetentionPolicy): RetentionBounds {
  const before = (days: number | null) => (days === null ? null : now - days * dayMs);
  return { archive_before: before(archiveAfterDays), delete_before: before(deleteAfterDays) };
}
