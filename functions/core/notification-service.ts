import type { CreatedMany, CreatedOne, Marked, ReadAllDone } from './answers.ts';
import type { CreateCommand } from './create-command.ts';
import type { CreateDoor } from './create-policy.ts';
import { IdempotencyConflict, noSuchNotification } from './errors.ts';
import type { InboxFrame } from './frames.ts';
import type { Clock, Metrics, NotificationRepository, Publisher, StoredNotification } from './ports.ts';
import { inboxChanged, type Push, withinBurst } from './push.ts';
import type { Action } from './status.ts';

/** Everything that changes an inbox. */
export type NotificationService = ReturnType<typeof createNotificationService>;

/**
 * The use cases that change an inbox. They store the change first and deliver it second. If the delivery fails, the change
 * still succeeds: clients see by the inbox version that they missed something.
 */
export function createNotificationService({
  repository,
  publisher,
  metrics,
  clock,
}: {
  repository: NotificationRepository;
  publisher: Publisher;
  metrics: Metrics;
  clock: Clock;
}) {
  async function store(command: CreateCommand, door: CreateDoor['name']): Promise<StoredNotification[]> {
    try {
      const stored = await repository.create(command, command.user_ids, command.idempotency_key);
      const { type } = command.metadata;
      const labels = { door, ...(typeof type === 'string' && { type }) };
      metrics.count('NotificationsCreated', stored.filter(({ created }) => created).length, labels);
      return stored;
    } catch (error) {
      metrics.count(error instanceof IdempotencyConflict ? 'IdempotencyConflicts' : 'CreatesFailed');
      throw error;
    }
  }

  return {
    /**
     * Creates a notification for each recipient and pushes it. A repeated idempotency key creates nothing and pushes
     * again: after a crash between commit and push, the retry also makes up for the lost push.
     * @param door used by the metrics only
     * @throws IdempotencyConflict, Unavailable
     */
    async create(command: CreateCommand, door: CreateDoor['name']): Promise<CreatedOne | CreatedMany> {
      const takenAt = clock();
      const stored = await store(command, door);
      const delivery = await publisher.publish(stored.map(toPush));
      if (delivery.posted > 0) metrics.record('CreateToPostLatency', clock() - takenAt);
      const [first] = stored;
      if (first && !command.is_batch) {
        return { notification: first.notification, created: first.created, delivery };
      }
      return {
        notifications: stored.map(({ notification: { id, user_id }, created }) => ({ id, user_id, created })),
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
      const { burst_count, ...state } = inbox;
      if (changed) {
        const frame = { type: 'notification.updated', ...state, notification } as const;
        await publisher.publish([{ user_id, frame: withinBurst(frame, burst_count) }]);
      }
      return { notification, ...state };
    },

    /**
     * Marks every unread notification as read, or those with `id <= before_id`.
     * @throws Unavailable
     */
    async readAll(user_id: string, bound: number | null): Promise<ReadAllDone> {
      const { updated, before_id, inbox } = await repository.readAll(user_id, bound);
      const { burst_count, ...state } = inbox;
      if (before_id !== null && updated > 0) {
        const frame = { type: 'inbox.read_all', ...state, before_id } as const;
        await publisher.publish([{ user_id, frame: withinBurst(frame, burst_count) }]);
      }
      return { updated, ...state };
    },
  };
}

function toPush({ notification, created, inbox }: StoredNotification): Push {
  const { burst_count, ...state } = inbox;
  const { user_id, version } = state;
  const frame: InboxFrame = { type: 'notification.created', ...state, notification };
  if (created) return { user_id, frame: withinBurst(frame, burst_count) };
  // A repeated create pushes the notification in full only if it is the latest change of the inbox. Otherwise a client
  // would take over the version without the changes in between. A notification that is not unread may have changed
  // together with others, by a read-all, and the client would never learn about those.
  const isLatestChange = notification.version === version && notification.status === 'unread';
  if (!isLatestChange) return { user_id, frame: inboxChanged(inbox) };
  const isUntouched = notification.updated_at === notification.created_at;
  return { user_id, frame: isUntouched ? frame : { ...frame, type: 'notification.updated' } };
}
