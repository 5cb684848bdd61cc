import type { Bounds, FeedQuery } from './feed.ts';
import type {
  InboxState,
  Notification,
  NotificationContent,
  NotificationOrRetracted,
} from './notification.ts';
import type { ChangedInbox } from './push.ts';
import type { Action } from './status.ts';

/** What a create has done for one recipient, with the inbox at the same moment. */
export interface CreateOutcome {
  /** Null if the recipient has switched the type off. Then nothing is written. Retracted: the key's was, and stays so. */
  notification: NotificationOrRetracted | null;
  /** False if the idempotency key had created this notification before, if it was grouped, and if there is none. */
  created: boolean;
  /** Whether it went into the unread notification of its group, which has moved up. */
  grouped: boolean;
  inbox: ChangedInbox;
}

/** How the settings complete a create command. */
export interface CreateRule {
  /** The scope of the command or, if it names none, that of its type. */
  scope: string | null;
  /**
   * The configured type that a recipient may have switched off, or switched on if it is off by default, in the form in which
   * types are compared. Null: there is none.
   */
  optional: { type: string; isDefaultOn: boolean } | null;
  /** The configured type, in the form in which types are compared, which is kept beside the notification. Null: it has none. */
  type: string | null;
  /** The same as the settings spell it. */
  typeName: string | null;
}

/** What a create command says, beside its recipients and its key. */
export interface CreateContent extends NotificationContent {
  /**
   * The group, and what its notification says from the second create on: texts in which `{count}` and `{others}` (one less)
   * stand for numbers. Null: it says what a single one says.
   */
  group: { key: string; title: string | null; body: string | null } | null;
  /** After how many seconds an event tells that it is still unread. Null: never. */
  alert_after: number | null;
}

/** The fields that an update command gives. Null removes an actor, buttons and an expiry. */
export type Patch = Partial<
  Pick<NotificationContent, 'title' | 'body' | 'metadata' | 'actor_id' | 'actions' | 'expires_at'>
>;

/** A notification after an update command. */
export interface UpdateOutcome {
  notification: NotificationOrRetracted;
  /** False if it has this content already, or is retracted. */
  changed: boolean;
  inbox: ChangedInbox;
}

/** An inbox after a retract command. */
export interface RetractOutcome {
  /** What this command has retracted; empty if all of it was before. */
  ids: number[];
  /** The retracted notification, if it is one. */
  notification: NotificationOrRetracted | null;
  inbox: ChangedInbox;
}

/**
 * The explicit choices of a user: types in the form in which they are compared, in no order. So a choice still counts when the
 * settings spell its type otherwise.
 */
export interface Choices {
  off: readonly string[];
  on: readonly string[];
}

/** A notification to be marked together with others. */
export interface Mark {
  id: number;
  /** If it has moved up beyond this position since, it is left alone. Null: it is marked in any case. */
  position: number | null;
}

/** What a change of many within bounds has done. */
export interface ChangedWithin {
  updated: number;
  before_position: number | null;
  inbox: ChangedInbox;
}

/** A create that went into a grouped notification. */
export interface Activity {
  actor_id: string | null;
  created_at: string;
  position: number;
}

/** A notification after an action on it. */
export interface MarkedNotification {
  notification: Notification;
  /** False if the action had nothing to change. */
  changed: boolean;
  inbox: ChangedInbox;
}

/**
 * The inboxes, in the database. Every change raises the inbox's version by exactly one, in the same statement. A call
 * that changes nothing does not raise it. Every method throws `Unavailable` if the database cannot be reached.
 */
export interface NotificationRepository {
  /**
   * Creates one notification for each recipient, or none at all, but for those who have switched its type off. The result has
   * the order of `user_ids`. If a recipient already has a notification with this idempotency key, no new one is created,
   * and the result has the earlier one, whatever has become of it and of the recipient's preferences.
   * @param content as the command gives it; the rule completes it
   * @throws IdempotencyConflict if a recipient has the key of another command. Then nothing is written for any recipient
   */
  create(
    content: CreateContent,
    rule: CreateRule,
    user_ids: readonly string[],
    idempotency_key: string | null,
  ): Promise<CreateOutcome[]>;
  /**
   * Edits the notification that this key has created, for each user who has it; the others are left out of the answer.
   * @param realert whether it becomes unread and moves up. If the user has switched its type off since, it is edited alone
   * @param forbidden types that the sender may not create, in the form in which they are compared
   * @throws Forbidden if one of the notifications has such a type. Then nothing is written
   */
  update(
    patch: Patch,
    realert: boolean,
    user_ids: readonly string[],
    idempotency_key: string,
    forbidden: readonly string[],
  ): Promise<UpdateOutcome[]>;
  /**
   * Retracts the notification of a key, or every notification of a group, as one change of each inbox. Users who have none are
   * left out of the answer.
   * @throws Forbidden likewise
   */
  retract(
    which: { idempotency_key: string } | { group_key: string },
    user_ids: readonly string[],
    forbidden: readonly string[],
  ): Promise<RetractOutcome[]>;
  /** A page of the feed, by position, newest first, and the inbox at the same moment. `has_more` is true if older ones follow. */
  list(
    user_id: string,
    query: FeedQuery,
  ): Promise<InboxState & { notifications: Notification[]; has_more: boolean }>;
  inbox(user_id: string): Promise<InboxState>;
  /**
   * Every notification that changed after the version `since`, oldest change first. `reset` is true, and the list is empty,
   * if more than 1,000 changed, if `since` is newer than the inbox, or if `since` is older than the changes that are kept.
   */
  changes(
    user_id: string,
    since: number,
  ): Promise<InboxState & { notifications: NotificationOrRetracted[]; reset: boolean }>;
  /** Undefined if the user has no such notification, or it is retracted. */
  find(user_id: string, id: number): Promise<Notification | undefined>;
  /** Undefined if the user has no such notification. */
  mark(user_id: string, id: number, action: Action): Promise<MarkedNotification | undefined>;
  /**
   * Takes a notification out of the feed until a time, or until that other time if it is snoozed already. Undefined as above.
   * @param until ISO 8601
   */
  snooze(user_id: string, id: number, until: string): Promise<MarkedNotification | undefined>;
  /** Puts a snoozed notification back as it was, at its old place. */
  unsnooze(user_id: string, id: number): Promise<MarkedNotification | undefined>;
  /**
   * Records that a button was pressed, and marks as read. `taken`: another button was pressed before. Undefined: there is no
   * such notification, or it has no such button.
   */
  press(user_id: string, id: number, button_id: string): Promise<MarkedNotification | 'taken' | undefined>;
  /** Takes this button back, if it is the one that was pressed. The status stays. */
  unpress(user_id: string, id: number, button_id: string): Promise<MarkedNotification | undefined>;
  /**
   * The creates that went into a grouped notification, newest first.
   * @param before the position below which to look; null: from the newest on
   */
  activities(
    user_id: string,
    id: number,
    before: number | null,
    limit: number,
  ): Promise<{ activities: Activity[]; has_more: boolean } | undefined>;
  /**
   * Applies an action to several notifications, by one change of the inbox. `updated` has the ids that have changed. An id that
   * is not of this user, to which the action does not apply, or that has moved up, is left out.
   * @param marks 1 to 100 with distinct ids
   */
  markMany(
    user_id: string,
    action: Action,
    marks: readonly Mark[],
  ): Promise<{ updated: number[]; inbox: ChangedInbox }>;
  /** Marks what is unread within the bounds as read. The result has the position that was used, null if there was nothing. */
  readAll(user_id: string, bounds: Bounds): Promise<ChangedWithin>;
  /** Archives what is read within the bounds. */
  archiveRead(user_id: string, bounds: Bounds): Promise<ChangedWithin>;
  /**
   * Counts everything up to a position as seen, in the bell of this scope, or in all of them if it is null. A position beyond
   * the newest counts as the newest. `before_position` is the one that was used.
   */
  seen(
    user_id: string,
    before_position: number,
    scope: string | null,
  ): Promise<{ changed: boolean; before_position: number; inbox: ChangedInbox }>;
  choices(user_id: string): Promise<Choices>;
  /** Sets the choices named, and answers all. */
  choose(user_id: string, choices: Choices): Promise<Choices>;
}
