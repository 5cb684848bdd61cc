import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import type { CreateCommand } from '../core/create-command.ts';
import { IdempotencyConflict } from '../core/errors.ts';
import type { OwnedSchedule, ScheduleRepository } from '../core/scheduled.ts';
import { sqlState } from './connection.ts';
import { conflict } from './create.ts';
import type { Database } from './database.ts';

type ScheduleRow = {
  id: string;
  deliver_at: string;
  created_at: string;
  made_by: string | null;
  status: OwnedSchedule['status'];
};

/** A schedule that the tick has claimed is being sent until the tick says what has become of it. */
const status = sql`CASE WHEN s.sent_at IS NOT NULL THEN 'sent' WHEN s.cancelled_at IS NOT NULL THEN 'cancelled'
  WHEN s.refused_at IS NOT NULL THEN 'refused' WHEN s.leased_until > '-infinity' THEN 'sending' ELSE 'scheduled' END`;

const columns = sql`s.id, s.deliver_at, s.created_at, s.made_by, ${status} AS status`;

/** The creates that are to be sent later, in PostgreSQL. Every call is one round trip. */
export function createScheduleRepository(database: Database): ScheduleRepository {
  const one = async (statement: SQL, repeatable: boolean): Promise<OwnedSchedule | undefined> => {
    const [row] = await database.execute<ScheduleRow>(statement, { repeatable });
    return row && toSchedule(row);
  };

  return {
    async schedule(command, deliver_at, made_by) {
      // With a key it is repeatable: if the first run did commit, the second one finds its schedule.
      const repeatable = command.idempotency_key !== null;
      const schedule = await one(scheduleStatement(command, deliver_at, made_by), repeatable).catch(
        (error: unknown) => {
          throw sqlState(error) === conflict ? new IdempotencyConflict() : error;
        },
      );
      if (!schedule) throw new Error('schedule_put returned no row, but it always returns one.');
      return schedule;
    },

    findSchedule: (id) => one(sql`SELECT ${columns} FROM scheduled s WHERE s.id = ${id}`, true),

    // Repeatable: what is cancelled already stays so.
    async cancel(id, made_by) {
      const [row] = await database.execute<{ is_cancelled: boolean | null }>(
        sql`SELECT schedule_cancel(${id}::bigint, ${made_by}::text) AS is_cancelled`,
        { repeatable: true },
      );
      if (!row || row.is_cancelled === null) return undefined;
      return row.is_cancelled ? 'cancelled' : 'too_late';
    },
  };
}

/** Two commands are the same if they say the same to the same users, in whatever order, at the same time. */
function scheduleStatement(command: CreateCommand, deliver_at: string, made_by: string | null): SQL {
  const { idempotency_key } = command;
  const user_ids = command.user_ids.toSorted();
  const dedupe =
    idempotency_key === null
      ? null
      : createHash('sha256')
          .update(JSON.stringify([idempotency_key, user_ids]))
          .digest('base64url');
  const content = JSON.stringify({ ...command, user_ids, is_batch: undefined, deliver_at });
  return sql`SELECT ${columns} FROM schedule_put(${deliver_at}::timestamptz, ${JSON.stringify(command)}::jsonb,
    ${content}::jsonb, ${dedupe}::text, ${made_by}::text) s`;
}

const toSchedule = ({ id, deliver_at, created_at, ...row }: ScheduleRow): OwnedSchedule => ({
  ...row,
  id: Number(id),
  deliver_at: new Date(deliver_at).toISOString(),
  created_at: new Date(created_at).toISOString(),
});
