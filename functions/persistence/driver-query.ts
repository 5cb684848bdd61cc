import { hash } from 'node:crypto';
import type { SQL } from 'drizzle-orm';
import { CasingCache } from 'drizzle-orm/casing';
import pg from 'pg';

const { builtins } = pg.types;

/** Types whose values stay as PostgreSQL writes them: a Date of JavaScript has no microseconds. */
const keptAsText = new Set<number>([
  builtins.TIMESTAMPTZ,
  builtins.TIMESTAMP,
  builtins.DATE,
  builtins.INTERVAL,
]);

const types: pg.CustomTypesConfig = {
  getTypeParser: (id, format) =>
    keptAsText.has(id) ? (value: string) => value : pg.types.getTypeParser(id, format),
};

const dialect = {
  casing: new CasingCache(),
  escapeName: pg.escapeIdentifier,
  escapeString: pg.escapeLiteral,
  escapeParam: (index: number) => `$${index + 1}`,
};

/**
 * A statement as the driver sends it.
 * @param isNamed whether PostgreSQL keeps the parsed statement, and after a few runs its plan, until the session ends. The
 *   name is a hash of the text, so one name never means two statements, not even behind a pooler.
 */
export function driverQuery(statement: SQL, isNamed: boolean): pg.QueryConfig {
  const { sql: text, params: values } = statement.toQuery(dialect);
  return { ...(isNamed && { name: nameOf(text) }), text, values, types };
}

const nameOf = (text: string) => `belfry_${hash('sha256', text).slice(0, 32)}`;

/**
 * What to do if PostgreSQL or a pooler refuses a named statement because of its name. It has not been executed.
 *
 * - `reconnect`: a migration has changed the columns of the result since the session has planned it (0A000).
 * - `unname`: a pooler has sent it to a session that does not know the name (26000), or that knows it from another client
 *   (42P05).
 * @see https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function remedyForName(error: unknown): 'reconnect' | 'unname' | undefined {
  if (!(error instanceof pg.DatabaseError)) return undefined;
  if (error.code === '26000' || error.code === '42P05') return 'unname';
  // 0A000 is every unsupported feature. The routine is PostgreSQL's own name for the place, in every language.
  return error.code === '0A000' && error.routine === 'RevalidateCachedQuery' ? 'reconnect' : undefined;
}
