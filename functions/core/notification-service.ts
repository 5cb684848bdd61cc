import type { ChangedAll, Marked, MarkedMany, Preferences } from './answers.ts';
import type { Seen } from './bounds.ts';
import { isButtonId, noSuchButton } from './buttons.ts';
import { ActionTaken, noSuchNotification } from './errors.ts';
import type { Bounds } from './feed.ts';
import type { InboxFrame } from './frames.ts';
import type { Marks } from './marks.ts';
import { msOf } from './moment.ts';
import type { InboxState } from './notification.ts';
import type {
  ChangedWithin,
  Choices,
  MarkedNotification,
  NotificationRepository,
} from './notification-repository.ts';
import type { Policy, TypeRule } from './policy.ts';
import type { Clock, Publisher } from './ports.ts';
import { preferencesOf } from './preferences.ts';
import { type ChangedInbox, preferencesChanged, pushOf, stateOf } from './push.ts';
import { type Action, transitions } from './status.ts';
import type { DueTimes } from './timers.ts';

/** Everything by which a user changes their own inbox. */
export type NotificationService = ReturnType<typeof createNotificationService>;

/**
 * The use cases by which a user changes their own inbox. They store the change first and deliver it second. If the delivery
 * fails, the change still succeeds: clients see by the inbox version that they missed something.
 */
export function createNotificationService({
  repository,
  publisher,
  dueTimes,
  policy,
  clock,
}: {
  repository: NotificationRepository;
  publisher: Publisher;
  dueTimes: DueTimes;
  policy: Policy;
  clock: Clock;
}) {
  const hasEvents = Object.values<TypeRule>(policy.types).some(({ events }) => events === true);

  /** Pushes the frame of one change of an inbox. */
  const push = (inbox: ChangedInbox, toFrame: (state: InboxState) => InboxFrame) =>
    publisher.publish([pushOf(inbox, toFrame)]);

  async function markedOne({ notification, changed, inbox }: MarkedNotification): Promise<Marked> {
    if (changed) await push(inbox, (state) => ({ type: 'notification.updated', ...state, notification }));
    return { notification, ...stateOf(inbox) };
  }

  /** Before a change that may write an event: the tick sends it. */
  async function announceEvent(): Promise<void> {
    if (hasEvents) await dueTimes.by(clock());
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
     * Applies an action to one notification. If the action does not apply to its status, nothing changes.
     * @throws NotFound, Unavailable
     */
    async mark(user_id: string, id: number, action: Action): Promise<Marked> {
      if (isTold(action)) await announceEvent();
      return markedOne((await repository.mark(user_id, id, action)) ?? noSuchNotification(id));
    },

    /**
     * Takes a notification out of the feed until a time. One that is archived stays so.
     * @param until ISO 8601
     * @throws NotFound, Unavailable
     */
    async snooze(user_id: string, id: number, until: string): Promise<Marked> {
      await dueTimes.by(msOf(until));
      return markedOne((await repository.snooze(user_id, id, until)) ?? noSuchNotification(id));
    },

    /**
     * Puts a snoozed notification back as it was, at its old place.
     * @throws NotFound, Unavailable
     */
    async unsnooze(user_id: string, id: number): Promise<Marked> {
      return markedOne((await repository.unsnooze(user_id, id)) ?? noSuchNotification(id));
    },

    /**
     * Records that a button was pressed, and marks as read. The first button that is pressed counts, on whatever device.
     * @throws NotFound if the notification or its button does not exist
     * @throws ActionTaken if another button was pressed before
     * @throws Unavailable
     */
    async press(user_id: string, id: number, button: string): Promise<Marked> {
      if (!isButtonId(button)) noSuchButton(id, button);
      await announceEvent();
      const pressed = (await repository.press(user_id, id, button)) ?? noSuchButton(id, button);
      if (pressed === 'taken') throw new ActionTaken(id, button);
      return markedOne(pressed);
    },

    /**
     * Takes back that this button was pressed. The status stays. If it was not this one, nothing changes.
     * @throws NotFound, Unavailable
     */
    async unpress(user_id: string, id: number, button: string): Promise<Marked> {
      if (!isButtonId(button)) noSuchButton(id, button);
      return markedOne((await repository.unpress(user_id, id, button)) ?? noSuchNotification(id));
    },

    /**
     * Applies an action to several notifications, as one change. The answer leaves out the ids of those that have not changed.
     * @throws Unavailable
     */
    async markMany(user_id: string, { action, marks }: Marks): Promise<MarkedMany> {
      if (isTold(action)) await announceEvent();
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
      await announceEvent();
      return changedWithin('inbox.read_all', bounds, await repository.readAll(user_id, bounds));
    },

    /**
     * Archives every read notification within the bounds.
     * @throws Unavailable
     */
    async archiveRead(user_id: string, bounds: Bounds): Promise<ChangedAll> {
      await announceEvent();
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

/** Whether an action may write an event. */
const isTold = (action: Action): boolean => action === 'read' || action === 'archive';
