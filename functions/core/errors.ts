// Each class says its own name, because the bundler renames classes, and a log shows the name of an error's class.

/** One field of an input that was refused: its dotted path (`user_ids.3`) and what is wrong with it. */
export interface FieldError {
  path: string;
  message: string;
}

/** The input breaks the contract; nothing was written. The message names every field. */
export class ValidationError extends Error {
  static override readonly name = 'ValidationError';
  static readonly code = 'invalid_request';
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    const texts = errors.map(({ path, message }) => (path === '' ? message : `${path} ${message}`));
    // A sentence about the whole input has its own end.
    super(texts.join('; ').replaceAll('.; ', '. '));
    this.name = 'ValidationError';
    this.errors = errors;
  }
}

/** The recipient has no such notification. The answer is the same for another user's notification, so ids cannot be probed. */
export class NotFound extends Error {
  static override readonly name = 'NotFound';
  static readonly code = 'not_found';

  constructor(message: string) {
    super(message);
    this.name = 'NotFound';
  }
}

/** @throws NotFound */
export function noSuchNotification(id: number): never {
  throw new NotFound(`There is no notification ${id} in this inbox.`);
}

/** @throws NotFound */
export function noSuchSchedule(id: number): never {
  throw new NotFound(`There is no scheduled create ${id}, or it was sent or cancelled long ago.`);
}

/** A scheduled create was sent already, or is being sent. */
export class AlreadySent extends Error {
  static override readonly name = 'AlreadySent';
  static readonly code = 'already_sent';

  constructor(id: number) {
    super(`The scheduled create ${id} was sent already, or is being sent. Retract its notification instead.`);
    this.name = 'AlreadySent';
  }
}

/** Another button of this notification was pressed before; the first one counts. */
export class ActionTaken extends Error {
  static override readonly name = 'ActionTaken';
  static readonly code = 'action_taken';

  constructor(id: number, button: string) {
    super(
      `Another action of notification ${id} was taken before ${button}. Take it back first, or load the notification anew.`,
    );
    this.name = 'ActionTaken';
  }
}

/** The idempotency key was used before with other content; nothing was written, for none of the recipients. */
export class IdempotencyConflict extends Error {
  static override readonly name = 'IdempotencyConflict';
  static readonly code = 'idempotency_conflict';

  constructor() {
    super(
      'This idempotency key was already used for a notification with other content; ' +
        'send the first content again, or choose a new key.',
    );
    this.name = 'IdempotencyConflict';
  }
}

/** The caller is known and may not do this. The message names what is missing. */
export class Forbidden extends Error {
  static override readonly name = 'Forbidden';
  static readonly code = 'forbidden';

  constructor(reason: string) {
    super(reason);
    this.name = 'Forbidden';
  }
}

/** The caller has done this too often; nothing was done this time. */
export class RateLimited extends Error {
  static override readonly name = 'RateLimited';
  static readonly code = 'rate_limited';
  /** After how many seconds the next try has a chance. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(`Too many requests in this minute; try again in ${retryAfterSeconds} s.`);
    this.name = 'RateLimited';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A service that Belfry needs cannot be reached. Nothing was acknowledged, and the same request can be sent again. */
export class Unavailable extends Error {
  static override readonly name = 'Unavailable';
  static readonly code = 'unavailable';
  /** After how many seconds the next try has a chance. */
  readonly retryAfterSeconds: number;

  constructor(
    what: string,
    { retryAfterSeconds = 2, ...options }: ErrorOptions & { retryAfterSeconds?: number } = {},
  ) {
    super(`${what} cannot be reached for now; send the same request again in a moment.`, options);
    this.name = 'Unavailable';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** There is no valid token. The message says why and never quotes the token. */
export class Unauthenticated extends Error {
  static override readonly name = 'Unauthenticated';
  static readonly code = 'unauthenticated';

  constructor(reason: string) {
    super(reason);
    this.name = 'Unauthenticated';
  }
}

const refusals = [ValidationError, Forbidden, NotFound, AlreadySent, IdempotencyConflict];

/** Whether a command is refused, and nothing has failed on our side. */
export const isRefusal = (error: unknown): error is Error => refusals.some((each) => error instanceof each);

/** The code of a refusal, or of a rate that is used up. Undefined if something has failed on our side. */
export const refusalCodeOf = (error: unknown): string | undefined =>
  [...refusals, RateLimited].find((each) => error instanceof each)?.code;

/** Why something failed, in one line of the log. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
