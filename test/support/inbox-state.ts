import type { InboxState } from '../../functions/core/notification.ts';

/** An inbox of an installation without scopes. By default everything that is unread is unseen. */
export const inboxState = (
  user_id: string,
  version: number,
  unread_count: number,
  unseen_count = unread_count,
): InboxState => ({ user_id, version, unread_count, unseen_count, scopes: {} });
