/**
 * What went wrong, to switch on: `code` of the service's refusals, `network` where no answer came, `token` where
 * `getToken` failed, and `unexpected` for an answer that is none of the service's own.
 */
export type NotificationErrorCode =
  | 'invalid_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'rate_limited'
  | 'unavailable'
  | 'internal'
  | 'network'
  | 'token'
  | 'unexpected';

/** A request that failed. The message says why and never holds a token. */
export class NotificationError extends Error {
  override readonly name = 'NotificationError';
  declare readonly code: NotificationErrorCode;
  /** Of the answer; undefined where none came. */
  declare readonly status: number | undefined;
  /** After how many milliseconds the service wants to be asked again; 0 where it does not say. */
  declare readonly retryAfterMs: number;

  constructor(
    code: NotificationErrorCode,
    message: string,
    cause?: unknown,
    status?: number,
    retryAfterMs = 0,
  ) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}
