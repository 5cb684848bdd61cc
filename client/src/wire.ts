/** The words of the wire, as the service itself has them: types alone, so that nothing of its code comes along. */
export type { InboxFrame } from '../../functions/core/frames.ts';
export type { ChangesPage, FeedPage } from '../../functions/core/inbox-reader.ts';
export type {
  Action,
  InboxState,
  Metadata,
  Notification,
  Status,
} from '../../functions/core/notification.ts';
