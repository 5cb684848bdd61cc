import type { Database } from '../../functions/persistence/database.ts';
import { createNotificationRepository } from '../../functions/persistence/notification-repository.ts';
import { createScheduleRepository } from '../../functions/persistence/schedules.ts';
import { createTimerRepository } from '../../functions/persistence/timers.ts';
import { configured, type RepositoryUnderTest } from '../contracts/notification-repository/suite.ts';
import { makeMovedUp } from './moved-up.ts';

/**
 * The repositories of a migrated database, for the tests of what they promise.
 * @param writer signs in as the functions do, so that a missing grant shows
 * @param query runs SQL as the owner
 */
export async function repositoriesUnderTest(
  writer: Database,
  query: (text: string, values?: unknown[]) => Promise<unknown>,
): Promise<Omit<RepositoryUnderTest, 'close'>> {
  await query(makeMovedUp);
  const run = async (text: string, values: unknown[]) => {
    await query(text, values);
  };
  const updateInbox = (set: string, values: unknown[]) =>
    run(`UPDATE inboxes SET ${set} WHERE user_id = $1`, values);
  return {
    repository: createNotificationRepository(writer, configured),
    timers: createTimerRepository(writer, configured),
    schedules: createScheduleRepository(writer),
    now: Date.now,
    // What is stored becomes older, because the clock of the database cannot be moved.
    async letTimePass(ms) {
      const by = [`${ms} ms`];
      await run(
        `UPDATE notifications SET expires_at = expires_at - $1::interval, alert_at = alert_at - $1::interval,
          snoozed_until = snoozed_until - $1::interval
        WHERE coalesce(expires_at, alert_at, snoozed_until) IS NOT NULL`,
        by,
      );
      await run(
        'UPDATE scheduled SET deliver_at = deliver_at - $1::interval, leased_until = leased_until - $1::interval',
        by,
      );
      await run(
        'UPDATE outbox SET created_at = created_at - $1::interval, leased_until = leased_until - $1::interval',
        by,
      );
    },
    raiseFloor: (user_id, version) => updateInbox('floor_version = $2', [user_id, version]),
    moveUp: (user_id, id) => run('SELECT moved_up($1, $2)', [user_id, id]),
    holdSecond: (user_id) => updateInbox("burst_started_at = now() + interval '1 hour'", [user_id]),
    endSecond: (user_id) => updateInbox("burst_started_at = now() - interval '1 hour'", [user_id]),
  };
}
