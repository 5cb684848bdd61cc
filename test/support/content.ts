import type { Bounds } from '../../functions/core/feed.ts';
import type { InboxState, Notification } from '../../functions/core/notification.ts';
import type { CreateContent, CreateRule } from '../../functions/core/notification-repository.ts';

/** What a create command says. A test names the fields that it is about. */
export const contentOf = (changes: Partial<CreateContent> = {}): CreateContent => ({
  actor_id: null,
  title: 'Build passed',
  body: 'All 12 checks are green.',
  metadata: {},
  channel: 'in_app',
  scope: null,
  actions: null,
  expires_at: null,
  group: null,
  alert_after: null,
  ...changes,
});

/** What a notification says that is not grouped, snoozed or acted on. */
export function notificationOf(
  changes: Partial<CreateContent> = {},
): Omit<Notification, 'id' | 'position' | 'user_id' | 'status' | 'created_at' | 'updated_at' | 'version'> {
  const { group: _, alert_after: __, ...content } = contentOf(changes);
  return {
    ...content,
    snoozed_until: null,
    group_key: null,
    group_count: 1,
    actor_ids: [],
    action_id: null,
    action_at: null,
  };
}

/** How the settings complete a command. By default they add no scope, and its type is not configured. */
export const ruleOf = (changes: Partial<CreateRule> = {}): CreateRule => ({
  scope: null,
  optional: null,
  type: changes.optional?.type ?? null,
  typeName: changes.optional?.type ?? null,
  ...changes,
});

/** An inbox of an installation without scopes. */
export const inboxOf = (
  user_id: string,
  version: number,
  unread_count: number,
  unseen_count = unread_count,
): InboxState => ({ user_id, version, unread_count, unseen_count, scopes: {} });

/** The bounds of a change of everything. */
export const wholeInbox: Bounds = { before_position: null, scope: null, types: [] };
