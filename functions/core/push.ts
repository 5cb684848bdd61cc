import type { InboxFrame, PushedFrame } from './frames.ts';
import { limits } from './limits.ts';
import type { InboxState } from './notification.ts';

/** A frame on its way to every connection of one user. */
export interface Push {
  user_id: string;
  frame: PushedFrame;
}

/** An inbox right after a change to it. */
export interface ChangedInbox extends InboxState {
  /** How many changes this inbox has seen within the running second, this one included. */
  burst_count: number;
}

/**
 * The frame in full. If the inbox changes too fast it is `inbox.changed` instead: then one request for all changes
 * serves a client better than many frames.
 */
export function withinBurst<Frame extends InboxFrame>(frame: Frame, burst_count: number): InboxFrame {
  return burst_count <= limits.fullFramesPerBurst ? frame : inboxChanged(frame);
}

/** The push of one change of an inbox, in full or, if the inbox changes too fast, as `inbox.changed`. */
export function pushOf(inbox: ChangedInbox, toFrame: (state: InboxState) => InboxFrame): Push {
  return { user_id: inbox.user_id, frame: withinBurst(toFrame(stateOf(inbox)), inbox.burst_count) };
}

/** An inbox as answers and frames have it. */
export const stateOf = ({ burst_count: _, ...state }: ChangedInbox): InboxState => state;

/** The frame that says only that something is new up to this version. */
export const inboxChanged = ({
  user_id,
  version,
  unread_count,
  unseen_count,
  scopes,
}: InboxState): Extract<InboxFrame, { type: 'inbox.changed' }> => ({
  type: 'inbox.changed',
  user_id,
  version,
  unread_count,
  unseen_count,
  scopes,
});

/** The frame that says that the preferences of the user may be others now. */
export const preferencesChanged = (user_id: string) => ({ type: 'preferences.changed', user_id }) as const;
