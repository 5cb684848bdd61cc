import type { NotificationRepository } from '../../functions/core/notification-repository.ts';
import type { RetentionRepository } from '../../functions/core/retention.ts';
import type { ScheduleRepository } from '../../functions/core/scheduled.ts';
import type { Status } from '../../functions/core/status.ts';
import type { TimerRepository } from '../../functions/core/timers.ts';
import { createInMemoryRepository } from '../fakes/in-memory-repository.ts';
import { createButtons } from './buttons.ts';
import { createGuard } from './guard.ts';
import type { Invocation } from './invocation.ts';
import type { Journal } from './journal.ts';
import type { Loop } from './loop.ts';
import { policy } from './policy.ts';
import type { Sender } from './senders.ts';
import { createTimeline } from './timeline.ts';
import { Outage, type Weather } from './weather.ts';
import { createWrites } from './written.ts';

/** How long a transaction may hang before it commits after all. */
const latestCommitMs = 20_000;

/** How many notifications, schedules or events a tick takes at once: so few that it often takes several batches. */
const batch = 3;

/** The database, whose every commit is written down in the journal, as the functions reach it. */
export function createDatabase({
  loop,
  weather,
  journal,
  mostChanges,
}: {
  loop: Loop;
  weather: Weather;
  journal: Journal;
  mostChanges: number;
}) {
  const model = createInMemoryRepository(loop.now, { ...policy, mostChanges, batch });
  const timeline = createTimeline({ loop, journal, model });
  const buttons = createButtons(loop, journal);
  const { moveUp, ...writes } = createWrites(model, journal, timeline, buttons);
  const guardOf = createGuard(model, journal, { ...writes, schedule: model.schedule });

  /** What may go wrong on the way to the database and back. */
  async function ask<Answer>(
    { dice, step }: Invocation,
    name: string,
    run: () => Promise<Answer>,
    isWrite = true,
  ) {
    const isFailing = dice.chance(weather.databaseFailure);
    const isFailingEarly = isFailing && dice.chance(0.5);
    const isLate = isWrite && dice.chance(weather.lateCommit);
    return step(name, async () => {
      if (isFailingEarly) throw new Outage();
      if (isLate) loop.after(dice.below(latestCommitMs), () => void run().catch(() => {}));
      const answer = isLate ? undefined : await run();
      if (isFailing || answer === undefined) throw new Outage();
      return answer;
    });
  }

  /** How one run of a function asks. An answer may be undefined, which would look like none, and so is wrapped. */
  const callsOf = (invocation: Invocation) => ({
    write: async <Answer>(name: string, run: () => Promise<Answer>) =>
      (await ask(invocation, name, async () => ({ answer: await run() }))).answer,
    read: async <Answer>(name: string, run: () => Promise<Answer>) =>
      (await ask(invocation, name, async () => ({ answer: await run() }), false)).answer,
  });

  return {
    model,
    timeline,
    buttons,
    /**
     * The inboxes and the schedules as one run of a function sees them.
     * @param sender who has given the command that it does; default: one that may create everything
     */
    repositoryOf(
      invocation: Invocation,
      sender: Sender = 'service',
    ): NotificationRepository & RetentionRepository & ScheduleRepository {
      const { write, read } = callsOf(invocation);
      const guarded = guardOf(sender);
      return {
        create: (...given) => write('create', () => guarded.create(...given)),
        update: (...given) => write('update', () => guarded.update(...given)),
        retract: (...given) => write('retract', () => guarded.retract(...given)),
        mark: (...given) => write(given[2], () => writes.mark(...given)),
        snooze: (...given) => write('snooze', () => writes.snooze(...given)),
        unsnooze: (...given) => write('unsnooze', () => writes.unsnooze(...given)),
        press: (...given) => write('press', () => writes.press(...given)),
        unpress: (...given) => write('unpress', () => writes.unpress(...given)),
        markMany: (...given) => write('mark', () => writes.markMany(...given)),
        readAll: (...given) => write('read-all', () => writes.readAll(...given)),
        archiveRead: (...given) => write('archive-read', () => writes.archiveRead(...given)),
        seen: (...given) => write('seen', () => writes.seen(...given)),
        choose: (...given) => write('choose', () => writes.choose(...given)),
        purge: (...given) => write('purge', () => writes.purge(...given)),
        schedule: (...given) => write('schedule', () => guarded.schedule(...given)),
        cancel: (...given) => write('cancel', () => model.cancel(...given)),
        findSchedule: (id) => read('schedule', () => model.findSchedule(id)),
        choices: (user_id) => read('choices', () => model.choices(user_id)),
        list: (...given) => read('list', () => model.list(...given)),
        inbox: (user_id) => read('inbox', () => model.inbox(user_id)),
        changes: (...given) => read('changes', () => model.changes(...given)),
        activities: (...given) => read('activities', () => model.activities(...given)),
        find: model.find,
        due: (...given) => read('due', () => model.due(...given)),
        dropSchedules: async () => 0,
        unreadCounts: async () => ({ inboxes: 0, percentiles: [] }),
      };
    },
    /** The timers as one run of the tick sees them. Now and then another writer has an inbox, which it leaves out. */
    timersOf(invocation: Invocation): TimerRepository {
      const { write, read } = callsOf(invocation);
      return {
        fire(leftOut) {
          const isBusy = invocation.dice.chance(weather.busyInbox);
          return write('fire', async () => {
            const busy = model.dueRows().find(({ user_id }) => isBusy && !leftOut.includes(user_id))?.user_id;
            const { fired, isDone } = await writes.fire(busy === undefined ? leftOut : [...leftOut, busy]);
            if (fired.length > 0) timeline.fired();
            if (busy === undefined) return { fired, isDone };
            return { fired: [...fired, { outcome: 'skipped', user_id: busy }], isDone };
          });
        },
        async claimScheduled() {
          const claimed = await write('claim', model.claimScheduled);
          if (claimed.length > 0) timeline.fired();
          for (const { command, expired_at } of claimed) if (expired_at !== null) timeline.expired(command);
          return claimed;
        },
        settleScheduled(...given) {
          timeline.fired();
          return write('settle', () => model.settleScheduled(...given));
        },
        takeEvents: () => write('take events', model.takeEvents),
        dropEvents: (...given) => write('drop events', () => model.dropEvents(...given)),
        standing: () => read('standing', model.standing),
      };
    },
    /** Makes a notification unread and unseen again at the top. Undefined if it is gone. */
    moveUp: (invocation: Invocation, user_id: string, id: number) =>
      ask(invocation, 'move up', async () => ({ moved: await moveUp(user_id, id) })),
    /** One user's inbox as it truly is, also the archived ones if they are wanted; newest first. */
    truth: (user_id: string, statuses: readonly Status[] = ['unread', 'read']) =>
      model.list(user_id, { limit: 100_000, before_position: null, statuses, scope: null, types: [] }),
  };
}
