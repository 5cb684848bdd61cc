/**
 * The kind of a failure: the `code` of the service's own errors, or
 *
 * - `offline`: the browser has no network
 * - `network`: there was no answer, from the service or to `getToken`
 * - `token`: `getToken` rejects otherwise, or answers no token
 * - `invalid_options`: the client cannot work with its options
 * - `token_too_long`: no socket can be opened with the token, so the client polls
 * - `unexpected`: an answer that is not the service's
 */
export type NotificationErrorCode =
  | 'invalid_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'action_taken'
  | 'rate_limited'
  | 'unavailable'
  | 'internal'
  | 'offline'
  | 'network'
  | 'token'
  | 'invalid_options'
  | 'token_too_long'
  | 'unexpected';

/**
 * A request that failed. The message says why, and never has a token in it. `cause` may have more.
 *
 * @example
 * client.on('error', (error) => {
 *   if (error.code === 'unauthenticated') location.assign('/sign-in');
 * });
 */
export class NotificationError extends Error {
  override readonly name = 'NotificationError';
  declare readonly code: NotificationErrorCode;
  /** The HTTP status. Undefined if there was no answer. */
  declare readonly status: number | undefined;
  /** How many milliseconds the service asks to wait before the next request, 5 minutes at most. 0 if it does not say. */
  declare readonly retryAfterMs: number;

  /** @param options `status` and `cause` are undefined by default. `retryAfterMs` is 0 by default, and for NaN. */
  constructor(
    code: NotificationErrorCode,
    message: string,
    options: { cause?: unknown; status?: number | undefined; retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.code = code;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs || 0;
  }
}

/** Whether a request failed because the user must sign in. */
export const mustSignIn = (error: NotificationError | null | undefined): boolean =>
  error?.code === 'token' || error?.code === 'unauthenticated';

/** What the failure of a request that tests the access to the service says about it. */
export const accessOf = (error: NotificationError): 'unauthenticated' | 'unreachable' =>
  mustSignIn(error) ? 'unauthenticated' : 'unreachable';

/** Why a request failed. Undefined if it worked. */
export const failureOf = (request: Promise<unknown>): Promise<NotificationError | undefined> =>
  // The parts of this client reject with nothing else. After the end of the session it does not count.
  request.then(
    () => undefined,
    (reason) => reason,
  );
