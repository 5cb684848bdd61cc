import { Socket } from 'node:net';
import tls from 'node:tls';
import pg from 'pg';
import { Unavailable } from '../core/errors.ts';
import type { AwsCredentials, Clock } from '../core/ports.ts';
import { signIamToken } from './iam-token.ts';
import { rdsCertificatesFor } from './rds-certificates.ts';

/** Where the database is, and how we sign in. */
export type DatabaseConnection =
  | {
      host: string;
      port: number;
      database: string;
      user: string;
      auth: { kind: 'password'; password: string } | { kind: 'iam'; region: string };
      /** Encrypted, and verified against the certificates of RDS for the host and those in `NODE_EXTRA_CA_CERTS`. */
      tls: boolean;
    }
  /**
   * An existing database. The connection is encrypted, and verified against the public certificate authorities, those of
   * RDS for the host and those in `NODE_EXTRA_CA_CERTS`, unless the string says `sslmode=disable`, or says nothing of it and
   * the database is on this machine.
   * With `prepared_statements=false` PostgreSQL parses each statement anew.
   */
  | { connectionString: string };

/** Whether the statements of a session get names. `prepared_statements=false` in a connection string says no. */
export function namesStatements(connection: DatabaseConnection): boolean {
  if (!('connectionString' in connection)) return true;
  return parseConnectionString(connection.connectionString).url?.searchParams.get(namesParameter) !== 'false';
}

const namesParameter = 'prepared_statements';

export interface ConnectOptions {
  /** The keys to sign IAM tokens with, asked for at every attempt; needed for `auth.kind` `iam` only. */
  credentials?: () => AwsCredentials;
  /** The certificates of RDS, JSON of `RdsCertificates`. When left out, no certificate of RDS is trusted. */
  rdsCertificatesFile?: string;
  /** How long connecting may take in milliseconds, TLS and login included. When left out, as long as a statement may wait. */
  connectTimeoutMs?: number;
  /** How long the server may take to accept the connection, before TLS and login; as long as connecting when left out. */
  reachTimeoutMs?: number;
  /** How long PostgreSQL may work on one statement; 5,000 ms when left out, 0 for no limit. */
  statementTimeoutMs?: number;
  /** How the session is called in pg_stat_activity; `belfry` when left out. */
  applicationName?: string;
  /** Whether a pooler holds the sessions of the server, as RDS Proxy does; no when left out. */
  isPooled?: boolean;
  /** Waits so many milliseconds before an attempt to connect. When left out, by a timer. */
  pause?: (durationMs: number) => Promise<unknown>;
  /** When left out, the machine's. */
  clock?: Clock;
}

export const defaultStatementTimeoutMs = 5_000;

/**
 * How long a statement may wait, for earlier ones and for a connection. With 3 s for the last attempt to connect, and 6 s
 * for the statement, it leaves some of the 28 s of a function for the push. API Gateway waits for 30 s.
 */
export const longestWaitMs = 15_000;

/**
 * Opens a connection. The client has a listener for `error`, so that a connection lost later never ends the process.
 * @throws Unavailable if the connection cannot be opened, for any reason; the reason is its `cause`
 */
export async function connect(connection: DatabaseConnection, options: ConnectOptions): Promise<pg.Client> {
  const client = new pg.Client({
    ...clientConfig(connection, options),
    stream: () => socketThatReachesWithin(options.reachTimeoutMs),
    connectionTimeoutMillis: options.connectTimeoutMs ?? longestWaitMs,
    // RDS Proxy refuses a connection that sets a time-out at its start. So the database behind it has one for all statements
    // (lib/database-proxy.ts).
    ...(!options.isPooled && { statement_timeout: options.statementTimeoutMs ?? defaultStatementTimeoutMs }),
    keepAlive: true,
    application_name: options.applicationName ?? 'belfry',
  });
  let loss: Error | undefined;
  client.on('error', (error) => {
    loss = error;
  });
  try {
    await client.connect();
    // A server that dies may end the session in the same packet in which it begins.
    if (loss) throw loss;
    return client;
  } catch (cause) {
    client.end().catch(() => {});
    throw new Unavailable('The database', { cause });
  }
}

/** A socket that closes with an error if the server does not accept its connection in time. */
function socketThatReachesWithin(timeoutMs: number | undefined): Socket {
  const socket = new Socket();
  if (timeoutMs === undefined) return socket;
  const giveUp = () => {
    if (socket.connecting)
      socket.destroy(new Error(`The server has not accepted the connection within ${timeoutMs} ms.`));
  };
  // Node runs a timer that is due before it looks at sockets. So a process that got no CPU time looks once more.
  const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
  for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer));
  return socket;
}

function clientConfig(connection: DatabaseConnection, options: ConnectOptions): pg.ClientConfig {
  const { credentials, rdsCertificatesFile } = options;
  if ('connectionString' in connection)
    return existingDatabase(connection.connectionString, rdsCertificatesFile);
  const { host, port, database, user, auth } = connection;
  const ssl = connection.tls && {
    ca: [...rdsCertificatesFor(host, rdsCertificatesFile), ...tls.getCACertificates('extra')],
  };
  if (auth.kind === 'password') return { host, port, database, user, password: auth.password, ssl };
  if (!ssl || !credentials) {
    throw new Error('A login with an IAM token needs `tls: true` and `credentials` to sign the token with.');
  }
  // Asked for by each attempt to connect, since a token is good for 15 minutes.
  const password = () => signIamToken({ host, port, user, region: auth.region }, credentials());
  return { host, port, database, user, password, ssl };
}

function existingDatabase(
  connectionString: string,
  rdsCertificatesFile: string | undefined,
): pg.ClientConfig {
  const { url, problem } = parseConnectionString(connectionString);
  if (!url)
    throw new Error(
      `The connection string must be a URL: postgres://user:password@host:port/database; ${problem}.`,
    );
  const sslmode = url.searchParams.get('sslmode') ?? (isThisMachine(hostOf(url)) ? 'disable' : 'verify-full');
  // node-postgres would let them override `ssl`, and has changed their meaning between versions.
  for (const name of ['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert', namesParameter])
    url.searchParams.delete(name);
  return { connectionString: url.href, ssl: sslmode !== 'disable' && trusted(url, rdsCertificatesFile) };
}

/** What a connection to an existing database is verified against. */
function trusted(url: URL, rdsCertificatesFile: string | undefined): tls.ConnectionOptions {
  const ofRds = rdsCertificatesFor(hostOf(url), rdsCertificatesFile);
  // Without a list, Node takes the authorities that it has read already: 1 ms of CPU time instead of 16.
  return ofRds.length > 0 ? { ca: [...ofRds, ...tls.getCACertificates('default')] } : {};
}

/** The URL of a connection string, or what is wrong with it, without a part of the string, which holds the password. */
export function parseConnectionString(
  text: string,
): { url: URL; problem?: never } | { url?: never; problem: string } {
  // Not `new URL`, whose error would carry the string.
  const url = URL.parse(text);
  if (!url) return { problem: 'it is not a URL' };
  try {
    decodeURIComponent(url.username + url.password + url.hostname + url.pathname);
    return { url };
  } catch {
    return { problem: 'it has a % sign that begins no encoded character (the sign itself is %25)' };
  }
}

/** Where node-postgres connects to: the last parameter `host` wins over the host of the URL, unless it is empty. */
const hostOf = (url: URL) => url.searchParams.getAll('host').at(-1) || decodeURIComponent(url.hostname);

/** A path is that of a Unix socket. */
const isThisMachine = (host: string) =>
  host.startsWith('/') || ['localhost', '127.0.0.1', '[::1]', '::1'].includes(host);

/** The SQLSTATE of an error that PostgreSQL answered with; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Whether RDS refuses the password of a user, or the token, because it takes only a valid IAM token from this user. */
export const isTokenRefusal = (error: unknown): boolean =>
  sqlState(error) === '28000' && messageOf(error).startsWith('PAM authentication failed');

/** What went wrong, in one line. If a host has several addresses, Node throws an AggregateError with an empty message. */
export function messageOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}

/**
 * Whether the connection is closed or useless after this answer: 08 (connection exception), 57P (shutdown, crash, starting
 * up, database dropped), 25006 (after a failover the server is a read-only replica).
 * @see https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function endsSession(state: string | undefined): boolean {
  return state !== undefined && /^(08|57P|25006)/.test(state);
}

/**
 * Whether PostgreSQL cannot serve for now although the statement is correct: everything that ends the session, 40 (rolled
 * back because of another transaction), 53 (insufficient resources, such as too many connections), 55P03 (waited too long
 * for a lock), 57014 (the statement timed out, and was rolled back).
 */
export function isOutage(state: string | undefined): boolean {
  return endsSession(state) || (state !== undefined && /^(40|53|55P03|57014)/.test(state));
}

/** Whether a connection was refused because there are as many as there may be. It may succeed a moment later. */
export const isCrowded = (error: unknown): boolean =>
  error instanceof Unavailable && (sqlState(error.cause)?.startsWith('53') ?? false);

/**
 * Whether another transaction stood in the way, and PostgreSQL has rolled the statement back for certain: a deadlock
 * (40P01), a serialization failure (40001) and the like. Statements of Belfry never stand in each other's way, but those of
 * others may.
 */
export function isRolledBack(state: string | undefined): boolean {
  return state !== undefined && state !== outcomeUnknown && state.startsWith('40');
}

/** The SQLSTATE of a statement that may have been carried out or rolled back, as if its connection had been lost. */
export const outcomeUnknown = '40003';
