/** The words of the wire, as the service itself has them: types alone, so that nothing of its code comes along. */
export type { InboxFrame } from '@belfry/functions/frames';
export type { ChangesPage, FeedPage } from '@belfry/functions/inbox-reader';
export type {
  Action,
  InboxState,
  Metadata,
  Notification,
  Status,
} from '@belfry/functions/notification';
