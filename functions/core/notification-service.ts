import type { ChangedAll, CreatedMany, CreatedOne, Marked, MarkedMany, Preferences } from './answers.ts';
import type { Seen } from './bounds.ts';
import type { CreateCommand } from './create-command.ts';
import type { CreateDoor } from './create-policy.ts';
import { IdempotencyConflict, noSuchNotification } from './errors.ts';
import type { Bounds } from './feed.ts';
import type { InboxFrame } from './frames.ts';
import type { Marks } from './marks.ts';
import type { InboxState } from './notification.ts';
import type { Policy } from './policy.ts';
import type {
  ChangedWithin,
  Choices,
  Clock,
  CreateOutcome,
  CreateRule,
  Metrics,
  NotificationRepository,
  Publisher,
} from './ports.ts';
import { preferencesOf } from './preferences.ts';
import { type ChangedInbox, inboxChanged, type Push, preferencesChanged, withinBurst } from './push.ts';
import { type Action, transitions } from './status.ts';

/** Everything that changes an inbox. */
export type NotificationService = ReturnType<typeof createNotificationService>;

/**
 * The use cases that change an inbox. They store the change first and deliver it second. If the delivery fails, the change
 * still succeeds: clients see by the inbox version that they missed something.
 */
export function createNotificationService({
  repository,
  publisher,
  policy,
  metrics,
  clock,
}: {
  repository: NotificationRepository;
  publisher: Publisher;
  policy: Policy;
  metrics: Metrics;
  clock: Clock;
}) {
  async function store(
    { user_ids, is_batch: _, idempotency_key, ...content }: CreateCommand,
    rule: CreateRule,
    door: CreateDoor['name'],
  ): Promise<CreateOutcome[]> {
    try {
      const outcomes = await repository.create(content, rule, user_ids, idempotency_key);
      // As the settings spell it: a metric has one name, and each other spelling would be one more.
      const type = rule.type ?? content.metadata.type;
      const labels = { door, ...(typeof type === 'string' && { type }) };
      metrics.count('NotificationsCreated', outcomes.filter(({ created }) => created).length, labels);
      metrics.count('NotificationsSuppressed', outcomes.filter(isSuppressed).length, labels);
      return outcomes;
    } catch (error) {
      metrics.count(error instanceof IdempotencyConflict ? 'IdempotencyConflicts' : 'CreatesFailed');
      throw error;
    }
  }

  /** Pushes the frame of one change of an inbox. */
  async function push(
    { burst_count, ...state }: ChangedInbox,
    toFrame: (state: InboxState) => InboxFrame,
  ): Promise<void> {
    await publisher.publish([{ user_id: state.user_id, frame: withinBurst(toFrame(state), burst_count) }]);
  }

  async function changedWithin(
    type: 'inbox.read_all' | 'inbox.archived_read',
    { scope, types }: Bounds,
    { updated, before_position, inbox }: ChangedWithin,
  ): Promise<ChangedAll> {
    if (before_position !== null && updated > 0) {
      const bounds = {
        before_position,
        ...(scope !== null && { scope }),
        ...(types.length > 0 && { types: [...types] }),
      };
      await push(inbox, (state) => ({ type, ...state, ...bounds }));
    }
    return { updated, ...stateOf(inbox) };
  }

  return {
    /**
     * Creates a notification for each recipient who has not switched its type off, and pushes it. A repeated idempotency key
     * creates nothing and pushes again: after a crash between commit and push, the retry also makes up for the lost push.
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
      const delivery = await publisher.publish(outcomes.flatMap(toPush));
      if (delivery.posted > 0) metrics.record('CreateToPostLatency', clock() - takenAt);
      const [first] = outcomes;
      if (first && !command.is_batch) {
        const { notification, created } = first;
        return { notification, created, suppressed: isSuppressed(first), delivery };
      }
      return {
        notifications: outcomes.flatMap(({ notification, created }) =>
          notification ? { id: notification.id, user_id: notification.user_id, created } : [],
        ),
        suppressed: outcomes.filter(isSuppressed).map(({ inbox }) => inbox.user_id),
        delivery,
      };
    },

    /**
     * Applies an action to one notification. If the action does not apply to its status, nothing changes.
     * @throws NotFound, Unavailable
     */
    async mark(user_id: string, id: number, action: Action): Promise<Marked> {
      const { notification, changed, inbox } =
        (await repository.mark(user_id, id, action)) ?? noSuchNotification(id);
      if (changed) {
        await push(inbox, (state) => ({ type: 'notification.updated', ...state, notification }));
      }
      return { notification, ...stateOf(inbox) };
    },

    /**
     * Applies an action to several notifications, as one change. The answer leaves out the ids of those that have not changed.
     * @throws Unavailable
     */
    async markMany(user_id: string, { action, marks }: Marks): Promise<MarkedMany> {
      const { updated, inbox } = await repository.markMany(user_id, action, marks);
      if (updated.length > 0) {
        const { to: status } = transitions[action];
        await push(inbox, (state) => ({ type: 'inbox.marked', ...state, action, status, ids: updated }));
      }
      return { updated, ...stateOf(inbox) };
    },

    /**
     * Marks every unread notification within the bounds as read.
     * @throws Unavailable
     */
    async readAll(user_id: string, bounds: Bounds): Promise<ChangedAll> {
      return changedWithin('inbox.read_all', bounds, await repository.readAll(user_id, bounds));
    },

    /**
     * Archives every read notification within the bounds.
     * @throws Unavailable
     */
    async archiveRead(user_id: string, bounds: Bounds): Promise<ChangedAll> {
      return changedWithin('inbox.archived_read', bounds, await repository.archiveRead(user_id, bounds));
    },

    /**
     * Takes what the user has seen out of the unseen count.
     * @throws Unavailable
     */
    async seen(user_id: string, { before_position: bound, scope }: Seen): Promise<InboxState> {
      const { changed, before_position, inbox } = await repository.seen(user_id, bound, scope);
      if (changed) {
        const within = { before_position, ...(scope !== null && { scope }) };
        await push(inbox, (state) => ({ type: 'inbox.seen', ...state, ...within }));
      }
      return stateOf(inbox);
    },

    /**
     * Sets which types a user gets, and answers all preferences. No notification changes, and no version.
     * @throws Unavailable
     */
    async prefer(user_id: string, choices: Choices): Promise<Preferences> {
      const all = await repository.choose(user_id, choices);
      await publisher.publish([{ user_id, frame: preferencesChanged(user_id) }]);
      return preferencesOf(user_id, all, policy);
    },
  };
}

const isSuppressed = ({ notification }: CreateOutcome): boolean => notification === null;

const stateOf = ({ burst_count: _, ...state }: ChangedInbox): InboxState => state;

/** The push for one recipient; none if the type is switched off. */
function toPush({ notification, created, inbox }: CreateOutcome): Push[] {
  if (!notification) return [];
  const { user_id, version } = inbox;
  const frame = { type: 'notification.created', ...stateOf(inbox), notification } as const;
  if (created) return [{ user_id, frame: withinBurst(frame, inbox.burst_count) }];
  // A repeated create pushes the notification in full only if creating it was the latest change of the inbox. Otherwise a
  // client would take over the version without the changes in between, or without the other rows of a change of many.
  const { id, position, status, created_at, updated_at } = notification;
  const isAsCreated = status === 'unread' && position === id && updated_at === created_at;
  const isLatestChange = notification.version === version && isAsCreated;
  return [{ user_id, frame: isLatestChange ? frame : inboxChanged(inbox) }];
}
