import type { NotificationContent } from '../../functions/core/notification.ts';
import type { CreateRule } from '../../functions/core/ports.ts';

/** What a notification says. A test names the fields that it is about. */
export const contentOf = (changes: Partial<NotificationContent> = {}): NotificationContent => ({
  actor_id: null,
  title: 'Build passed',
  body: 'All 12 checks are green.',
  metadata: {},
  channel: 'in_app',
  scope: null,
  ...changes,
});

/** How the settings complete a command. By default they add no scope, and no recipient can switch its type off. */
export const ruleOf = (changes: Partial<CreateRule> = {}): CreateRule => ({
  scope: null,
  optional: null,
  ...changes,
});
