import type * as z from 'zod/mini';
import { type FieldError, ValidationError } from './errors.ts';
import { limits } from './limits.ts';

/** Whether a JSON value is an object: neither a list nor null. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a field is there. Null counts as left out: many libraries write null for what is not set. */
export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/**
 * The value as its schema describes it.
 * @param found mistakes that the schema cannot see, so that one refusal names everything
 * @throws ValidationError naming every refused field, and at most 100 mistakes
 */
export function parse<Schema extends z.ZodMiniType>(
  schema: Schema,
  input: unknown,
  found: readonly FieldError[] = [],
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success && found.length === 0) return result.data;
  const refused = result.error?.issues.flatMap(toFieldErrors) ?? [];
  throw new ValidationError(namedOf([...found, ...refused]));
}

/** At most a hundred of the errors, in their order: the first one of each field before any second one. */
function namedOf(errors: readonly FieldError[]): FieldError[] {
  const counts = new Map<string, number>();
  const ranked = errors.map((error, position) => {
    const field = error.path.split('.', 1).join();
    const rank = counts.get(field) ?? 0;
    counts.set(field, rank + 1);
    return { error, position, rank };
  });
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limits.namedErrors)
    .sort((a, b) => a.position - b.position)
    .map(({ error }) => error);
}

/** The `error` of a schema, which distinguishes a missing value from a value of the wrong kind. */
export function expected(kind: string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? 'is required' : `must be ${kind}`) };
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, limits.namedErrors)
      .map((key) => ({ path: dotted([...issue.path, key]), message: 'is not a known field' }));
  }
  return [{ path: dotted(issue.path), message: issue.message }];
}

/**
 * A text of the caller for an answer and a log entry: cut, and without characters that control a terminal or turn around the
 * text after them.
 */
export const printable = (text: string): string =>
  // Cut first, because the cut may leave half a surrogate pair at the end.
  text.slice(0, 64).replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu, '\uFFFD');

/** The same, in quotation marks. */
export const quoted = (text: unknown): string => JSON.stringify(printable(String(text)));

const dotted = (path: readonly PropertyKey[]): string => path.map((key) => printable(String(key))).join('.');
