import * as core from '../core/errors.ts';

/** A refusal as RFC 9457 shapes it; `code` is the stable word that clients switch on. */
export interface Problem {
  type: 'about:blank';
  /** The phrase of the HTTP status, as RFC 9457 section 4.2.1 asks of `about:blank`. */
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: readonly core.FieldError[];
}

/** The request body is larger than the contract allows. */
export class TooLarge extends Error {
  static readonly code = 'too_large';
}

/** A problem and the headers that go with it. */
export interface ProblemAnswer {
  problem: Problem;
  headers: Record<string, string>;
}

const errors = { ...core, TooLarge };

/** The names of the errors that are refusals: every class of core's errors, and our own. */
export type RefusalName = {
  [Name in keyof typeof errors]: (typeof errors)[Name] extends new (...given: never) => Error ? Name : never;
}[keyof typeof errors];

interface Refusal {
  status: number;
  title: string;
  headers?: Record<string, string>;
}

/** What each refusal is over HTTP. An error of core that is missing here does not compile; it would become a 500. */
const refusals: Record<RefusalName, Refusal> = {
  ValidationError: { status: 400, title: 'Bad Request' },
  Unauthenticated: {
    status: 401,
    title: 'Unauthorized',
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  },
  Forbidden: { status: 403, title: 'Forbidden' },
  NotFound: { status: 404, title: 'Not Found' },
  AlreadySent: { status: 409, title: 'Conflict' },
  ActionTaken: { status: 409, title: 'Conflict' },
  IdempotencyConflict: { status: 409, title: 'Conflict' },
  TooLarge: { status: 413, title: 'Content Too Large' },
  RateLimited: { status: 429, title: 'Too Many Requests' },
  Unavailable: { status: 503, title: 'Service Unavailable' },
};

// The cast: the keys of the table above are its own.
const names = Object.keys(refusals) as RefusalName[];

/** The answer to a failed request. An unknown error becomes a 500 without its cause. */
export function toProblem(error: unknown, request_id: string): ProblemAnswer {
  const name = names.find((each) => error instanceof errors[each]);
  if (!name || !(error instanceof Error)) {
    const detail = 'Something went wrong on our side. Search the logs for the request id.';
    return {
      problem: {
        ...blank,
        title: 'Internal Server Error',
        status: 500,
        detail,
        code: 'internal',
        request_id,
      },
      headers: {},
    };
  }
  const { status, title, headers } = refusals[name];
  const problem = { ...blank, title, status, detail: error.message, code: errors[name].code, request_id };
  return {
    problem: error instanceof core.ValidationError ? { ...problem, errors: error.errors } : problem,
    headers: {
      ...headers,
      ...('retryAfterSeconds' in error && { 'retry-after': String(error.retryAfterSeconds) }),
    },
  };
}

const blank = { type: 'about:blank' } as const;
