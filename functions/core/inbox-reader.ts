import type { ActivitiesPage, ChangesPage, FeedPage, Preferences } from './answers.ts';
import { noSuchNotification } from './errors.ts';
import type { ActivitiesQuery, FeedQuery } from './feed.ts';
import { limits } from './limits.ts';
import type { InboxState, Notification, NotificationOrRetracted } from './notification.ts';
import type { NotificationRepository } from './notification-repository.ts';
import type { Policy } from './policy.ts';
import { preferencesOf } from './preferences.ts';

// The size as it is sent: JSON text inside the JSON result of the function. Each quotation mark and line break takes two
// characters. 200 of the largest notifications, of 25 kB each, always fit.
const isTooLarge = (notifications: readonly NotificationOrRetracted[]): boolean =>
  notifications.length > 200 &&
  new TextEncoder().encode(JSON.stringify(JSON.stringify(notifications))).length > limits.changesBytes;

/** Everything that reads an inbox. */
export type InboxReader = ReturnType<typeof createInboxReader>;

/** The use cases that read an inbox and change nothing. */
export function createInboxReader({
  repository,
  policy,
}: {
  repository: NotificationRepository;
  policy: Policy;
}) {
  return {
    /** @throws Unavailable */
    async list(user_id: string, query: FeedQuery): Promise<FeedPage> {
      const { notifications, has_more, ...inbox } = await repository.list(user_id, query);
      const last = notifications.at(-1);
      return {
        data: notifications,
        next_cursor: has_more && last ? String(last.position) : null,
        ...inbox,
      };
    },

    /** @throws Unavailable */
    async unreadCount(user_id: string): Promise<InboxState> {
      return repository.inbox(user_id);
    },

    /** @throws Unavailable */
    async changes(user_id: string, since: number): Promise<ChangesPage> {
      const { notifications, reset, ...inbox } = await repository.changes(user_id, since);
      if (reset || isTooLarge(notifications)) return { data: [], ...inbox, reset: true };
      return { data: notifications, ...inbox, reset: false };
    },

    /** @throws NotFound, Unavailable */
    async get(user_id: string, id: number): Promise<Notification> {
      return (await repository.find(user_id, id)) ?? noSuchNotification(id);
    },

    /** @throws NotFound, Unavailable */
    async activities(
      user_id: string,
      id: number,
      { before_position, limit }: ActivitiesQuery,
    ): Promise<ActivitiesPage> {
      const { activities, has_more } =
        (await repository.activities(user_id, id, before_position, limit)) ?? noSuchNotification(id);
      const last = activities.at(-1);
      return {
        data: activities.map(({ actor_id, created_at }) => ({ actor_id, created_at })),
        next_cursor: has_more && last ? String(last.position) : null,
      };
    },

    /** @throws Unavailable */
    async preferences(user_id: string): Promise<Preferences> {
      return preferencesOf(user_id, await repository.choices(user_id), policy);
    },
  };
}
