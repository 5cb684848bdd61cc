import { join } from 'node:path';
import { env } from 'node:process';
import type { TokenRules } from '../auth/token-verifier.ts';
import { uuid } from '../core/notification.ts';
import type { DatabaseConnection } from '../persistence/database.ts';
import type { RoleConnectionStrings } from '../persistence/passwords.ts';

/** A database of the stack's own. Without `DATABASE_PASSWORD` a function signs in with an IAM token. */
export interface ManagedDatabaseEnvironment {
  DATABASE_HOST: string;
  DATABASE_PORT: string;
  DATABASE_NAME: string;
  DATABASE_USER: string;
}

/** A database that is not of the stack. */
export interface ExistingDatabaseEnvironment {
  /** `postgres://user:password@host:port/database`; TLS unless `sslmode=disable`. */
  DATABASE_URL: string;
}

/** Where a function finds the database, and who it is there. */
export type DatabaseEnvironment = ManagedDatabaseEnvironment | ExistingDatabaseEnvironment;

/** The database as its owner, who alone may change the schema. */
export type DatabaseOwnerEnvironment =
  | (ManagedDatabaseEnvironment & { DATABASE_PASSWORD: string })
  | (ExistingDatabaseEnvironment & RoleEnvironment);

/** How the roles of an existing database sign in, each by a `DATABASE_URL` of its own. */
export interface RoleEnvironment {
  DATABASE_READER_URL: string;
  DATABASE_WRITER_URL: string;
  DATABASE_PURGER_URL: string;
}

/** How long notifications are kept. */
export interface RetentionEnvironment {
  /** Age in days at which a notification is archived; empty: never. */
  ARCHIVE_AFTER_DAYS: string;
  /** Age in days at which a notification is deleted; empty: never. */
  DELETE_AFTER_DAYS: string;
}

/** Which tokens are accepted. The key is either a secret or an issuer's. */
export interface TokenEnvironment {
  /** Accepted `alg`, separated by spaces: `HS256` with a secret; `RS256`, `ES256` and `EdDSA` with an issuer's keys. */
  JWT_ALGORITHMS: string;
  /** Empty with an issuer's keys. */
  JWT_SECRET: string;
  /** Where the issuer's keys are; empty with a secret. */
  JWT_JWKS_URL: string;
  /** Accepted `iss`, separated by spaces; empty: not checked. */
  JWT_ISSUERS: string;
  /** Accepted `aud`, separated by spaces; empty: not checked. */
  JWT_AUDIENCES: string;
  /** The claim that names the user. */
  JWT_USER_ID_CLAIM: string;
  /** The UUID by which names that are no UUIDs are mapped to UUIDs; empty: they are refused. */
  JWT_USER_ID_NAMESPACE: string;
}

/** Where the sockets are written down. */
export interface RegistryEnvironment {
  CONNECTIONS_TABLE_NAME: string;
}

/** Where what cannot be posted is queued. */
export interface LeftoverEnvironment {
  DELIVERIES_TABLE_NAME: string;
}

/** Where the sockets are written down, where they are posted to, and where what could not be posted is queued. */
export interface DeliveryEnvironment extends RegistryEnvironment, LeftoverEnvironment {
  /** The `@connections` URL of the WebSocket API's stage. */
  CONNECTIONS_ENDPOINT: string;
  /** The address family that the function's network has a way out by: `4`, `6`, or `0` for whichever answers. */
  CONNECTIONS_ADDRESS_FAMILY: '0' | '4' | '6';
}

/** How a change gets to the sockets: posted by the function itself, or queued whole where its network has no way to them. */
export type PushEnvironment =
  | ({ PUSH_BY: 'post' } & DeliveryEnvironment)
  | ({ PUSH_BY: 'queue' } & LeftoverEnvironment);

/** Where what is delivered again goes, and what is given up. */
export interface RedeliveryEnvironment extends DeliveryEnvironment {
  DEAD_LETTER_QUEUE_URL: string;
}

/** What every function has. */
export interface MetricsEnvironment {
  /** Where CloudWatch keeps the metrics of this installation, apart from those of any other in the account. */
  METRICS_NAMESPACE: string;
}

/** Who may open a socket, and how many. */
export interface ConnectEnvironment extends TokenEnvironment, DeliveryEnvironment {
  /** Origins whose pages may connect, separated by spaces. */
  ALLOWED_ORIGINS: string;
  /** How long a connection gets pushes at least, even if its token ends sooner; 0 makes it strict. */
  CONNECTION_MINIMUM_LIFETIME_MINUTES: string;
  /** Sockets that one user may have open, at least 1. */
  CONNECTION_LIMIT: string;
}

/** What may be created over which door, and how often over HTTP. */
export interface CreateEnvironment {
  /** A JSON object: each restricted `metadata.type`, and the array of event sources that may send it. */
  RESTRICTED_TYPES: string;
  /** Values of `metadata.type` that are a dimension of metrics, separated by spaces. */
  MEASURED_TYPES: string;
  /** The table that counts creates over HTTP. */
  RATE_TABLE_NAME: string;
  /** Creates over HTTP that a subject may make in a minute; 0: any number. */
  CREATES_PER_MINUTE: string;
}

/**
 * The value of a function's environment variable.
 * @throws Error naming a variable that the function was deployed without
 */
function variable<Environment>(name: keyof Environment & string): string {
  const value = env[name];
  if (value === undefined) {
    throw new Error(`The environment variable ${name} is missing; lib/ gives each function its environment.`);
  }
  return value;
}

const words = (text: string): string[] => text.split(' ').filter(Boolean);

/** How to reach the database, as this function's environment says. */
export function databaseConfig(): DatabaseConnection {
  const { DATABASE_URL: connectionString, DATABASE_PASSWORD: password } = env;
  if (connectionString !== undefined) return { connectionString };
  return {
    host: variable<ManagedDatabaseEnvironment>('DATABASE_HOST'),
    port: Number(variable<ManagedDatabaseEnvironment>('DATABASE_PORT')),
    database: variable<ManagedDatabaseEnvironment>('DATABASE_NAME'),
    user: variable<ManagedDatabaseEnvironment>('DATABASE_USER'),
    auth: password
      ? { kind: 'password', password }
      : { kind: 'iam', region: variable<LambdaEnvironment>('AWS_REGION') },
    tls: true,
  };
}

/** How the roles of an existing database sign in; undefined where they do so with IAM tokens. */
export function roleConfig(): RoleConnectionStrings | undefined {
  if (env.DATABASE_URL === undefined) return undefined;
  return {
    belfry_reader: variable<RoleEnvironment>('DATABASE_READER_URL'),
    belfry_writer: variable<RoleEnvironment>('DATABASE_WRITER_URL'),
    belfry_purger: variable<RoleEnvironment>('DATABASE_PURGER_URL'),
  };
}

/** The keys of the function's role. */
export const awsCredentials = () => ({
  accessKeyId: variable<LambdaEnvironment>('AWS_ACCESS_KEY_ID'),
  secretAccessKey: variable<LambdaEnvironment>('AWS_SECRET_ACCESS_KEY'),
  sessionToken: variable<LambdaEnvironment>('AWS_SESSION_TOKEN'),
});

/** The folder of the migrations, which the build puts beside the function's code. */
export const migrationsFolder = () => join(variable<LambdaEnvironment>('LAMBDA_TASK_ROOT'), 'migrations');

/**
 * The rules for tokens, as this function's environment says.
 * @throws Error naming the variable that makes no sense
 */
export function tokenConfig(): TokenRules {
  const claims = {
    issuers: words(variable<TokenEnvironment>('JWT_ISSUERS')),
    audiences: words(variable<TokenEnvironment>('JWT_AUDIENCES')),
    userIdClaim: variable<TokenEnvironment>('JWT_USER_ID_CLAIM'),
    userIdNamespace: namespaceOf(variable<TokenEnvironment>('JWT_USER_ID_NAMESPACE')),
  };
  if (claims.userIdClaim === '') throw new Error('JWT_USER_ID_CLAIM is empty; the usual claim is sub.');
  const secret = variable<TokenEnvironment>('JWT_SECRET');
  const jwksUrl = variable<TokenEnvironment>('JWT_JWKS_URL');
  if ((secret === '') === (jwksUrl === '')) {
    throw new Error('Exactly one of JWT_SECRET and JWT_JWKS_URL must be set, and the other be empty.');
  }
  if (jwksUrl === '') return { ...claims, secret, algorithms: algorithmsAmong(['HS256']) };
  checkJwksUrl(jwksUrl);
  return { ...claims, jwksUrl, algorithms: algorithmsAmong(['RS256', 'ES256', 'EdDSA']) };
}

function algorithmsAmong<Algorithm extends string>(known: readonly Algorithm[]): Algorithm[] {
  const names = words(variable<TokenEnvironment>('JWT_ALGORITHMS'));
  const algorithms = known.filter((each) => names.includes(each));
  if (names.length === 0 || algorithms.length !== new Set(names).size) {
    const found = JSON.stringify(names.join(' '));
    throw new Error(
      `JWT_ALGORITHMS is ${found}; with this source of keys it names one or more of ${known.join(', ')}.`,
    );
  }
  return algorithms;
}

// Whoever can change what this address answers can sign in as anybody.
function checkJwksUrl(text: string): void {
  const url = URL.parse(text);
  const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (!url || !(url.protocol === 'https:' || isLocal) || url.username !== '' || url.password !== '') {
    throw new Error(
      'JWT_JWKS_URL must be an https URL (http on this machine alone) that holds no user and no password.',
    );
  }
}

function namespaceOf(text: string): string | undefined {
  if (text === '') return undefined;
  const namespace = uuid.safeParse(text);
  if (namespace.success) return namespace.data;
  throw new Error(`JWT_USER_ID_NAMESPACE must be a UUID or empty; it is ${JSON.stringify(text)}.`);
}

/** The name of the connections table. */
export const registryConfig = () => ({
  tableName: variable<RegistryEnvironment>('CONNECTIONS_TABLE_NAME'),
});

/** Where and how to post to sockets. */
export const gatewayConfig = () => ({
  endpoint: variable<DeliveryEnvironment>('CONNECTIONS_ENDPOINT'),
  addressFamily: Number(variable<DeliveryEnvironment>('CONNECTIONS_ADDRESS_FAMILY')),
});

/** The name of the deliveries table. */
export const leftoverConfig = () => ({ tableName: variable<LeftoverEnvironment>('DELIVERIES_TABLE_NAME') });

/**
 * How this function pushes.
 * @throws Error where the variable names no way
 */
export function pushConfig(): PushEnvironment['PUSH_BY'] {
  const way = variable<PushEnvironment>('PUSH_BY');
  if (way === 'post' || way === 'queue') return way;
  throw new Error(`PUSH_BY must be post or queue; it is ${JSON.stringify(way)}.`);
}

/** Where dead letters are sent. */
export const deadLetterConfig = () => ({
  queueUrl: variable<RedeliveryEnvironment>('DEAD_LETTER_QUEUE_URL'),
  region: variable<LambdaEnvironment>('AWS_REGION'),
});

/** How many sockets a user may have. */
export const admissionConfig = () => ({
  connectionLimit: Number(variable<ConnectEnvironment>('CONNECTION_LIMIT')),
});

/** Who may open a socket. */
export const connectConfig = () => ({
  allowedOrigins: words(variable<ConnectEnvironment>('ALLOWED_ORIGINS')),
  minimumLifetimeMs: Number(variable<ConnectEnvironment>('CONNECTION_MINIMUM_LIFETIME_MINUTES')) * 60_000,
});

/** The event sources that may send each restricted type. */
export const restrictedTypesConfig = (): Record<string, string[]> =>
  // The stack has checked and written it.
  JSON.parse(variable<CreateEnvironment>('RESTRICTED_TYPES'));

/** Under which name metrics are kept, and the types that are a dimension of them: none in a function that creates nothing. */
export const metricsConfig = () => ({
  namespace: env.METRICS_NAMESPACE ?? 'Belfry',
  measuredTypes: words(env.MEASURED_TYPES ?? ''),
});

/** How old notifications may become; the stack has checked it. */
export const retentionConfig = () => ({
  archiveAfterDays: daysOf(variable<RetentionEnvironment>('ARCHIVE_AFTER_DAYS')),
  deleteAfterDays: daysOf(variable<RetentionEnvironment>('DELETE_AFTER_DAYS')),
});

const daysOf = (text: string): number | null => (text === '' ? null : Number(text));

/** How many creates over HTTP a subject may make, and where they are counted. */
export const rateConfig = () => ({
  tableName: variable<CreateEnvironment>('RATE_TABLE_NAME'),
  perMinute: Number(variable<CreateEnvironment>('CREATES_PER_MINUTE')),
});

/** What Lambda itself sets. */
interface LambdaEnvironment {
  AWS_REGION: string;
  AWS_ACCESS_KEY_ID: string;
  AWS_SECRET_ACCESS_KEY: string;
  AWS_SESSION_TOKEN: string;
  LAMBDA_TASK_ROOT: string;
}
