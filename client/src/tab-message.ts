import type { NotificationError } from './error.ts';
import type { ConnectionStatus } from './types.ts';
import type { UserFrame } from './wire.ts';

/** What the leader tells all tabs of the user, itself among them. */
export interface TabMessage {
  frame?: UserFrame;
  status?: ConnectionStatus | undefined;
  /** Why the status is one without news, or why it stays `polling`. */
  error?: NotificationError | undefined;
  /** A socket has opened: frames before it may have been missed. */
  isOpened?: boolean;
}

/** A follower asks whether the leader is alive, and says how much its page matters to the user now. */
export type Question = 'hidden' | 'visible' | 'used';
