import type { DatabaseEnvironment, DatabaseOwnerEnvironment } from '@belfry/functions/environment';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct, IConstruct } from 'constructs';
import { AuroraDatabase, type AuroraProps } from './aurora-database.ts';
import { ExistingDatabase, type ExistingDatabaseProps } from './existing-database.ts';
import type { DatabaseDimensions } from './metrics.ts';
import { ExistingNetwork, type FunctionNetwork, Network, type NetworkMode } from './network.ts';
import { RdsDatabase, type RdsProps } from './rds-database.ts';

/** Which database Belfry keeps its inboxes in. */
export type DatabaseProps = RdsProps | AuroraProps | ExistingDatabaseProps;

/** What a function may do in the database: the roles that the migration makes. */
export type DatabaseRole = 'belfry_reader' | 'belfry_writer' | 'belfry_purger';

/** A database as the functions that need it see it, whatever its mode. */
export interface Database extends Construct {
  /** The environment of a function that signs in as this role; `grantConnect` lets it. */
  environment(role: DatabaseRole): DatabaseEnvironment;
  /** The environment of the function that migrates, which alone signs in as the owner. */
  ownerEnvironment(): DatabaseOwnerEnvironment;
  /** Its owner's name and password; undefined where the owner is somebody else's to know. */
  readonly ownerSecret: ISecret | undefined;
  /** How CloudWatch names it; undefined where it is somebody else's to watch. */
  readonly dimensions: DatabaseDimensions | undefined;
  /** Lets a function sign in as this role. */
  grantConnect(grantee: IGrantable & IConstruct, role: DatabaseRole): void;
}

/**
 * The database, and the network by which functions reach it; no network where an existing database is reached without one.
 * @throws Error naming what makes no sense
 */
export function createDatabase(
  scope: Construct,
  database: DatabaseProps,
  mode?: NetworkMode,
): { database: Database; network?: FunctionNetwork } {
  if (database.mode === 'existing') return existingDatabase(scope, database, mode);
  const network = new Network(scope, 'Network', { mode: mode ?? 'ipv6' });
  switch (database.mode) {
    case 'rds':
      return { network, database: new RdsDatabase(scope, 'Database', { network, ...database }) };
    case 'aurora':
      return { network, database: new AuroraDatabase(scope, 'Database', { network, ...database }) };
  }
}

// What is not known of somebody else's subnets: Lambda refuses functions that may use IPv6 in subnets without it.
const wayOutOfVpc =
  'name the way that functions have out of the VPC of vpcId: ipv6 where its subnets are dual-stack with a route ::/0, ' +
  'nat where they reach the internet over IPv4, isolated where there is none.';

function existingDatabase(
  scope: Construct,
  { vpcId, subnetIds = [], securityGroupId, ...secret }: ExistingDatabaseProps,
  mode?: NetworkMode,
): { database: Database; network?: FunctionNetwork } {
  if (secret.secretId === '') {
    throw new Error('database: secretId must name the secret that holds the connection strings.');
  }
  const database = new ExistingDatabase(scope, 'Database', secret);
  if (vpcId && subnetIds.length > 0 && securityGroupId) {
    if (!mode) throw new Error(`network: ${wayOutOfVpc}`);
    return {
      database,
      network: new ExistingNetwork(scope, 'Network', { mode, vpcId, subnetIds, securityGroupId }),
    };
  }
  if (vpcId || subnetIds.length > 0 || securityGroupId) {
    throw new Error(
      'database: vpcId, subnetIds and securityGroupId belong together; give all of them or none.',
    );
  }
  if (mode) {
    throw new Error(
      `network: functions join none without a vpcId of the existing database; leave network out (it is ${mode}).`,
    );
  }
  return { database };
}
