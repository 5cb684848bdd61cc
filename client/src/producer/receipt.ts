import type { Outcome } from './doors.ts';

/** A notification that a create has made, or went into. */
export interface CreatedNotification {
  id: number;
  user_id: string;
  /** False if an earlier command with the same idempotency key has created it, and if the command went into a group. */
  created: boolean;
  /** Whether it is the unread notification of the group. */
  grouped: boolean;
}

/** The outcome of `notify`. */
export interface Receipt {
  /** The key of the command, or the one that was made for it. */
  idempotency_key: string;
  /** One for each recipient but those in `suppressed`. Undefined if the door accepts commands and the service creates later. */
  notifications: CreatedNotification[] | undefined;
  /**
   * The recipients who have switched the type off, by UUID. They get nothing. Undefined if the door accepts commands and the
   * service creates later.
   */
  suppressed: string[] | undefined;
  /**
   * What `cancel` can call off: for a command with `deliver_at` one schedule for each 500 recipients, otherwise none. Undefined
   * as above.
   */
  scheduled: { id: number; deliver_at: string }[] | undefined;
}

/** The outcome of `update`. Its lists are undefined if the door accepts commands and the service updates later. */
export interface UpdateReceipt {
  /** One for each recipient but those in `missing`. `changed` is false if it had this content already, or is retracted. */
  notifications: { id: number; user_id: string; changed: boolean }[] | undefined;
  /** The recipients who have no notification of this key, by UUID. */
  missing: string[] | undefined;
}

/** The outcome of `retract`. Its lists are undefined if the door accepts commands and the service retracts later. */
export interface RetractReceipt {
  /** What was retracted, without what was retracted before. */
  retracted: { id: number; user_id: string }[] | undefined;
  /** The recipients who have no such notification, by UUID. */
  missing: string[] | undefined;
}

// The service's API documents the shapes of its answers.

/** Reads the answers to the parts of a create. */
export function createReceipt(outcomes: readonly Outcome[], json: string): Omit<Receipt, 'idempotency_key'> {
  if (!isAnswered(outcomes)) {
    return { notifications: undefined, suppressed: undefined, scheduled: undefined };
  }
  const parts = outcomes.map(({ answer }) => created(answer, json));
  return {
    notifications: parts.flatMap(({ notifications = [] }) => notifications),
    suppressed: parts.flatMap(({ suppressed = [] }) => suppressed),
    scheduled: parts.flatMap(({ scheduled = [] }) => scheduled),
  };
}

/** Reads the answer to a create for one recipient or for several. */
function created(answer: unknown, json: string): Partial<Receipt> {
  const { notification, created, grouped, notifications, suppressed, scheduled } = answer as {
    notification?: { id: number; user_id: string } | null;
    created?: boolean;
    grouped?: boolean;
    notifications?: CreatedNotification[];
    suppressed?: boolean | string[];
    scheduled?: { id: number; deliver_at: string };
  };
  if (scheduled) return { scheduled: [scheduled] };
  if (notifications) return { notifications, suppressed: Array.isArray(suppressed) ? suppressed : [] };
  if (!notification) return { suppressed: [userOf(json)] };
  const { id, user_id } = notification;
  return { notifications: [{ id, user_id, created: created === true, grouped: grouped === true }] };
}

/** Reads the answers to the parts of an update. Those whose users all are missing have none. */
export function updateReceipt(outcomes: readonly Outcome[]): UpdateReceipt {
  if (!isAnswered(outcomes)) return { notifications: undefined, missing: undefined };
  const parts = outcomes.map(({ answer }) => {
    const { notification, changed, notifications, missing } = answer as {
      notification?: { id: number; user_id: string };
      changed?: boolean;
      notifications?: { id: number; user_id: string; changed: boolean }[];
      missing?: string[];
    };
    if (!notification) return { notifications, missing };
    const { id, user_id } = notification;
    return { notifications: [{ id, user_id, changed: changed === true }] };
  });
  return {
    notifications: parts.flatMap(({ notifications = [] }) => notifications),
    missing: parts.flatMap(({ missing = [] }) => missing),
  };
}

/** Reads the answers to the parts of a retract, likewise. */
export function retractReceipt(outcomes: readonly Outcome[]): RetractReceipt {
  if (!isAnswered(outcomes)) return { retracted: undefined, missing: undefined };
  const parts = outcomes.map(({ answer }) => answer as Partial<RetractReceipt>);
  return {
    retracted: parts.flatMap(({ retracted = [] }) => retracted),
    missing: parts.flatMap(({ missing = [] }) => missing),
  };
}

/** The door answers for all commands or for none. */
const isAnswered = ([first]: readonly Outcome[]): boolean => first?.answer !== undefined;

const userOf = (json: string): string => JSON.parse(json).user_id.toLowerCase();
