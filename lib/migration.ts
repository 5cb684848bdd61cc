import type { DatabaseOwnerEnvironment, MigrationEnvironment } from '@belfry/functions/environment';
import type { Policy } from '@belfry/functions/policy';
import { Duration } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Trigger } from 'aws-cdk-lib/triggers';
import type { Construct } from 'constructs';
import type { Database } from './database.ts';
import type { FunctionNetwork } from './network.ts';
import { NotificationFunction } from './notification-function.ts';

interface MigrationProps {
  database: Database;
  /** Undefined if functions reach the database without a network of their own. */
  network: FunctionNetwork | undefined;
  policy: Policy;
  /** The scopes that are no longer in the policy, and whose notifications move to no scope. */
  movedScopes: readonly string[];
  /** The functions that need the newest schema change, and sign in as users that the migration makes. */
  dependents: readonly LambdaFunction[];
}

/**
 * Migrates the database at each deployment: after the functions may sign in as their users, and before the functions that
 * need these users and the newest schema change. AWS needs a while until a changed policy has reached the database, so
 * a function must not get the name of a new user at the same moment.
 *
 * @returns the function that migrates
 */
export function createMigration(
  scope: Construct,
  { database, network, policy, movedScopes, dependents }: MigrationProps,
): LambdaFunction {
  const handler = new NotificationFunction<DatabaseOwnerEnvironment & MigrationEnvironment>(
    scope,
    'Migrate',
    {
      entry: 'migrate',
      description: 'Belfry: brings the database to the newest schema',
      environment: { ...database.ownerEnvironment(), MOVED_SCOPES: movedScopes.join(' ') },
      policy,
      network,
      timeout: Duration.minutes(5),
    },
  );
  database.grantMigrate(handler);
  new Trigger(scope, 'Migration', {
    handler,
    timeout: Duration.minutes(5),
    executeAfter: [
      database,
      // Its rule that allows functions to reach the database is created after the database.
      ...(network ? [network] : []),
      ...dependents.map(({ role }) => role).filter(Role.isRole),
    ],
    // The functions alone, without their roles.
    executeBefore: dependents.map(({ node }) => node.defaultChild).filter(CfnFunction.isCfnFunction),
  });
  return handler;
}
