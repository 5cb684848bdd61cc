// The shapes of the HTTP API and of the frames, as an app sees them. The package has its own declarations, because those of
// the service come from its schemas and would bring the types of a schema library along. test/client/wire.test.ts does not
// compile if the two differ.

/** `archived` notifications are in no feed unless it asks for them. */
export type Status = 'unread' | 'read' | 'archived';

/** What a user can do to a notification. */
export type Action = 'read' | 'unread' | 'archive' | 'unarchive';

/** A JSON object. */
export type Metadata = { [key: string]: unknown };

/** A notification. */
export interface Notification {
  /** Ids of one inbox rise with time and have gaps. */
  id: number;
  /** The recipient: a UUID in lower case. */
  user_id: string;
  /** Who caused it: a UUID in lower case. */
  actor_id: string | null;
  /** 1 to 255 characters. */
  title: string;
  /** At most 4,000 characters; empty if the notification has a title only. */
  body: string;
  metadata: Metadata;
  /** 1 to 20 characters; `in_app` by default. */
  channel: string;
  status: Status;
  /** ISO 8601, UTC, to the millisecond. */
  created_at: string;
  /** The last change of the status, in the form of `created_at`. */
  updated_at: string;
  /** The inbox version of the last change to this notification. */
  version: number;
}

/** The inbox of a user. */
export interface InboxState {
  /** Whose inbox it is: a UUID in lower case. */
  user_id: string;
  /** Every change to the inbox raises it by one. */
  version: number;
  unread_count: number;
}

/** A page of the feed. */
export interface FeedPage extends InboxState {
  /** Newest first. */
  data: Notification[];
  /** Where the next, older page begins; null on the last page. */
  next_cursor: string | null;
}

/** Whether something from elsewhere is what the service says of an inbox. The rest of it then is so too. */
export const isInboxState = (value: Partial<InboxState>): value is InboxState =>
  typeof value.user_id === 'string' &&
  Number.isInteger(value.version) &&
  Number.isInteger(value.unread_count);

/** The same for what has notifications. */
export const isPage = (value: Partial<FeedPage>): value is FeedPage =>
  Array.isArray(value.data) && isInboxState(value);

/** What a client missed. */
export interface ChangesPage extends InboxState {
  /** Oldest change first; empty with `reset`. */
  data: Notification[];
  /** Whether the client must load the first page again, because the changes after its version are not known any more. */
  reset: boolean;
}

/** What the service says on a socket about an inbox. */
export type InboxFrame =
  | ({ type: 'notification.created'; notification: Notification } & InboxState)
  | ({ type: 'notification.updated'; notification: Notification } & InboxState)
  | ({ type: 'inbox.read_all'; before_id: number } & InboxState)
  | ({ type: 'inbox.changed' } & InboxState);
