import { isDeepStrictEqual } from 'node:util';
import type { CreateCommand } from '../../functions/core/create-command.ts';
import { IdempotencyConflict } from '../../functions/core/errors.ts';
import type { Clock } from '../../functions/core/ports.ts';
import type { OwnedSchedule, ScheduleRepository } from '../../functions/core/scheduled.ts';
import type { TimerRepository } from '../../functions/core/timers.ts';

interface Kept extends OwnedSchedule {
  command: CreateCommand;
  /** Undefined: no tick has taken it. */
  leased_until: number | undefined;
}

/** For how long a tick keeps what it has taken. */
const leaseMs = 5 * 60_000;

/** Creates that are to be sent later. */
export function createSchedules(
  clock: Clock,
  batch: number,
): ScheduleRepository &
  Pick<TimerRepository, 'claimScheduled' | 'settleScheduled'> & { waiting(): readonly Kept[] } {
  const kept: Kept[] = [];
  const isWaiting = ({ status }: Kept) => status === 'scheduled' || status === 'sending';

  const same = (a: CreateCommand, b: CreateCommand) =>
    a.idempotency_key === b.idempotency_key &&
    isDeepStrictEqual(a.user_ids.toSorted(), b.user_ids.toSorted());

  const shown = ({ command: _command, leased_until: _lease, ...schedule }: Kept): OwnedSchedule => schedule;

  return {
    waiting: () => kept.filter(isWaiting),
    async schedule(command, deliver_at, made_by) {
      const earlier = command.idempotency_key !== null && kept.find((one) => same(one.command, command));
      if (earlier) {
        const { is_batch: _, user_ids: __, ...content } = command;
        const { is_batch: ___, user_ids: ____, ...before } = earlier.command;
        const isRepeat = earlier.deliver_at === deliver_at && isDeepStrictEqual(content, before);
        if (!isRepeat) throw new IdempotencyConflict();
        return shown(earlier);
      }
      const created_at = new Date(clock()).toISOString();
      const schedule = { id: kept.length + 1, deliver_at, created_at, status: 'scheduled' as const, made_by };
      kept.push({ ...schedule, command, leased_until: undefined });
      return schedule;
    },
    async findSchedule(id) {
      const one = kept.find((each) => each.id === id);
      return one && shown(one);
    },
    async cancel(id, made_by) {
      const one = kept.find((each) => each.id === id);
      if (!one || (made_by !== null && one.made_by !== made_by)) return undefined;
      if (one.status === 'scheduled') one.status = 'cancelled';
      return one.status === 'cancelled' || one.status === 'refused' ? 'cancelled' : 'too_late';
    },
    async claimScheduled() {
      const due = kept
        .filter(isWaiting)
        .filter((one) => Date.parse(one.deliver_at) <= clock() && (one.leased_until ?? 0) <= clock())
        .toSorted((a, b) => Date.parse(a.deliver_at) - Date.parse(b.deliver_at) || a.id - b.id)
        .slice(0, batch);
      return due.map((one) => {
        const { id, command, leased_until } = one;
        const { expires_at } = command;
        const isOver = expires_at !== null && Date.parse(expires_at) <= clock() && leased_until === undefined;
        Object.assign(one, { status: 'sending', leased_until: clock() + leaseMs });
        return { id, command, expired_at: isOver ? expires_at : null };
      });
    },
    async settleScheduled(id, outcome) {
      const one = kept.find((each) => each.id === id);
      if (one && isWaiting(one)) one.status = outcome;
    },
  };
}
