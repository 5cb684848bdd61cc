import type { InboxState } from '../../functions/core/notification.ts';
import { sharedPolicy } from './shared-settings.ts';

/** An inbox of an installation without scopes. By default everything that is unread is unseen. */
export const inboxState = (
  user_id: string,
  version: number,
  unread_count: number,
  unseen_count = unread_count,
): InboxState => ({ user_id, version, unread_count, unseen_count, scopes: {} });

/** The same in a system with `sharedPolicy`, if no notification has a scope. Then each scope has the counts of the whole. */
export function sharedState(...given: Parameters<typeof inboxState>): InboxState {
  const state = inboxState(...given);
  const { unread_count, unseen_count } = state;
  const scopes = sharedPolicy.scopes.map((scope) => [scope, { unread_count, unseen_count }]);
  return { ...state, scopes: Object.fromEntries(scopes) };
}
