import { join } from 'node:path';
import { env } from 'node:process';
import type { DatabaseConnection } from '../persistence/database.ts';

/** Where a function finds the database. Without `DATABASE_PASSWORD` it signs in with an IAM token. */
export interface DatabaseEnvironment {
  DATABASE_HOST: string;
  DATABASE_PORT: string;
  DATABASE_NAME: string;
  DATABASE_USER: string;
}

/** The database as its owner, who alone may change the schema. */
export interface DatabaseOwnerEnvironment extends DatabaseEnvironment {
  DATABASE_PASSWORD: string;
}

/** Which tokens are accepted. */
export interface TokenEnvironment {
  JWT_ALGORITHM: 'HS256';
  JWT_SECRET: string;
  /** Accepted `iss`, separated by spaces; empty: not checked. */
  JWT_ISSUERS: string;
  /** Accepted `aud`, separated by spaces; empty: not checked. */
  JWT_AUDIENCES: string;
}

/** Where the sockets are written down. */
export interface RegistryEnvironment {
  CONNECTIONS_TABLE_NAME: string;
}

/** Where the sockets are written down, and where they are posted to. */
export interface DeliveryEnvironment extends RegistryEnvironment {
  /** The `@connections` URL of the WebSocket API's stage. */
  CONNECTIONS_ENDPOINT: string;
  /** The address family that the function's network has a way out by: `4`, `6`, or `0` for whichever answers. */
  CONNECTIONS_ADDRESS_FAMILY: '0' | '4' | '6';
}

/** Who may open a socket. */
export interface ConnectEnvironment extends TokenEnvironment, RegistryEnvironment {
  /** Origins whose pages may connect, separated by spaces. */
  ALLOWED_ORIGINS: string;
  /** How long a connection gets pushes at least, even if its token ends sooner; 0 makes it strict. */
  CONNECTION_MINIMUM_LIFETIME_MINUTES: string;
}

/** What may be created over which door, and how often over HTTP. */
export interface CreateEnvironment {
  /** A JSON object: each restricted `metadata.type`, and the array of event sources that may send it. */
  RESTRICTED_TYPES: string;
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
  const { DATABASE_PASSWORD: password } = env;
  return {
    host: variable<DatabaseEnvironment>('DATABASE_HOST'),
    port: Number(variable<DatabaseEnvironment>('DATABASE_PORT')),
    database: variable<DatabaseEnvironment>('DATABASE_NAME'),
    user: variable<DatabaseEnvironment>('DATABASE_USER'),
    auth: password
      ? { kind: 'password', password }
      : { kind: 'iam', region: variable<LambdaEnvironment>('AWS_REGION') },
    tls: true,
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

/** The rules for tokens, as this function's environment says. */
export function tokenConfig() {
  return {
    algorithm: 'HS256' as const,
    secret: variable<TokenEnvironment>('JWT_SECRET'),
    issuers: words(variable<TokenEnvironment>('JWT_ISSUERS')),
    audiences: words(variable<TokenEnvironment>('JWT_AUDIENCES')),
  };
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

/** Who may open a socket. */
export const connectConfig = () => ({
  allowedOrigins: words(variable<ConnectEnvironment>('ALLOWED_ORIGINS')),
  minimumLifetimeMs: Number(variable<ConnectEnvironment>('CONNECTION_MINIMUM_LIFETIME_MINUTES')) * 60_000,
});

/** The event sources that may send each restricted type. */
export const restrictedTypesConfig = (): Record<string, string[]> =>
  // The stack has checked and written it.
  JSON.parse(variable<CreateEnvironment>('RESTRICTED_TYPES'));

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
