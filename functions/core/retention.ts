import type {
  Clock,
  DueNotification,
  Logger,
  Metrics,
  RetentionBounds,
  RetentionRepository,
} from './ports.ts';

const dayMs = 24 * 60 * 60_000;

/** What a run leaves of its time: longer than its longest statement, a reconnect included, may take. */
const reserveMs = 60_000;

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
