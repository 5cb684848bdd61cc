import * as z from 'zod/mini';
import type { Bounds } from './feed.ts';
import { position, scope } from './fields.ts';
import { filteredTypes } from './filtered-types.ts';
import { unknownScope } from './known-scope.ts';
import { isObject, parse } from './parse.ts';

// The bodies of the changes of everything up to a position.

/** The body of a read-all or an archive-read that is not empty. */
export const boundsSchema = z.strictObject(
  {
    before_position: z.optional(position),
    scope: z.optional(scope),
    types: z.optional(filteredTypes),
  },
  { error: 'The body must be empty or a JSON object' },
);

/**
 * Reads the body of a read-all or an archive-read.
 * @param scopes those of the installation
 * @throws ValidationError naming every field that is wrong or unknown
 */
export function parseBounds(body: unknown, scopes: readonly string[]): Bounds {
  const bounds = parse(boundsSchema, body ?? {}, unknownScopeIn(body, scopes));
  return {
    before_position: bounds.before_position ?? null,
    scope: bounds.scope ?? null,
    types: bounds.types ?? [],
  };
}

/** The body of `POST /notifications/seen`. */
export const seenSchema = z.strictObject(
  { before_position: position, scope: z.optional(scope) },
  { error: 'The body must be a JSON object' },
);

/** What a user has seen: everything up to a position, in the bell of a scope or, if it is null, in all. */
export interface Seen {
  before_position: number;
  scope: string | null;
}

/**
 * Reads what a user has seen.
 * @param scopes those of the installation
 * @throws ValidationError naming every field that is wrong or unknown
 */
export function parseSeen(body: unknown, scopes: readonly string[]): Seen {
  const { before_position, scope = null } = parse(seenSchema, body, unknownScopeIn(body, scopes));
  return { before_position, scope };
}

const unknownScopeIn = (body: unknown, scopes: readonly string[]) =>
  unknownScope(isObject(body) ? body.scope : undefined, scopes);
