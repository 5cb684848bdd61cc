import type {
  Cancelled,
  CreatedMany,
  CreatedOne,
  RetractedMany,
  Schedule,
  Scheduled,
  UpdatedMany,
  UpdatedOne,
} from './answers.ts';
import { createPush, retractPush, updatePush } from './command-pushes.ts';
import type { CreateCommand, DatedCreate } from './create-command.ts';
import type { CreateDoor } from './create-policy.ts';
import { AlreadySent, NotFound, noSuchSchedule } from './errors.ts';
import { msOf } from './moment.ts';
import type { CreateOutcome, CreateRule, NotificationRepository } from './notification-repository.ts';
import { quoted } from './parse.ts';
import type { Clock, Metrics, Publisher } from './ports.ts';
import type { RetractCommand } from './retract-command.ts';
import type { ScheduleRepository } from './scheduled.ts';
import type { DueTimes } from './timers.ts';
import type { UpdateCommand } from './update-command.ts';

/** Everything that producers do. */
export type CommandService = ReturnType<typeof createCommandService>;

/** How long after an update that moves a notification up the tick looks at the latest, in milliseconds. */
const realertLookMs = 60_000;

/**
 * The use cases of producers. They store the change first and deliver it second. If the delivery fails, the change still
 * succeeds: clients see by the inbox version that they missed something. A command that is repeated changes nothing and
 * pushes again: after a crash between commit and push, the retry also makes up for the lost push.
 */
export function createCommandService({
  repository,
  schedules,
  dueTimes,
  publisher,
  metrics,
  clock,
}: {
  repository: NotificationRepository;
  schedules: ScheduleRepository;
  dueTimes: DueTimes;
  publisher: Publisher;
  metrics: Metrics;
  clock: Clock;
}) {
  /** Makes sure that the tick looks at the first of these times. Those that are null do not count. */
  async function announce(...times: (number | null)[]): Promise<void> {
    const known = times.filter((time) => time !== null);
    if (known.length > 0) await dueTimes.by(Math.min(...known));
  }

  async function store(
    { user_ids, is_batch: _, idempotency_key, ...content }: CreateCommand,
    rule: CreateRule,
    door: CreateDoor['name'],
  ): Promise<CreateOutcome[]> {
    const { expires_at, alert_after } = content;
    await announce(dueAt(expires_at), alert_after && clock() + alert_after * 1_000);
    const outcomes = await repository.create(content, rule, user_ids, idempotency_key);
    // As the settings spell it: a metric has one name, and each other spelling would be one more.
    const type = rule.typeName ?? content.metadata.type;
    const labels = { door, ...(typeof type === 'string' && { type }) };
    metrics.count('NotificationsCreated', outcomes.filter(({ created }) => created).length, labels);
    metrics.count('NotificationsGrouped', outcomes.filter(({ grouped }) => grouped).length, labels);
    metrics.count('NotificationsSuppressed', outcomes.filter(isSuppressed).length, labels);
    return outcomes;
  }

  return {
    /**
     * Creates a notification for each recipient who has not switched its type off, or lets it go into the unread one of its
     * group, and pushes it.
     * @param door used by the metrics only
     * @throws IdempotencyConflict, Unavailable
     */
    async create(
      command: CreateCommand,
      rule: CreateRule,
      door: CreateDoor['name'],
    ): Promise<CreatedOne | CreatedMany> {
      const takenAt = clock();
      const outcomes = await store(command, rule, door);
      const delivery = await publisher.publish(outcomes.flatMap(createPush));
      if (delivery.posted > 0) metrics.record('CreateToPostLatency', clock() - takenAt);
      const [first] = outcomes;
      if (first && !command.is_batch) {
        const { notification, created, grouped } = first;
        return { notification, created, grouped, suppressed: isSuppressed(first), delivery };
      }
      return {
        notifications: outcomes.flatMap(({ notification, created, grouped }) =>
          notification ? { id: notification.id, user_id: notification.user_id, created, grouped } : [],
        ),
        suppressed: outcomes.filter(isSuppressed).map(({ inbox }) => inbox.user_id),
        delivery,
      };
    },

    /**
     * Keeps a create until its time.
     * @param made_by the subject of the token; null for a door where IAM decides
     * @throws IdempotencyConflict, Unavailable
     */
    async schedule(
      { command, deliver_at }: DatedCreate & { deliver_at: string },
      made_by: string | null,
    ): Promise<Scheduled> {
      await announce(msOf(deliver_at));
      const kept = await schedules.schedule(command, deliver_at, made_by);
      return { scheduled: { id: kept.id, deliver_at: kept.deliver_at } };
    },

    /**
     * Where a scheduled create stands.
     * @param asker the subject of the token, who must have made it; null: it does not matter who has
     * @throws NotFound, Unavailable
     */
    async findSchedule(id: number, asker: string | null): Promise<Schedule> {
      const { made_by, ...schedule } = (await schedules.findSchedule(id)) ?? noSuchSchedule(id);
      return asker === null || asker === made_by ? schedule : noSuchSchedule(id);
    },

    /**
     * Calls a scheduled create off. If it was called off before, nothing changes.
     * @param asker as above
     * @throws AlreadySent if it was sent, or is being sent
     * @throws NotFound, Unavailable
     */
    async cancel(id: number, asker: string | null): Promise<Cancelled> {
      const outcome = (await schedules.cancel(id, asker)) ?? noSuchSchedule(id);
      if (outcome === 'too_late') throw new AlreadySent(id);
      return { cancelled: { id } };
    },

    /**
     * Edits the notification of each recipient that a create with this key has made, and pushes it. What has this content
     * already stays as it is, and is not moved up again either.
     * @param forbidden the types that the sender may not create
     * @throws NotFound if no recipient has such a notification: perhaps the create has not come yet
     * @throws Forbidden if one of the notifications has such a type; then nothing is written
     * @throws Unavailable
     */
    async update(
      { user_ids, is_batch, idempotency_key, patch, realert }: UpdateCommand,
      forbidden: readonly string[],
    ): Promise<UpdatedOne | UpdatedMany> {
      await announce(dueAt(patch.expires_at), realert ? clock() + realertLookMs : null);
      const outcomes = await repository.update(patch, realert, user_ids, idempotency_key, forbidden);
      const [first] = outcomes;
      if (!first) throw noneHas('idempotency key', idempotency_key);
      const delivery = await publisher.publish(outcomes.map(updatePush));
      if (!is_batch) return { notification: first.notification, changed: first.changed, delivery };
      return {
        notifications: outcomes.map(({ notification: { id, user_id }, changed }) => ({
          id,
          user_id,
          changed,
        })),
        missing: missingOf(user_ids, outcomes),
        delivery,
      };
    },

    /**
     * Takes back the notification of a key, or every notification of a group, from each recipient. Its key stays used, so that
     * a late retry of the create brings nothing back.
     * @param forbidden as above
     * @throws NotFound, Forbidden, Unavailable
     */
    async retract({ user_ids, which }: RetractCommand, forbidden: readonly string[]): Promise<RetractedMany> {
      const outcomes = await repository.retract(which, user_ids, forbidden);
      if (outcomes.length === 0) {
        throw 'group_key' in which
          ? noneHas('group key', which.group_key)
          : noneHas('idempotency key', which.idempotency_key);
      }
      const delivery = await publisher.publish(outcomes.map(retractPush));
      return {
        retracted: outcomes.flatMap(({ ids, inbox: { user_id } }) => ids.map((id) => ({ id, user_id }))),
        missing: missingOf(user_ids, outcomes),
        delivery,
      };
    },
  };
}

const isSuppressed = ({ notification }: CreateOutcome): boolean => notification === null;

const dueAt = (time: string | null | undefined): number | null => (time ? msOf(time) : null);

const noneHas = (what: string, key: string) =>
  new NotFound(`None of these users has a notification with the ${what} ${quoted(key)}.`);

function missingOf(user_ids: readonly string[], outcomes: readonly { inbox: { user_id: string } }[]) {
  const found = new Set(outcomes.map(({ inbox }) => inbox.user_id));
  return user_ids.filter((user_id) => !found.has(user_id));
}
