import pg from 'pg';

/** The SQLSTATE of an error that PostgreSQL answered with; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/**
 * Whether PostgreSQL closes the connection with this answer, or the connection is of no more use: 08 (connection
 * exception), 57P (shutdown, crash, starting up, database dropped), 25006 (after a failover this is a read-only replica).
 * @see https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function endsSession(state: string | undefined): boolean {
  return state !== undefined && /^(08|57P|25006)/.test(state);
}

/**
 * Whether PostgreSQL cannot serve for now, though the statement is fine: what ends the session, 53 (insufficient
 * resources, too many connections among them), 57014 (the statement's time was over; nothing of it was kept).
 */
export function isOutage(state: string | undefined): boolean {
  return endsSession(state) || (state !== undefined && /^(53|57014)/.test(state));
}
