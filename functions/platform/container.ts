import { createTokenVerifier } from '../auth/token-verifier.ts';
import { createAdmission } from '../core/admission.ts';
import { createCommandService } from '../core/command-service.ts';
import { createPolicy as policyOver } from '../core/create-policy.ts';
import { eventSource } from '../core/deployment.ts';
import { createInboxReader } from '../core/inbox-reader.ts';
import { createNotificationService } from '../core/notification-service.ts';
import type { Policy } from '../core/policy.ts';
import type { Clock, Publisher } from '../core/ports.ts';
import { createEventPublisher } from '../core/published-events.ts';
import { createRetention } from '../core/retention.ts';
import { createTick } from '../core/tick.ts';
import type { ConnectOptions } from '../persistence/connection.ts';
import { createDatabase, type Database, type DatabaseConnection } from '../persistence/database.ts';
import { migrate } from '../persistence/migrate.ts';
import { createNotificationRepository } from '../persistence/notification-repository.ts';
import { restoredDatabase } from '../persistence/restore.ts';
import { createRetentionRepository } from '../persistence/retention.ts';
import { createScheduleRepository } from '../persistence/schedules.ts';
import { createTimerRepository } from '../persistence/timers.ts';
import { createDynamoDbClient, createManagementClient } from '../realtime/aws-clients.ts';
import { createConnectionCloser } from '../realtime/connection-closer.ts';
import { createConnectionRegistry } from '../realtime/connection-registry.ts';
import { createDeadLetters } from '../realtime/dead-letters.ts';
import { createDeliveryQueue } from '../realtime/delivery-queue.ts';
import { createDueTimeItem } from '../realtime/due-time-item.ts';
import { createDueTimes } from '../realtime/due-times.ts';
import { createEventBus } from '../realtime/event-bus.ts';
import { createEventTable } from '../realtime/event-table.ts';
import { createPostingPublisher, createQueueingPublisher } from '../realtime/publisher.ts';
import { createRedelivery } from '../realtime/redelivery.ts';
import { createSocketGateway } from '../realtime/socket-gateway.ts';
import { createRateLimiter } from '../throttling/rate-limiter.ts';
import {
  admissionConfig,
  awsConfig,
  awsCredentials,
  createScopeConfig,
  databaseConfig,
  deadLetterConfig,
  deliveryQueueConfig,
  dueTimesConfig,
  dynamoDbEndpoint,
  eventBusConfig,
  eventTableConfig,
  gatewayConfig,
  installationConfig,
  isBehindProxy,
  metricsConfig,
  migrationsFolder,
  movedScopesConfig,
  policyConfig,
  pushConfig,
  rateConfig,
  rdsCertificatesFile,
  registryConfig,
  retentionConfig,
  roleConfig,
} from './config.ts';
import { logger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { tokenConfig } from './token-config.ts';

// The composition root: the only place that knows the adapter of each port. A function's bundle has only the adapters that
// its entry calls. Only the adapters import vendors, because a bundler cannot leave out every unused vendor import.

export { logger };

/** The time. */
export const clock: Clock = Date.now;

/** What is measured; `invocation` writes it down. */
export const metrics = createMetrics({
  logger,
  clock,
  ...metricsConfig(),
  // Types are counted by the function that creates, which has read the policy. So no other bundle needs what reads it.
  isMeasured: (type) => isMeasured(knownPolicy, type),
});

/** Reads inboxes; needs the database only. */
export const inboxReader = () => createInboxReader({ repository: repository(database()), policy: policy() });

/**
 * Changes inboxes; needs the database, and what its way of pushing needs.
 * @param options.statementTimeoutMs how long PostgreSQL may work on one change; left out, as long as on anything
 */
export const notificationService = (options?: Pick<ConnectOptions, 'statementTimeoutMs'>) =>
  createNotificationService({
    repository: repository(database(options)),
    publisher: publisher(),
    dueTimes: dueTimes(),
    policy: policy(),
    clock,
  });

/** Carries out the commands of producers; needs the database, and what its way of pushing needs. */
export const commandService = () => commandServiceOver(database(), publisher());

/** Says who may create what. */
export const createPolicy = () => policyOver(policy(), createScopeConfig());

/** Counts creates over HTTP, in DynamoDB. */
export const rateLimiter = () => createRateLimiter({ dynamo: dynamoDb(), ...rateConfig(), clock, logger });

/** Checks tokens. */
export const tokenVerifier = () => createTokenVerifier(tokenConfig(), { clock, logger, fetch });

/** The sockets of each user, in DynamoDB. */
export const connectionRegistry = () =>
  createConnectionRegistry({ dynamo: dynamoDb(), tableName: registryConfig().tableName, clock });

/** Lets connections in, up to the limit of their user. */
export const admission = () => createAdmission(sockets(), admissionConfig());

/** The queue for dead letters. */
export const deadLetters = () => createDeadLetters({ ...deadLetterConfig(), credentials: awsCredentials });

/** Delivers again what could not be delivered; needs the sockets and the tables, and no database. */
export const redelivery = () => createRedelivery({ ...sockets(), deadLetters: deadLetters() });

/** Archives and deletes by age; needs the database only. */
export const retention = () =>
  createRetention({ repository: retentionRepository(), metrics, clock, logger }, retentionConfig());

/** Does what is due; needs the database, what a change needs, and the table of events. */
export function tick() {
  const [connected, pushing] = [database(), publisher()];
  return createTick({
    timers: createTimerRepository(connected, policy()),
    dueTime: createDueTimeItem({ dynamo: dynamoDb(), ...dueTimesConfig() }),
    service: commandServiceOver(connected, pushing),
    policy: policyOver(policy()),
    publisher: pushing,
    events: createEventTable({ dynamo: dynamoDb(), ...eventTableConfig(), clock }),
    metrics,
    logger,
  });
}

/** Puts events on the bus; needs the bus and its dead-letter queue only. */
export const eventPublisher = () =>
  createEventPublisher({
    bus: createEventBus({ ...eventBusConfig(), source: eventSource, credentials: awsCredentials }),
    deadLetters: deadLetters(),
    metrics,
    clock,
    logger,
  });

/**
 * Migrates the database to the newest schema, as its owner. With `restored`, it migrates the database of this identifier,
 * which a backup was restored to. If it fails, the log has the whole error; the deployment shows only one line of it.
 */
export async function migrateDatabase({
  restored,
  deployment,
}: {
  restored?: string | undefined;
  deployment?: string | undefined;
}): Promise<void> {
  try {
    const isRestored = restored !== undefined;
    const place = (connection: DatabaseConnection) =>
      isRestored ? restoredDatabase(connection, restored) : connection;
    const { reader, writer, purger } = roleConfig();
    await migrate(place(databaseConfig()), {
      roles: { reader: place(reader), writer: place(writer), purger: place(purger) },
      installation: installationConfig(),
      migrationsFolder: migrationsFolder(),
      ...scopesOfMigration(),
      ...signingIn(),
      isRestored,
      deployment,
    });
  } catch (error) {
    logger.error('migration_failed', { error });
    throw error;
  }
}

// Read at the start of a function that asks for it, and kept.
let knownPolicy: Policy | undefined;

const isMeasured = (known: Policy | undefined, type: string): boolean =>
  known !== undefined && Object.hasOwn(known.types, type) && known.types[type]?.measured === true;

/** What the installation has decided about its notifications. */
export function policy(): Policy {
  knownPolicy ??= policyConfig();
  return knownPolicy;
}

const scopesOfMigration = () => ({ scopes: policy().scopes, movedScopes: movedScopesConfig() });

// One client, and so one connection, for every table that a function asks.
let dynamoDbClient: ReturnType<typeof createDynamoDbClient> | undefined;
function dynamoDb() {
  dynamoDbClient ??= createDynamoDbClient(awsConfig(), dynamoDbEndpoint());
  return dynamoDbClient;
}

const database = (options?: Pick<ConnectOptions, 'statementTimeoutMs'>) =>
  createDatabase(databaseConfig(), { ...signingIn(), clock, ...options, isPooled: isBehindProxy() });

/** What signing in to any database needs. */
const signingIn = () => ({ credentials: awsCredentials, rdsCertificatesFile: rdsCertificatesFile() });

const repository = (database: Database) => createNotificationRepository(database, policy());

const commandServiceOver = (database: Database, publisher: Publisher) =>
  createCommandService({
    repository: repository(database),
    schedules: createScheduleRepository(database),
    dueTimes: dueTimes(),
    publisher,
    metrics,
    clock,
  });

const dueTimes = () => createDueTimes({ dynamo: dynamoDb(), ...dueTimesConfig() });

const publisher = () =>
  pushConfig() === 'post'
    ? createPostingPublisher(sockets())
    : createQueueingPublisher({ queue: deliveryQueue(), clock, logger });

const deliveryQueue = () =>
  createDeliveryQueue({ dynamo: dynamoDb(), tableName: deliveryQueueConfig().tableName, clock });

// A scan of an index that was not vacuumed for long may take longer than a request may, and no user waits for retention.
const retentionRepository = () => createRetentionRepository(database({ statementTimeoutMs: 20_000 }));

/** What a function needs to post to sockets. */
function sockets() {
  const registry = connectionRegistry();
  const gateway = createSocketGateway(createManagementClient(awsConfig(), gatewayConfig()), logger);
  const queue = deliveryQueue();
  const closer = createConnectionCloser({ registry, gateway, queue, clock, logger });
  return { registry, gateway, queue, closer, metrics, clock, logger };
}
