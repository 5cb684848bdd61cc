import type { Construct } from 'constructs';
import { AuroraDatabase, type AuroraProps } from './aurora-database.ts';
import type { Database } from './database.ts';
import { ExistingDatabase, type ExistingDatabaseProps } from './existing-database.ts';
import { ExistingNetwork, type FunctionNetwork, Network, type NetworkMode } from './network.ts';
import { RdsDatabase, type RdsProps } from './rds-database.ts';

/** Which database Belfry keeps its inboxes in. */
export type DatabaseProps = RdsProps | AuroraProps | ExistingDatabaseProps;

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
