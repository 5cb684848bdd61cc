import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DatabaseRole, isScope, roleVariables } from '../core/deployment.ts';
import { isObject } from '../core/parse.ts';
import type { Policy } from '../core/policy.ts';
import type { DatabaseConnection } from '../persistence/database.ts';
import type { RoleLogins } from '../persistence/role-logins.ts';
import type { AwsConfig } from '../realtime/aws-clients.ts';
import {
  type ConnectEnvironment,
  type CreateEnvironment,
  type DeliveryEnvironment,
  type DeliveryQueueEnvironment,
  type DueTimesEnvironment,
  type InstallationEnvironment,
  type LambdaEnvironment,
  type ManagedDatabaseEnvironment,
  type MigrationEnvironment,
  type PublishEnvironment,
  type PushEnvironment,
  type RedeliveryEnvironment,
  type RegistryEnvironment,
  type RetentionEnvironment,
  type RoleUrlEnvironment,
  type RoleUserEnvironment,
  type TickEnvironment,
  variable,
  words,
} from './environment.ts';

/** How to reach the database, as this function's environment says. */
export function databaseConfig(): DatabaseConnection {
  const { DATABASE_URL: connectionString, DATABASE_PASSWORD: password } = process.env;
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

/**
 * Whether that is an RDS Proxy. Then a function must not change the state of its session, as by `SET` or `set_config`, because
 * the proxy would keep a connection for it alone. And what PostgreSQL shows of sessions is that of the proxy.
 */
export const isBehindProxy = () => process.env.DATABASE_IS_PROXY === 'true';

/** How the functions of each role reach the database that `databaseConfig` names, as the migration's environment says. */
export const roleConfig = (): RoleLogins => ({
  reader: roleLogin('reader'),
  writer: roleLogin('writer'),
  purger: roleLogin('purger'),
});

function roleLogin(role: DatabaseRole): DatabaseConnection {
  const { user, url } = roleVariables[role];
  const owner = databaseConfig();
  if ('connectionString' in owner) return { connectionString: variable<RoleUrlEnvironment>(url) };
  const auth = { kind: 'iam', region: variable<LambdaEnvironment>('AWS_REGION') } as const;
  return { ...owner, user: variable<RoleUserEnvironment>(user), auth };
}

/** What tells this installation from all others. */
export const installationConfig = () => variable<InstallationEnvironment>('INSTALLATION');

/** The keys of the function's role. */
export const awsCredentials = () => ({
  accessKeyId: variable<LambdaEnvironment>('AWS_ACCESS_KEY_ID'),
  secretAccessKey: variable<LambdaEnvironment>('AWS_SECRET_ACCESS_KEY'),
  sessionToken: variable<LambdaEnvironment>('AWS_SESSION_TOKEN'),
});

/** Where and as whom the function asks services of AWS. */
export const awsConfig = (): AwsConfig => ({
  region: variable<LambdaEnvironment>('AWS_REGION'),
  credentials: awsCredentials(),
});

/** Where DynamoDB is. Undefined on AWS; the local runtime and emulators name their own. */
export const dynamoDbEndpoint = (): string | undefined =>
  process.env.AWS_ENDPOINT_URL_DYNAMODB || process.env.AWS_ENDPOINT_URL || undefined;

/** The folder of the migrations, which the build puts beside the function's code. */
export const migrationsFolder = () => join(variable<LambdaEnvironment>('LAMBDA_TASK_ROOT'), 'migrations');

/** The file of the certificates of RDS, which the build puts beside the code of each function with the database. */
export const rdsCertificatesFile = () =>
  join(variable<LambdaEnvironment>('LAMBDA_TASK_ROOT'), 'rds-certificates.json');

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
export const deliveryQueueConfig = () => ({
  tableName: variable<DeliveryQueueEnvironment>('DELIVERIES_TABLE_NAME'),
});

/**
 * How this function pushes.
 * @throws Error if PUSH_BY is neither `post` nor `queue`
 */
export function pushConfig(): PushEnvironment['PUSH_BY'] {
  const way = variable<PushEnvironment>('PUSH_BY');
  if (way === 'post' || way === 'queue') return way;
  throw new Error(`PUSH_BY must be post or queue; it is ${JSON.stringify(way)}.`);
}

/** The name of the table of the due time. */
export const dueTimesConfig = () => ({ tableName: variable<DueTimesEnvironment>('DUE_TIMES_TABLE_NAME') });

/** The name of the table of events on their way to the bus. */
export const eventTableConfig = () => ({ tableName: variable<TickEnvironment>('EVENTS_TABLE_NAME') });

/** The event bus, and where EventBridge is: undefined on AWS; the local runtime and emulators name their own. */
export const eventBusConfig = () => ({
  busName: variable<PublishEnvironment>('EVENT_BUS_NAME'),
  region: variable<LambdaEnvironment>('AWS_REGION'),
  endpoint: process.env.AWS_ENDPOINT_URL_EVENTBRIDGE || process.env.AWS_ENDPOINT_URL || undefined,
});

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

/**
 * The scopes and the rules for types, from the file that the stack puts beside the function's code.
 * @throws Error naming the file, if it is missing or is no policy
 */
export function policyConfig(): Policy {
  const file = join(variable<LambdaEnvironment>('LAMBDA_TASK_ROOT'), 'policy.json');
  const remedy = 'Deploy the function with the construct of lib/, which writes it.';
  let policy: unknown;
  try {
    policy = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const fault = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new Error(`The policy ${file} ${fault}. ${remedy}`, { cause });
  }
  if (isPolicy(policy)) return policy;
  throw new Error(`The policy ${file} must have scopes, types and strictTypes. ${remedy}`);
}

/** The stack has checked what is in it. */
const isPolicy = (value: unknown): value is Policy =>
  isObject(value) &&
  Array.isArray(value.scopes) &&
  isObject(value.types) &&
  typeof value.strictTypes === 'boolean';

/** The scopes whose notifications the migration moves to no scope. */
export const movedScopesConfig = () => words(variable<MigrationEnvironment>('MOVED_SCOPES'));

/**
 * The scope that a token needs to create over HTTP.
 * @throws Error if it cannot be one scope
 */
export function createScopeConfig(): string {
  const scope = variable<CreateEnvironment>('CREATE_SCOPE');
  if (isScope(scope)) return scope;
  throw new Error(`CREATE_SCOPE must be one scope without white space; it is ${JSON.stringify(scope)}.`);
}

/** The metric namespace. */
export const metricsConfig = () => ({ namespace: process.env.METRICS_NAMESPACE ?? 'Belfry' });

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
