import { countCommand } from './command-counts.ts';
import type { CommandService } from './command-service.ts';
import type { CreatePolicy } from './create-policy.ts';
import { afterLook, type DueTimeItem, isTimeToLook } from './due-time.ts';
import { isRefusal, reasonOf, Unavailable, ValidationError } from './errors.ts';
import { hasExpired } from './moment.ts';
import type { OutgoingEvent } from './outgoing-event.ts';
import type { Logger, Metrics, Publisher } from './ports.ts';
import { type Push, pushOf } from './push.ts';
import type { ScheduledCommand } from './scheduled.ts';
import type { Fired, Standing, TimerRepository } from './timers.ts';

/**
 * A tick begins nothing new when less than this is left. A batch takes seconds, and up to 25 if every socket is dead. Two
 * statements follow.
 */
const reserveMs = 25_000;

/** Keeps events until they are on the event bus. */
export interface OutgoingEvents {
  /**
   * The same event is kept once, however often it comes.
   * @throws if it cannot be kept
   */
  keep(event: OutgoingEvent): Promise<void>;
}

/** The invocation that a tick runs in. */
export interface TickTime {
  /** In milliseconds since the Unix epoch. */
  now: () => number;
  /** How much time remains, in milliseconds. It is asked before each batch. */
  remainingMs: () => number;
  /** Whether to look into the database even if nothing seems to be due. */
  mustLook: boolean;
}

/** What a tick has done. */
export interface TickRun {
  /** False if nothing was due, so that the database was not asked. All counts are 0 then. */
  has_looked: boolean;
  /** Notifications that have expired, and snoozed ones that came back. */
  archived: number;
  woken: number;
  /** Inboxes that another writer had. The next tick looks into them. */
  skipped: number;
  /** Scheduled creates that were sent, and those that the rules refused. */
  sent: number;
  refused: number;
  /** Events that are on their way to the bus. */
  events: number;
  /** False if the time was over, or something failed, before everything was done. The next tick continues. */
  is_complete: boolean;
}

export type Tick = ReturnType<typeof createTick>;

/** Does what is due: expires and wakes notifications, sends scheduled creates, and takes events out of the database. */
export function createTick({
  timers,
  dueTime,
  service,
  policy,
  publisher,
  events,
  metrics,
  logger,
}: {
  timers: TimerRepository;
  dueTime: DueTimeItem;
  service: Pick<CommandService, 'create'>;
  policy: CreatePolicy;
  publisher: Publisher;
  events: OutgoingEvents;
  metrics: Metrics;
  logger: Logger;
}) {
  // The steps below return whether everything that was due is done.

  async function fire(run: TickRun, isOver: () => boolean): Promise<boolean> {
    const leftOut: string[] = [];
    while (!isOver()) {
      const { fired, isDone } = await timers.fire(leftOut);
      for (const each of fired) {
        if (each.outcome === 'skipped') leftOut.push(each.user_id);
        else run[each.outcome] += each.outcome === 'archived' ? each.ids.length : 1;
      }
      run.skipped = leftOut.length;
      await publisher.publish(fired.flatMap(toPush));
      if (isDone) return true;
    }
    return false;
  }

  async function sendScheduled(run: TickRun, isOver: () => boolean): Promise<boolean> {
    let isFailed = false;
    while (!isOver()) {
      const claimed = await timers.claimScheduled();
      if (claimed.length === 0) return !isFailed;
      for (const scheduled of claimed) {
        if (isOver()) return false;
        const outcome = await send(scheduled);
        if (outcome === 'failed') isFailed = true;
        else run[outcome] += 1;
      }
    }
    return false;
  }

  /** Sends one. If the tick ends before it is settled, it is sent again, and its key makes it one notification. */
  async function send({ id, command, expired_at }: ScheduledCommand): Promise<'sent' | 'refused' | 'failed'> {
    try {
      const idempotency_key = command.idempotency_key ?? `scheduled:${id}`;
      await countCommand(metrics, { door: 'schedule', action: 'create' }, async () => {
        // The tick was down, and the notification would alert its user only to be archived.
        if (expired_at !== null) throw new ValidationError([hasExpired(expired_at)]);
        // The rules may have changed since it was scheduled. Who sent it was checked then.
        policy.check({ name: 'schedule' }, command);
        await service.create({ ...command, idempotency_key }, policy.rule(command), 'schedule');
      });
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      if (!isRefusal(error)) {
        // It stays claimed for some minutes, and the others go on.
        logger.error('scheduled_failed', { id, error });
        return 'failed';
      }
      await timers.settleScheduled(id, 'refused');
      logger.error('scheduled_refused', { id, reason: reasonOf(error) });
      return 'refused';
    }
    await timers.settleScheduled(id, 'sent');
    return 'sent';
  }

  async function sendEvents(run: TickRun, isOver: () => boolean): Promise<boolean> {
    while (!isOver()) {
      const taken = await timers.takeEvents();
      if (taken.length === 0) return true;
      const results = await Promise.allSettled(taken.map(({ outbox_id: _, ...event }) => events.keep(event)));
      const kept = taken.filter((_, index) => results[index]?.status === 'fulfilled');
      if (kept.length > 0) await timers.dropEvents(kept.map(({ outbox_id }) => outbox_id));
      run.events += kept.length;
      const failure = results.find((result) => result.status === 'rejected');
      if (failure) throw failure.reason;
    }
    return false;
  }

  /** @throws the first failure, after every step has had its turn */
  async function work(run: TickRun, isOver: () => boolean): Promise<void> {
    const failures: unknown[] = [];
    const areDone: boolean[] = [];
    for (const [step, take] of Object.entries({ fire, sendScheduled, sendEvents })) {
      try {
        areDone.push(await take(run, isOver));
      } catch (error) {
        logger.error('tick_failed', { step, error });
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    run.is_complete = areDone.every(Boolean);
  }

  return {
    /**
     * Asks the database only if something may be due, and begins nothing new when the time is short. A tick can be repeated,
     * several can run at once, and one that dies is continued by the next. One log entry has the counts, even if it fails.
     * @throws Unavailable; what was done stays done, and the next tick looks again
     */
    async run({ now, remainingMs, mustLook }: TickTime): Promise<TickRun> {
      const run = { ...nothingDone };
      const startedAt = now();
      const read = await dueTime.read();
      if (!mustLook && !isTimeToLook(read, startedAt)) return run;
      run.has_looked = true;
      run.is_complete = false;
      try {
        const before = await timers.standing();
        measure(before, metrics);
        const isQuiet = !isLate(before) && (before.next_due ?? Number.POSITIVE_INFINITY) > now();
        if (isQuiet) run.is_complete = true;
        else await work(run, () => remainingMs() < reserveMs);
        const { next_due } = isQuiet ? before : await timers.standing();
        await dueTime.replace(read, afterLook(read, { startedAt, next_due, now: now() }));
        return run;
      } finally {
        logger.info('tick_run', { ...run });
      }
    },
  };
}

const nothingDone: TickRun = {
  has_looked: false,
  archived: 0,
  woken: 0,
  skipped: 0,
  sent: 0,
  refused: 0,
  events: 0,
  is_complete: true,
};

function measure(
  { timers_late_ms, scheduled_late_ms, events_late_ms, scheduled }: Standing,
  metrics: Metrics,
) {
  metrics.record('TimersLate', timers_late_ms);
  metrics.record('ScheduledLate', scheduled_late_ms);
  metrics.record('EventsLate', events_late_ms);
  metrics.record('ScheduledBacklog', scheduled);
}

const isLate = ({ timers_late_ms, scheduled_late_ms, events_late_ms }: Standing): boolean =>
  timers_late_ms + scheduled_late_ms + events_late_ms > 0;

/** The frame of one change that the tick has made. */
function toPush(fired: Fired): Push[] {
  switch (fired.outcome) {
    case 'skipped':
      return [];
    case 'woken': {
      const { inbox, notification } = fired;
      return [pushOf(inbox, (state) => ({ type: 'notification.created', ...state, notification }))];
    }
    case 'archived': {
      const { inbox, ids, notification } = fired;
      return [
        pushOf(inbox, (state) =>
          notification
            ? { type: 'notification.updated', ...state, notification }
            : { type: 'inbox.marked', ...state, action: 'archive', status: 'archived', ids },
        ),
      ];
    }
  }
}
