import * as z from 'zod/mini';
import { scope } from './fields.ts';
import { filteredTypes } from './filtered-types.ts';
import { unknownScope } from './known-scope.ts';
import { limits } from './limits.ts';
import { parse } from './parse.ts';
import { type Status, statuses } from './status.ts';

/** What a list leaves out, beside statuses. */
export interface Selection {
  /** Only notifications of this scope and those without a scope. Null: all. */
  scope: string | null;
  /** Only notifications whose `metadata.type` is one of these: distinct, at most 10. Empty: all. */
  types: readonly string[];
}

/** Which notifications a page of the feed shows: newest first, `limit` of those with a position below `before_position`. */
export interface FeedQuery extends Selection {
  limit: number;
  before_position: number | null;
  /** Distinct, at least one. */
  statuses: readonly Status[];
}

/** Which notifications a change of many is about: those with a position up to `before_position`, or all if it is null. */
export interface Bounds extends Selection {
  before_position: number | null;
}

const integerText = (minimum: number, maximum: number) =>
  z.pipe(
    z.string().check(
      z.refine((value) => /^\d{1,16}$/.test(value) && +value >= minimum && +value <= maximum, {
        error: `must be an integer from ${minimum} to ${maximum}`,
      }),
    ),
    z.transform(Number),
  );

const statusList = z.pipe(
  z.string(),
  z.transform((value: string, context): readonly Status[] => {
    const named = value.split(',');
    const known = statuses.filter((status) => named.includes(status));
    if (named.every((name) => (statuses as readonly string[]).includes(name))) return known;
    context.issues.push({
      code: 'custom',
      message: `must be one or more of ${statuses.join(', ')}, separated by commas`,
      input: value,
    });
    return z.NEVER;
  }),
);

const cursor = z.pipe(
  z.string().check(
    z.refine((value) => /^[1-9]\d{0,15}$/.test(value) && Number.isSafeInteger(+value), {
      error: 'is not a cursor of this feed; take next_cursor of the page before',
    }),
  ),
  z.transform(Number),
);

const typeList = z.pipe(
  z.string(),
  z.transform((value: string, context): readonly string[] => {
    const types = filteredTypes.safeParse(value.split(','));
    if (types.success) return types.data;
    // One parameter has one path, whichever of its types is wrong.
    const [message] = types.error.issues.map((issue) => issue.message);
    context.issues.push({ code: 'custom', message, input: value });
    return z.NEVER;
  }),
);

/** The query string of a feed request. */
export const feedQuerySchema = z.strictObject({
  limit: z.optional(integerText(1, limits.pageSize)),
  cursor: z.optional(cursor),
  status: z.optional(statusList),
  scope: z.optional(scope),
  type: z.optional(typeList),
});

/**
 * Reads the query string of a feed request.
 * @param scopes those of the installation
 * @throws ValidationError naming every parameter that is wrong or unknown
 */
export function parseFeedQuery(
  parameters: Record<string, string | undefined>,
  scopes: readonly string[],
): FeedQuery {
  const query = parse(feedQuerySchema, parameters, unknownScope(parameters.scope, scopes));
  return {
    limit: query.limit ?? limits.defaultPageSize,
    before_position: query.cursor ?? null,
    statuses: query.status ?? ['unread', 'read'],
    scope: query.scope ?? null,
    types: query.type ?? [],
  };
}

/** The query string of a request for the activities of a notification. */
export const activitiesQuerySchema = z.pick(feedQuerySchema, { limit: true, cursor: true });

/** Which activities a page shows: newest first, `limit` of those with a position below `before_position`. */
export type ActivitiesQuery = Pick<FeedQuery, 'limit' | 'before_position'>;

/**
 * Reads the query string of a request for activities.
 * @throws ValidationError naming every parameter that is wrong or unknown
 */
export function parseActivitiesQuery(parameters: Record<string, string | undefined>): ActivitiesQuery {
  const { limit = limits.defaultPageSize, cursor = null } = parse(activitiesQuerySchema, parameters);
  return { limit, before_position: cursor };
}

/** The query string of a request for changes. */
export const changesQuerySchema = z.strictObject({
  since: z.string({ error: 'is required: the version that the client has' }).check(
    z.refine((value) => /^\d{1,16}$/.test(value) && Number.isSafeInteger(+value), {
      error: 'must be an inbox version: an integer from 0 on',
    }),
  ),
});

/**
 * Reads the query string of a request for changes: the version after which the client wants to know.
 * @throws ValidationError
 */
export function parseSince(parameters: Record<string, string | undefined>): number {
  return Number(parse(changesQuerySchema, parameters).since);
}
