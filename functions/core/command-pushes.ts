import { limits } from './limits.ts';
import type { CreateOutcome, RetractOutcome, UpdateOutcome } from './notification-repository.ts';
import { type ChangedInbox, inboxChanged, type Push, pushOf, stateOf } from './push.ts';

// What each recipient of a command is pushed. A command that is repeated changes nothing, but the push of the first one may
// have been lost in a crash, so that it pushes again.

/** The push for one recipient of a create; none if the type is switched off. */
export function createPush({ notification, created, grouped, inbox }: CreateOutcome): Push[] {
  if (!notification) return [];
  if (notification.status === 'retracted') return [repeated(inbox)];
  const type = grouped ? 'notification.updated' : 'notification.created';
  if (created || grouped) return [pushOf(inbox, (state) => ({ type, ...state, notification }))];
  // A repeated create pushes the notification in full only if creating it was the latest change of the inbox. Otherwise a
  // client would take over the version without the changes in between, or without the other rows of a change of many.
  const { id, position, status, created_at, updated_at, version } = notification;
  const isAsCreated = status === 'unread' && position === id && updated_at === created_at;
  if (version !== inbox.version || !isAsCreated) return [repeated(inbox)];
  return [{ user_id: inbox.user_id, frame: { type, ...stateOf(inbox), notification } }];
}

/** The push for one recipient of an update. */
export function updatePush({ notification, changed, inbox }: UpdateOutcome): Push {
  if (!changed) return repeated(inbox);
  return pushOf(inbox, (state) => ({ type: 'notification.updated', ...state, notification }));
}

/** The push for one recipient of a retract. */
export function retractPush({ ids, notification, inbox }: RetractOutcome): Push {
  if (ids.length === 0) return repeated(inbox);
  return pushOf(inbox, (state) => {
    if (notification) return { type: 'notification.updated', ...state, notification };
    if (ids.length > limits.marks) return inboxChanged(state);
    return { type: 'inbox.marked', ...state, action: 'retract', status: 'retracted', ids };
  });
}

const repeated = (inbox: ChangedInbox): Push => ({ user_id: inbox.user_id, frame: inboxChanged(inbox) });
