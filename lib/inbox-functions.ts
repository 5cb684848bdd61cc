import type { DatabaseEnvironment, WriterEnvironment } from '@belfry/functions/environment';
import type { Policy } from '@belfry/functions/policy';
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Database } from './database.ts';
import type { FunctionNetwork } from './network.ts';
import { NotificationFunction } from './notification-function.ts';

interface InboxFunctionsProps {
  database: Database;
  /** The environment of a function that changes inboxes. */
  writing: WriterEnvironment;
  policy: Policy;
  network: FunctionNetwork | undefined;
  reservedConcurrency: number | undefined;
}

/**
 * The functions behind the routes of an inbox. The one that reads may connect to the database; the one that updates needs
 * grants for the database and for pushing, as every function that changes inboxes.
 */
export function createInboxFunctions(
  scope: Construct,
  { database, writing, policy, network, reservedConcurrency }: InboxFunctionsProps,
) {
  const read = new NotificationFunction<DatabaseEnvironment>(scope, 'Read', {
    entry: 'read-notifications',
    description: 'Belfry: reads inboxes',
    environment: database.environment('reader'),
    policy,
    network,
    reservedConcurrency,
    // Enough to wait for a connection to the database. The gateway waits 30 seconds.
    timeout: Duration.seconds(28),
  });
  const update = new NotificationFunction<WriterEnvironment>(scope, 'Update', {
    entry: 'update-notifications',
    description: 'Belfry: marks notifications and pushes the change',
    environment: writing,
    policy,
    network,
    reservedConcurrency,
    // Enough to wait for a connection to the database, or to queue pending deliveries even if DynamoDB runs into its
    // time-outs. The gateway waits 30 seconds.
    timeout: Duration.seconds(28),
  });
  database.grantConnect(read, 'reader');
  return { read, update };
}
