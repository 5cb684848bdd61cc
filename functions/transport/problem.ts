import {
  type FieldError,
  IdempotencyConflict,
  NotFound,
  Unauthenticated,
  Unavailable,
  ValidationError,
} from '../core/errors.ts';

/** A refusal as RFC 9457 shapes it; `code` is the stable word that clients switch on. */
export interface Problem {
  type: 'about:blank';
  /** The phrase of the HTTP status, as RFC 9457 section 4.2.1 asks of `about:blank`. */
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: readonly FieldError[];
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

/** What each refusal is over HTTP. An error that is not here is ours to mend. */
const refusals = [
  { of: ValidationError, status: 400, title: 'Bad Request' },
  {
    of: Unauthenticated,
    status: 401,
    title: 'Unauthorized',
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  },
  { of: NotFound, status: 404, title: 'Not Found' },
  { of: IdempotencyConflict, status: 409, title: 'Conflict' },
  { of: TooLarge, status: 413, title: 'Content Too Large' },
  { of: Unavailable, status: 503, title: 'Service Unavailable' },
];

/** What a request that failed is answered. The unknown becomes a plain 500 that tells nothing of its cause. */
export function toProblem(error: unknown, request_id: string): ProblemAnswer {
  const refusal = refusals.find((each) => error instanceof each.of);
  if (!refusal || !(error instanceof Error)) {
    const detail = 'Something went wrong on our side; the request id finds it in the logs.';
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
  const { of, status, title, headers = {} } = refusal;
  const problem = { ...blank, title, status, detail: error.message, code: of.code, request_id };
  return {
    problem: error instanceof ValidationError ? { ...problem, errors: error.errors } : problem,
    headers:
      error instanceof Unavailable ? { ...headers, 'retry-after': String(error.retryAfterSeconds) } : headers,
  };
}

const blank = { type: 'about:blank' } as const;
