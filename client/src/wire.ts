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
  /** Its place in the list: the id, until something moves it up. It never falls, and is unique in an inbox. */
  position: number;
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
  /** The frontend in whose bell it is shown. Null: in all of them. */
  scope: string | null;
  status: Status;
  /** ISO 8601, UTC, to the millisecond. */
  created_at: string;
  /** The last change of the status, in the form of `created_at`. */
  updated_at: string;
  /** The inbox version of the last change to this notification. */
  version: number;
}

/** How many notifications are unread, and how many of those the user has not seen since they came or moved up. */
export interface Counts {
  unread_count: number;
  unseen_count: number;
}

/** The inbox of a user. The counts are of the whole inbox. */
export interface InboxState extends Counts {
  /** Whose inbox it is: a UUID in lower case. */
  user_id: string;
  /** Every change to the inbox raises it by one. */
  version: number;
  /** The counts of each scope of the service: of its notifications and of those without a scope. */
  scopes: { [scope: string]: Counts };
}

/** A page of the feed. */
export interface FeedPage extends InboxState {
  /** Newest first. */
  data: Notification[];
  /** The position down to which the page is complete, as a text; null on the last page. */
  next_cursor: string | null;
}

/** Whether something from elsewhere is what the service says of an inbox. The rest of it then is so too. */
export const isInboxState = (value: Partial<InboxState>): value is InboxState =>
  typeof value.user_id === 'string' &&
  [value.version, value.unread_count, value.unseen_count].every(Number.isInteger) &&
  !!value.scopes;

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

/** Which notifications a change of many is about. */
export interface Bounds {
  /** Those up to this position. */
  before_position: number;
  /** Only those of this scope or of none. Left out: all. */
  scope?: string | undefined;
  /** Only those of these types. Left out: all. */
  types?: string[] | undefined;
}

/** The preferences of a user: every type that the service knows. A critical type is always enabled. */
export interface Preferences {
  user_id: string;
  types: { [type: string]: { enabled: boolean; critical: boolean } };
}

/** What the service says on a socket about an inbox. */
export type InboxFrame =
  | ({ type: 'notification.created'; notification: Notification } & InboxState)
  | ({ type: 'notification.updated'; notification: Notification } & InboxState)
  | ({ type: 'inbox.read_all' } & Bounds & InboxState)
  | ({ type: 'inbox.archived_read' } & Bounds & InboxState)
  | ({ type: 'inbox.marked'; action: Action; status: Status; ids: number[] } & InboxState)
  | ({ type: 'inbox.seen' } & Omit<Bounds, 'types'> & InboxState)
  | ({ type: 'inbox.changed' } & InboxState);

/** What the service says on a socket about a user: also that preferences have changed, here or elsewhere. */
export type UserFrame = InboxFrame | { type: 'preferences.changed'; user_id: string };
