import type { DeliveryReport } from './answers.ts';
import type { ErrorMessage, InfoMessage } from './log-messages.ts';
import type { MetricLabels, MetricName } from './metrics.ts';
import type { PendingDelivery } from './pending-delivery.ts';
import type { Push } from './push.ts';

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
