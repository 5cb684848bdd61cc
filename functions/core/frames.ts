import { limits } from './limits.ts';
import type { InboxState, Notification } from './notification.ts';

/** What the server says on a socket about an inbox; each is one JSON text under the gateway's 32 KB. */
export type InboxFrame =
  | ({ type: 'notification.created'; notification: Notification } & InboxState)
  | ({ type: 'notification.updated'; notification: Notification } & InboxState)
  | ({ type: 'inbox.read_all'; before_id: number } & InboxState)
  | ({ type: 'inbox.changed' } & InboxState);

/** Everything that a client may receive. */
export type ServerFrame =
  | InboxFrame
  | { type: 'goodbye'; code: 'replaced' }
  | { type: 'pong' }
  | { type: 'error'; code: 'unknown_action'; message: string };

/** A frame on its way to every connection of one user. */
export interface Push {
  user_id: string;
  frame: InboxFrame;
}

/** An inbox right after a change to it. */
export interface ChangedInbox extends InboxState {
  /** How many changes this inbox has seen within the running second, this one included. */
  burst_count: number;
}

/**
 * The frame in full, or `inbox.changed` where the inbox changes so fast that its clients are better served by one
 * request for all changes.
 */
export function withinBurst<Frame extends InboxFrame>(frame: Frame, burst_count: number): InboxFrame {
  return burst_count <= limits.fullFramesPerBurst ? frame : inboxChanged(frame);
}

/** The frame that only says that there is something new up to this version. */
export function inboxChanged({ version, unread_count }: InboxState): InboxFrame {
  return { type: 'inbox.changed', version, unread_count };
}
