import type { Clock, Logger, Metrics } from './ports.ts';

const dayMs = 24 * 60 * 60_000;

/** A run stops this long before its time ends. Its longest statement, with a reconnect, takes less. */
const reserveMs = 60_000;

/** Notifications created before these times are due, in milliseconds since the Unix epoch; null: none is. */
export interface RetentionBounds {
  archive_before: number | null;
  /** Not after `archive_before`. */
  delete_before: number | null;
}

/** A notification that is to be archived or deleted. */
export interface DueNotification {
  user_id: string;
  id: number;
  /** As PostgreSQL writes it. Use it only to ask for the next ones. */
  created_at: string;
}

/** What retention does in the database. Every method throws `Unavailable` if the database cannot be reached. */
export interface RetentionRepository {
  /** The oldest notifications that are due, a few hundred at most, after an earlier answer (null: from the first). */
  due(bounds: RetentionBounds, after: DueNotification | null): Promise<DueNotification[]>;
  /**
   * Deletes and archives those of these notifications that are due. If there are any, it raises the version by one, and a
   * deletion raises `floor_version` to the new version. Undefined, and nothing is done, if another request is changing
   * the inbox.
   */
  purge(
    user_id: string,
    ids: readonly number[],
    bounds: RetentionBounds,
  ): Promise<{ archived: number; deleted: number } | undefined>;
  /**
   * How many inboxes exist, and the 1st to 100th percentile of their unread counts; no percentiles if there is no inbox.
   * Exact up to about 100,000 inboxes, and an estimate by a random sample of that size above.
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
  /** False if the time ended before the work did. The next run goes on. */
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

  /** @returns whether the work ended before the time did */
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
    // One value for each percent of the inboxes makes the percentiles of the metric those of the inboxes.
    for (const unread_count of percentiles) metrics.record('UnreadPerInbox', unread_count);
  }

  return {
    /**
     * Begins with the oldest notification that is due, and ends when none is left or the time is nearly over. Runs can be
     * repeated, and can run at the same time. One log entry has the counts, even if the run fails.
     * @param remainingMs how much time there is, asked before each step
     * @throws Unavailable; what was done before stays done
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
