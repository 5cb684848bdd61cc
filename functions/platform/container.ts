import { createTokenVerifier } from '../auth/token-verifier.ts';
import { createPolicy as policyOver } from '../core/create-policy.ts';
import { createInboxReader } from '../core/inbox-reader.ts';
import { createNotificationService } from '../core/notification-service.ts';
import type { Clock } from '../core/ports.ts';
import { createDatabase } from '../persistence/database.ts';
import { migrate } from '../persistence/migrate.ts';
import { createNotificationRepository } from '../persistence/notification-repository.ts';
import { createDynamoDbClient, createManagementClient } from '../realtime/aws-clients.ts';
import { createConnectionRegistry } from '../realtime/connection-registry.ts';
import { createDelivery } from '../realtime/delivery.ts';
import { createSocketGateway } from '../realtime/socket-gateway.ts';
import { createRateLimiter } from '../throttling/rate-limiter.ts';
import {
  awsCredentials,
  databaseConfig,
  gatewayConfig,
  migrationsFolder,
  rateConfig,
  registryConfig,
  restrictedTypesConfig,
  tokenConfig,
} from './config.ts';
import { logger } from './logger.ts';

// The composition root: the only place that knows which adapter stands behind a port. A function's bundle holds just
// the adapters behind the ones of these that its entry calls; vendors are imported only in the adapters' own modules,
// since not all of them let a bundler leave out what is imported and not used.

export { logger };

/** The time. */
export const clock: Clock = Date.now;

/** Reads inboxes; needs the database only. */
export const inboxReader = () => createInboxReader({ repository: repository() });

/** Changes inboxes; needs the database, the connections table and the sockets. */
export const notificationService = () =>
  createNotificationService({ repository: repository(), publisher: delivery() });

/** Says who may create what. */
export const createPolicy = () => policyOver(restrictedTypesConfig());

/** Counts creates over HTTP, in DynamoDB. */
export const rateLimiter = () => createRateLimiter({ dynamo: dynamoDb(), ...rateConfig(), clock, logger });

/** Checks tokens. */
export const tokenVerifier = () => createTokenVerifier(tokenConfig(), { clock, logger, fetch });

/** The sockets of each user, in DynamoDB. */
export const connectionRegistry = () =>
  createConnectionRegistry({ dynamo: dynamoDb(), tableName: registryConfig().tableName, clock });

/** Brings the database to the newest schema, as its owner. Why it could not is in the log: the deployment shows one line. */
export async function migrateDatabase(): Promise<void> {
  try {
    await migrate(databaseConfig(), { migrationsFolder: migrationsFolder() });
  } catch (error) {
    logger.error('migration_failed', { error });
    throw error;
  }
}

// One client, and so one connection, for every table that a function asks.
let dynamoDbClient: ReturnType<typeof createDynamoDbClient> | undefined;
function dynamoDb() {
  dynamoDbClient ??= createDynamoDbClient();
  return dynamoDbClient;
}

const repository = () =>
  createNotificationRepository(createDatabase(databaseConfig(), { credentials: awsCredentials }));

const delivery = () =>
  createDelivery({
    registry: connectionRegistry(),
    gateway: createSocketGateway(createManagementClient(gatewayConfig())),
    clock,
    logger,
  });
