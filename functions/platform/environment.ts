import type { DatabaseRole, roleVariables } from '../core/deployment.ts';

// The variables that lib/ gives each function and functions read, typed for both sides.

/** A database of the stack's own. Without `DATABASE_PASSWORD` a function signs in with an IAM token. */
export interface ManagedDatabaseEnvironment {
  DATABASE_HOST: string;
  DATABASE_PORT: string;
  DATABASE_NAME: string;
  DATABASE_USER: string;
  /** Whether the host is an RDS Proxy. Left out: it is the database itself. */
  DATABASE_IS_PROXY?: 'true';
}

/** A database that is not of the stack. */
export interface ExistingDatabaseEnvironment {
  /** `postgres://user:password@host:port/database`; TLS unless `sslmode=disable`. */
  DATABASE_URL: string;
}

/** The address of the database and the role of the function. */
export type DatabaseEnvironment = ManagedDatabaseEnvironment | ExistingDatabaseEnvironment;

/** The login of the database's owner, the only role that may change the schema. */
export type DatabaseOwnerEnvironment = InstallationEnvironment &
  (
    | (ManagedDatabaseEnvironment & RoleUserEnvironment & { DATABASE_PASSWORD: string })
    | (ExistingDatabaseEnvironment & RoleUrlEnvironment)
  );

/** What a migration does beside the newest schema. */
export interface MigrationEnvironment {
  /** Scopes whose notifications move to no scope, separated by spaces. */
  MOVED_SCOPES: string;
}

/** Whose database it is. */
export interface InstallationEnvironment {
  /** What tells this installation from all others, and stays the same at every deployment. */
  INSTALLATION: string;
}

/** The `DATABASE_USER` of the functions of each role. */
export type RoleUserEnvironment = Record<(typeof roleVariables)[DatabaseRole]['user'], string>;

/** The `DATABASE_URL` of the functions of each role, for an existing database. */
export type RoleUrlEnvironment = Record<(typeof roleVariables)[DatabaseRole]['url'], string>;

/** How long notifications are kept. */
export interface RetentionEnvironment {
  /** Age in days at which a notification is archived; empty: never. */
  ARCHIVE_AFTER_DAYS: string;
  /** Age in days at which a notification is deleted; empty: never. */
  DELETE_AFTER_DAYS: string;
}

/** Which tokens are accepted. */
export interface TokenEnvironment {
  /** The HS256 secret; empty if issuers sign the tokens. */
  JWT_SECRET: string;
  /** A JSON array of `TokenSettings`: one entry, or one for each of several issuers. */
  JWT_RULES: string;
}

/** The connections table. */
export interface RegistryEnvironment {
  CONNECTIONS_TABLE_NAME: string;
}

/** Where what cannot be posted is queued. */
export interface DeliveryQueueEnvironment {
  DELIVERIES_TABLE_NAME: string;
}

/** The table of connections, the endpoint of the sockets, and the table of pending deliveries. */
export interface DeliveryEnvironment extends RegistryEnvironment, DeliveryQueueEnvironment {
  /** The `@connections` URL of the WebSocket API's stage. */
  CONNECTIONS_ENDPOINT: string;
  /** The address family by which the function's network reaches the internet: `4`, `6`, or `0` for any. */
  CONNECTIONS_ADDRESS_FAMILY: '0' | '4' | '6';
}

/** How a change gets to the sockets: the function posts it, or queues it if its network cannot reach them. */
export type PushEnvironment =
  | ({ PUSH_BY: 'post' } & DeliveryEnvironment)
  | ({ PUSH_BY: 'queue' } & DeliveryQueueEnvironment);

/** The table of the due time. */
export interface DueTimesEnvironment {
  DUE_TIMES_TABLE_NAME: string;
}

/** What a function needs that changes inboxes. */
export type WriterEnvironment = DatabaseEnvironment & PushEnvironment & DueTimesEnvironment;

/** What the tick needs beside that. */
export interface TickEnvironment {
  /** The table of events on their way to the bus. */
  EVENTS_TABLE_NAME: string;
}

/** Where events go, and where those go that the bus does not take. */
export interface PublishEnvironment {
  EVENT_BUS_NAME: string;
  DEAD_LETTER_QUEUE_URL: string;
}

/** The endpoints for redelivery and the dead-letter queue. */
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
  /** The scope that a token needs to create over HTTP. */
  CREATE_SCOPE: string;
  /** The table that counts creates over HTTP. */
  RATE_TABLE_NAME: string;
  /** Creates over HTTP that a subject may make in a minute; 0: any number. */
  CREATES_PER_MINUTE: string;
}

/** What Lambda itself sets. */
export interface LambdaEnvironment {
  AWS_REGION: string;
  AWS_ACCESS_KEY_ID: string;
  AWS_SECRET_ACCESS_KEY: string;
  AWS_SESSION_TOKEN: string;
  LAMBDA_TASK_ROOT: string;
}

/**
 * The value of a function's environment variable.
 * @throws Error naming a variable that the function was deployed without
 */
export function variable<Environment>(name: keyof Environment & string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(
      `The environment variable ${name} is missing. Deploy the function with the construct of lib/, which sets it.`,
    );
  }
  return value;
}

/** The words of a list. */
export const words = (text: string): string[] => text.split(' ').filter(Boolean);
