import type { DeliveryReport } from './answers.ts';
import type { FeedQuery } from './feed.ts';
import type { ErrorMessage, InfoMessage } from './log-messages.ts';
import type { MetricLabels, MetricName } from './metrics.ts';
import type { InboxState, Notification, NotificationContent } from './notification.ts';
import type { PendingDelivery } from './pending-delivery.ts';
import type { ChangedInbox, Push } from './push.ts';
import type { Action } from './status.ts';

/** A notification that was created, now or earlier by the same key, with its inbox at the same moment. */
export interface StoredNotification {
  notification: Notification;
  /** False if the idempotency key had created this notification before. */
  created: boolean;
  inbox: ChangedInbox;
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
   * Creates one notification for each recipient, or none at all. The result has the order of `user_ids`. If a recipient
   * already has a notification with this idempotency key, no new one is created, and the result has the earlier one.
   * @throws IdempotencyConflict if a recipient has the key with other content. Then nothing is written for any recipient
   */
  create(
    content: NotificationContent,
    user_ids: readonly string[],
    idempotency_key: string | null,
  ): Promise<StoredNotification[]>;
  /** A page of the feed, newest first, and the inbox at the same moment. `has_more` is true if older ones follow. */
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
  ): Promise<InboxState & { notifications: Notification[]; reset: boolean }>;
  find(user_id: string, id: number): Promise<Notification | undefined>;
  /** Undefined if the user has no such notification. */
  mark(user_id: string, id: number, action: Action): Promise<MarkedNotification | undefined>;
  /** Marks unread notifications with `id <= before_id` as read, or all if it is null. The result has the bound that was used. */
  readAll(
    user_id: string,
    before_id: number | null,
  ): Promise<{ updated: number; before_id: number | null; inbox: ChangedInbox }>;
}

/**
 * Delivers frames to every connection of their users, and never rejects. What cannot be delivered now is queued, and
 * delivered later as `inbox.changed`. If a client misses that too, it finds the gap by the version of its next frame.
 */
export interface Publisher {
  publish(pushes: readonly Push[]): Promise<DeliveryReport>;
}

/** The queue of pending deliveries, which are tried again after a moment. No request waits for them. */
export interface DeliveryQueue {
  /**
   * Queues one pending delivery. If the same delivery and attempt is put twice, it is queued once.
   * @param tryUntil if it cannot be written for the moment, it is tried again until then, in milliseconds since the Unix
   * epoch. Left out, it is tried once.
   * @throws if it cannot be written
   */
  put(pending: PendingDelivery, tryUntil?: number): Promise<void>;
}

/** Tries pending deliveries again. */
export interface Redelivery {
  /**
   * Never rejects, so no pending delivery blocks another. What fails again is queued for its next attempt. After the last
   * attempt it becomes a dead letter.
   */
  redeliver(deliveries: readonly PendingDelivery[]): Promise<void>;
}

/** Keeps what failed for good, for an operator to look at. */
export interface DeadLetters {
  /** @throws if it cannot be kept */
  keep(record: unknown): Promise<void>;
}

/** Writes one JSON line to the function's log. Fields never hold a token, a body or a title. */
export interface Logger {
  info(message: InfoMessage, fields?: Record<string, unknown>): void;
  error(message: ErrorMessage, fields?: Record<string, unknown>): void;
}

/** Measures what happens. Neither method makes a request, and neither throws. */
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
  /** From this time on nothing is pushed to it, in milliseconds since the Unix epoch. */
  expires_at: number;
}

/** The connections of a user at one moment. */
export interface UserConnections {
  /** Those that may be pushed to. */
  live: Connection[];
  /** Those past their `expires_at`. They get no more pushes. The caller closes them. */
  expired: Connection[];
}

/** Which sockets a user has. */
export interface ConnectionRegistry {
  add(connection: Connection): Promise<void>;
  remove(connection_id: string): Promise<void>;
  /** Deletes one connection of a known user, if it exists. */
  forget(user_id: string, connection_id: string): Promise<void>;
  /** All connections of the user, in no order, by a strongly consistent read. */
  find(user_id: string): Promise<UserConnections>;
  /** How many live connections all users have together. Changes of the last second may be missing. */
  count(): Promise<number>;
}

/** Closes connections from the server's side. Neither method rejects. Both wait for sockets for a few seconds at most. */
export interface ConnectionCloser {
  /** Posts `goodbye` to connections of one user, closes and deletes them. If a goodbye fails, it is queued and posted later. */
  replace(connections: readonly Connection[]): Promise<void>;
  /** Closes connections without a frame, and deletes them. If one cannot be closed, it stays registered and is tried again. */
  expire(connections: readonly Connection[]): Promise<void>;
}

/** The user of a token, and what the token allows. */
export interface Identity {
  /** The user id, a lower-case UUID. */
  user_id: string;
  /** What the token allows: names without white space. */
  scopes: readonly string[];
  /** When the token ends, in milliseconds since the Unix epoch. */
  expires_at: number;
}

/** Checks tokens. */
export interface TokenVerifier {
  /**
   * @throws Unauthenticated; the message is for the client and never quotes the token
   * @throws Unavailable if the issuer's keys are needed and the issuer does not answer
   */
  verify(token: string): Promise<Identity>;
}

/** Counts what each subject does in a minute. */
export interface RateLimiter {
  /**
   * Adds one to the count of this subject. It resolves even if the count cannot be stored, because a broken limiter must not
   * stop every create.
   * @throws RateLimited if the subject has used up this minute
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
