// The shapes of the HTTP API and of the frames, as an app sees them. The package has its own declarations, because those of
// the service come from its schemas and would bring the types of a schema library along. test/client/wire.test.ts does not
// compile if the two differ.

/** `archived` and `snoozed` notifications are in no feed unless it asks for them. */
export type Status = 'unread' | 'read' | 'archived' | 'snoozed';

/** What a user can do to a notification, or to several as one change. */
export type Action = 'read' | 'unread' | 'archive' | 'unarchive';

/** A JSON object. */
export type Metadata = { [key: string]: unknown };

/** A button of a notification. It leads to a path of the app or to a URL, or just records that it was pressed. */
export interface Button {
  /** 1 to 64 characters, unique in the notification. */
  id: string;
  /** 1 to 40 characters. */
  label: string;
  route?: string | undefined;
  url?: string | undefined;
}

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
  /** At most 3 buttons, of which one may be pressed: `press` of `belfry/actions`. Null: there are none. */
  actions: Button[] | null;
  /** When it is archived automatically, in the form of `created_at`. */
  expires_at: string | null;
  status: Status;
  /** Until when it is out of the list, in the form of `created_at`. Null: it is not snoozed. */
  snoozed_until: string | null;
  /** What the creates have in common that go into one notification. Null: it is not grouped. */
  group_key: string | null;
  /** How many creates have gone into it. 1 if it is not grouped. */
  group_count: number;
  /** The last 5 different actors of a grouped one, newest last. */
  actor_ids: string[];
  /** The button that was pressed, and when. Null: none was. */
  action_id: string | null;
  action_at: string | null;
  /** ISO 8601, UTC, to the millisecond. */
  created_at: string;
  /** The last change, in the form of `created_at`. */
  updated_at: string;
  /** The inbox version of the last change to this notification. */
  version: number;
}

/** What is left of a notification that its producer has taken back. It is shown nowhere. */
export interface Retracted {
  id: number;
  position: number;
  user_id: string;
  status: 'retracted';
  version: number;
}

export type NotificationOrRetracted = Notification | Retracted;

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
  data: NotificationOrRetracted[];
  /** Whether the client must load the first page again, because the changes after its version are not known any more. */
  reset: boolean;
}

/** The creates that went into a grouped notification, newest first. Of one that is not grouped there are none. */
export interface ActivitiesPage {
  data: Pick<Notification, 'actor_id' | 'created_at'>[];
  /** The `cursor` of the next, older page; null on the last one. */
  next_cursor: string | null;
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
  | ({ type: 'notification.updated'; notification: NotificationOrRetracted } & InboxState)
  | ({ type: 'inbox.read_all' } & Bounds & InboxState)
  | ({ type: 'inbox.archived_read' } & Bounds & InboxState)
  | ({
      type: 'inbox.marked';
      action: Action | 'retract';
      status: Status | 'retracted';
      ids: number[];
    } & InboxState)
  | ({ type: 'inbox.seen' } & Omit<Bounds, 'types'> & InboxState)
  | ({ type: 'inbox.changed' } & InboxState);

/** What the service says on a socket about a user: also that preferences have changed, here or elsewhere. */
export type UserFrame = InboxFrame | { type: 'preferences.changed'; user_id: string };
