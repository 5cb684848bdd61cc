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

/** Where the sockets are written down, where they are posted to, and where what could not be posted is queued. */
export interface DeliveryEnvironment extends RegistryEnvironment {
  DELIVERIES_TABLE_NAME: string;
  /** The `@connections` URL of the WebSocket API's stage. */
  CONNECTIONS_ENDPOINT: string;
  /** The address family that the function's network has a way out by: `4`, `6`, or `0` for whichever answers. */
  CONNECTIONS_ADDRESS_FAMILY: '0' | '4' | '6';
}

/** Where what is delivered again goes, and what is given up. */
export interface RedeliveryEnvironment extends DeliveryEnvironment {
  DEAD_LETTER_QUEUE_URL: string;
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

/** The name of the deliveries table. */
export const leftoverConfig = () => ({ tableName: variable<DeliveryEnvironment>('DELIVERIES_TABLE_NAME') });

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

/** What Lambda itself sets. */
interface LambdaEnvironment {
  AWS_REGION: string;
  AWS_ACCESS_KEY_ID: string;
  AWS_SECRET_ACCESS_KEY: string;
  AWS_SESSION_TOKEN: string;
  LAMBDA_TASK_ROOT: string;
}
