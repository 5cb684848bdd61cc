import * as z from 'zod/mini';
import {
  ActionTaken,
  AlreadySent,
  type FieldError,
  Forbidden,
  IdempotencyConflict,
  NotFound,
  RateLimited,
  Unauthenticated,
  Unavailable,
  ValidationError,
} from '../core/errors.ts';
import { type Problem, type RefusalName, TooLarge, toProblem } from '../transport/problem.ts';
import { component, describe, type Json, refTo } from './components.ts';

/** The reasons for a failed request: a refusal, or an error in Belfry. */
export type ProblemName = RefusalName | 'Internal';

/** What a request can fail with, each with an error of its kind. A refusal that is missing here does not compile. */
const failures: Record<ProblemName, { when: string; example: Error; byGateway?: string }> = {
  ValidationError: {
    when: 'A parameter, an id or the body breaks its rule, or the body is not JSON. `errors` names each field.',
    example: new ValidationError([{ path: 'limit', message: 'must be an integer from 1 to 100' }]),
  },
  Unauthenticated: {
    when: 'The token is malformed, expired, wrongly signed, or for another issuer or audience. `detail` says which.',
    example: new Unauthenticated('The token has expired.'),
    byGateway: 'Without the header `Authorization` the gateway answers, not a function.',
  },
  Forbidden: {
    when: 'The token lacks a scope. `detail` names it. Or a command is about a notification of a type that its sender may not create.',
    example: new Forbidden('The token lacks the scope notifications:create.'),
  },
  NotFound: {
    when:
      'There is no such notification in this inbox, or it is retracted; it has no such action; no recipient has the ' +
      'notification that a command names; or there is no such scheduled create of this token.',
    example: new NotFound('There is no notification 981 in this inbox.'),
  },
  AlreadySent: {
    when: 'The scheduled create was sent already, or is being sent.',
    example: new AlreadySent(57),
  },
  ActionTaken: {
    when: 'Another action of the notification was taken before.',
    example: new ActionTaken(981, 'decline'),
  },
  IdempotencyConflict: {
    when: 'The idempotency key was used before with other content.',
    example: new IdempotencyConflict(),
  },
  TooLarge: {
    when: 'The body has more than 64 KiB.',
    example: new TooLarge('The body has 65537 bytes; at most 65536 are allowed.'),
    byGateway:
      'Beyond 6 MB (4.5 MB if its type is not a text) the gateway answers, not a function, whatever the token is.',
  },
  RateLimited: {
    when: 'The subject of the token has sent its commands of this minute. `retry-after` says when the next begins.',
    example: new RateLimited(17),
    byGateway: 'When the gateway is throttled, it answers without a function.',
  },
  Internal: {
    when: 'An error in Belfry. `request_id` finds it in the logs.',
    example: new Error(),
    byGateway: 'If a function fails, the gateway answers.',
  },
  Unavailable: {
    when: 'The database cannot be reached, or is locked by others (`retry-after: 2`), or the issuer of the token cannot (`retry-after: 30`).',
    example: new Unavailable('The database'),
    byGateway: 'If a function takes too long, the gateway answers.',
  },
};

// The cast: the keys of the table above are its own.
/** Why a request can fail: every name. */
export const problemNames = Object.keys(failures) as ProblemName[];

const exampleOf = (name: ProblemName) => toProblem(failures[name].example, 'a0qmkFjy5Wm0uCs=');

/** The status of the answer to a request that fails so. */
export const statusOf = (name: ProblemName): number => exampleOf(name).problem.status;

/** Every refusal as docs/api.md lists them, by status. */
export const describedProblems = problemNames
  .map((name) => ({ status: statusOf(name), code: exampleOf(name).problem.code, when: failures[name].when }))
  .toSorted((one, other) => one.status - other.status);

const fieldError = component(
  'FieldError',
  z.strictObject({ path: z.string(), message: z.string() }) satisfies z.ZodMiniType<FieldError>,
  { description: 'What is wrong with one field. `path` has a dot before the name of each inner field.' },
);

/** The body of each failure: a whole schema with a name, from which generators make a type with one `code`. */
// The cast: there is one for each name.
const problems = Object.fromEntries(problemNames.map((name) => [name, problemOf(name)])) as Record<
  ProblemName,
  z.ZodMiniType<Problem>
>;

function problemOf(name: ProblemName): z.ZodMiniType<Problem> {
  const { status, code } = exampleOf(name).problem;
  const fields = {
    type: z.literal('about:blank'),
    title: z.string(),
    status: describe(z.literal(status), { type: 'integer' }),
    detail: z.string(),
    code: z.literal(code),
    request_id: z.string(),
  };
  const schema: z.ZodMiniType<Problem> =
    name === 'ValidationError'
      ? z.strictObject({ ...fields, errors: z.array(fieldError) })
      : z.strictObject(fields);
  return component(`${name.replace(/Error$/, '')}Problem`, schema, {
    description: `A refusal as RFC 9457 shapes it. \`code\` is the stable word to switch on. ${failures[name].when}`,
  });
}

const gatewayAnswer = component('GatewayAnswer', z.object({ message: z.nullable(z.string()) }), {
  description: 'An answer of the gateway itself, which keeps its own form.',
  example: { message: 'Unauthorized' },
});

/** The answer to a request that fails so, as OpenAPI describes a response. */
export function problemResponse(name: ProblemName): Json {
  const { when, byGateway } = failures[name];
  const { problem: example, headers } = exampleOf(name);
  return {
    description: byGateway ? `${when} ${byGateway}` : when,
    headers: responseHeaders(['date', 'x-request-id', ...Object.keys(headers)]),
    content: {
      'application/problem+json': {
        schema: refTo(problems[name]),
        example,
      },
      ...(byGateway && { 'application/json': { schema: refTo(gatewayAnswer) } }),
    },
  };
}

/** The answer to a request that fails in one of several ways with the same status. */
export const problemsResponse = (names: readonly ProblemName[]): Json => ({
  description: names.map((name) => failures[name].when).join(' '),
  headers: responseHeaders(['date', 'x-request-id']),
  content: {
    'application/problem+json': {
      schema: { oneOf: names.map((name) => refTo(problems[name])) },
      examples: Object.fromEntries(names.map((name) => [name, { value: exampleOf(name).problem }])),
    },
  },
});

/** References to the headers of these names. */
export const responseHeaders = (names: readonly string[]): Json =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** Every other answer that comes from the gateway, not from a function. */
export const gatewayResponse: Json = {
  description: 'Every other answer that comes from the gateway, not from a function.',
  headers: responseHeaders(['date']),
  content: { 'application/json': { schema: refTo(gatewayAnswer) } },
};

/** Every header that an answer may carry and a client may look at. */
export const headers: Record<string, Json> = {
  date: {
    description: 'The time of the service (RFC 9110, section 6.6.1), which the gateway adds.',
    schema: { type: 'string' },
    example: 'Mon, 23 Nov 2026 15:38:03 GMT',
  },
  'x-request-id': {
    description: 'The id by which the logs know the request; that of a problem is its `request_id`.',
    schema: { type: 'string' },
  },
  'retry-after': {
    description: 'After how many seconds the next try has a chance. Not on answers of the gateway itself.',
    schema: { type: 'integer', minimum: 1 },
  },
  'www-authenticate': {
    description: 'A challenge (RFC 6750), which API Gateway renames to `x-amzn-remapped-www-authenticate`.',
    schema: { type: 'string' },
    example: 'Bearer error="invalid_token"',
  },
};
