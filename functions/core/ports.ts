import type { DeliveryReport } from './answers.ts';
import type { FeedQuery } from './feed.ts';
import type { ErrorMessage, InfoMessage } from './log-messages.ts';
import type { MetricLabels, MetricName } from './metrics.ts';
import type { InboxState, Notification, NotificationContent } from './notification.ts';
import type { PendingDelivery } from './pending-delivery.ts';
import type { ChangedInbox, Push } from './push.ts';
import type { Action } from './status.ts';

/** A notification as the repository found or made it, with its inbox as of the same moment. */
export interface StoredNotification {
  notification: Notification;
  /** False where the idempotency key had made this notification before. */
  created: boolean;
  inbox: ChangedInbox;
}

/** A notification after an action on it. */
export interface MarkedNotification {
  notification: Notification;
  /** False where the action had nothing to change. */
  changed: boolean;
  inbox: ChangedInbox;
}

/**
 * The inboxes, in the database. Every change raises the inbox's version by exactly one, in the same statement as the
 * change, and a call that changes nothing raises nothing. All of them throw `Unavailable` where the database cannot be
 * reached.
 */
export interface NotificationRepository {
  /**
   * Makes one notification for each recipient, all or none, and answers in the order of `user_ids`.
   * Recipients that have this idempotency key already get nothing new and their first notification back.
   * @throws IdempotencyConflict where the key was used with other content for any recipient; nothing is written then
   */
  create(
    content: NotificationContent,
    user_ids: readonly string[],
    idempotency_key: string | null,
  ): Promise<StoredNotification[]>;
  /** A page of the feed, newest first, and the inbox as of the same moment; `has_more` where older ones follow. */
  list(
    user_id: string,
    query: FeedQuery,
  ): Promise<InboxState & { notifications: Notification[]; has_more: boolean }>;
  inbox(user_id: string): Promise<InboxState>;
  /**
   * Every row changed after the version `since`, oldest change first; `reset` and no rows where there are more than
   * 1,000, or where `since` is ahead of the inbox or older than what is kept.
   */
  changes(
    user_id: string,
    since: number,
  ): Promise<InboxState & { notifications: Notification[]; reset: boolean }>;
  find(user_id: string, id: number): Promise<Notification | undefined>;
  /** Undefined where the user has no such notification. */
  mark(user_id: string, id: number, action: Action): Promise<MarkedNotification | undefined>;
  /** Marks unread rows with `id <= before_id` (all where null) as read; `before_id` in the answer is the bound that holds. */
  readAll(
    user_id: string,
    before_id: number | null,
  ): Promise<{ updated: number; before_id: number | null; inbox: ChangedInbox }>;
}

/**
 * Hands frames to every connection of their users. Never rejects: what cannot be handed over now is queued to be
 * delivered again as `inbox.changed`, and whoever misses even that finds the change by its version.
 */
export interface Publisher {
  publish(pushes: readonly Push[]): Promise<DeliveryReport>;
}

/** What could not be delivered, and is tried again in a moment without anybody waiting for it. */
export interface DeliveryQueue {
  /**
   * Queues one pending delivery; the same delivery and attempt twice is queued once.
   * @throws where it cannot be written
   */
  put(pending: PendingDelivery): Promise<void>;
}

/** Tries pending deliveries again. */
export interface Redelivery {
  /**
   * Never rejects: what fails again is queued for its next attempt, and what has failed too often becomes a dead letter,
   * so that no pending delivery holds up another.
   */
  redeliver(deliveries: readonly PendingDelivery[]): Promise<void>;
}

/** Keeps what is given up, for a person to look at. */
export interface DeadLetters {
  /** @throws where it cannot be kept */
  keep(record: unknown): Promise<void>;
}

/** Writes one JSON line to the function's log. Fields never hold a token, a body or a title. */
export interface Logger {
  info(message: InfoMessage, fields?: Record<string, unknown>): void;
  error(message: ErrorMessage, fields?: Record<string, unknown>): void;
}

/** Measures what happens. Neither asks anything of anybody, and neither throws. */
export interface Metrics {
  /** Adds to a count, by default one; 0 adds nothing. */
  count(name: MetricName, value?: number, labels?: MetricLabels): void;
  /** Adds one value to a distribution, in the unit of the metric. */
  record(name: MetricName, value: number): void;
}

/** One socket of a user. */
export interface Connection {
  connection_id: string;
  user_id: string;
  /** When the socket was opened, in milliseconds since the Unix epoch. */
  connected_at: number;
  /** After this nothing is pushed to it any more, in milliseconds since the Unix epoch. */
  expires_at: number;
}

/** The connections of a user at one moment. */
export interface UserConnections {
  /** Those that may be pushed to. */
  live: Connection[];
  /** Those past their `expires_at`: nothing is pushed to them any more, and whoever finds them closes them. */
  expired: Connection[];
}

/** Which sockets a user has. */
export interface ConnectionRegistry {
  add(connection: Connection): Promise<void>;
  remove(connection_id: string): Promise<void>;
  /** Forgets one connection of a known user; a connection that is not there is forgotten already. */
  forget(user_id: string, connection_id: string): Promise<void>;
  /** All of the user's connections, in no order, as of a strongly consistent read. */
  find(user_id: string): Promise<UserConnections>;
  /** How many live connections there are of all users together, give or take what changed in the last second. */
  count(): Promise<number>;
}

/** Ends connections from our side. Neither rejects, and both wait for sockets for a few seconds at most. */
export interface ConnectionCloser {
  /** Tells connections of one user `goodbye`, closes and forgets them; what cannot be told yet is queued and told later. */
  replace(connections: readonly Connection[]): Promise<void>;
  /** Closes connections without a word and forgets them; one that cannot be closed is kept, for the next who finds it. */
  expire(connections: readonly Connection[]): Promise<void>;
}

/** Whom a token speaks for. */
export interface Identity {
  /** The user id, a lower-case UUID. */
  user_id: string;
  /** What the token allows, from its space-separated claim `scope`. */
  scopes: readonly string[];
  /** When the token ends, in milliseconds since the Unix epoch. */
  expires_at: number;
}

/** Tells whom a token speaks for. */
export interface TokenVerifier {
  /**
   * @throws Unauthenticated; the message is for the client and never quotes the token
   * @throws Unavailable where the issuer had to be asked and does not answer
   */
  verify(token: string): Promise<Identity>;
}

/** Counts what each subject does in a minute. */
export interface RateLimiter {
  /**
   * Counts one more for this subject. Where the count cannot be kept it lets the caller go on: a limit must not be what
   * stops everybody.
   * @throws RateLimited where the subject has had its share of this minute
   */
  spend(subject: string): Promise<void>;
}

/** The time, in milliseconds since the Unix epoch. */
export type Clock = () => number;

/** The keys of a function's IAM role, which sign its requests to AWS. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}
