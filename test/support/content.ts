import type { NotificationContent } from '../../functions/core/notification.ts';

/** What a notification says. A test names the fields that it is about. */
export const contentOf = (changes: Partial<NotificationContent> = {}): NotificationContent => ({
  actor_id: null,
  title: 'Build passed',
  body: 'All 12 checks are green.',
  metadata: {},
  channel: 'in_app',
  ...changes,
});
