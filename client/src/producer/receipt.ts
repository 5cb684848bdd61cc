import type { CreatedNotification } from './doors.ts';

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
}
