import type { Construct } from 'constructs';
import { AuroraDatabase, type AuroraProps } from './aurora-database.ts';
import type { Database } from './database.ts';
import { ExistingDatabase, type ExistingDatabaseProps } from './existing-database.ts';
import { ExistingNetwork } from './existing-network.ts';
import { type DatabaseNetwork, type FunctionNetwork, Network, type NetworkMode } from './network.ts';
import { type ExistingVpcProps, NetworkInVpc } from './network-in-vpc.ts';
import { RdsDatabase, type RdsProps } from './rds-database.ts';

/** The database that holds the inboxes: `rds`, `aurora`, or `existing` for one that you run. */
export type DatabaseProps = RdsProps | AuroraProps | ExistingDatabaseProps;

/**
 * Creates the database and the network in which functions reach it. An existing database without a `vpcId` has no network.
 * @throws Error naming the prop that is wrong or missing
 */
export function createDatabase(
  scope: Construct,
  database: DatabaseProps,
  mode?: NetworkMode,
): { database: Database; network?: FunctionNetwork } {
  if (database.mode === 'existing') return existingDatabase(scope, database, mode);
  const network = networkOf(scope, database, mode);
  switch (database.mode) {
    case 'rds':
      return { network, database: new RdsDatabase(scope, 'Database', { network, ...database }) };
    case 'aurora':
      return { network, database: new AuroraDatabase(scope, 'Database', { network, ...database }) };
  }
}

// The stack cannot see this in an existing VPC, and Lambda refuses IPv6 for functions in subnets without it.
const wayOutOfVpc =
  'say how functions leave the existing VPC: ipv6 if their subnets are dual-stack with a route ::/0, ' +
  'nat if they reach the internet over IPv4, isolated if there is no way out.';

/** The network of a database that the stack makes. */
function networkOf(
  scope: Construct,
  { vpc, functionSubnets, databaseSubnets }: ExistingVpcProps,
  mode?: NetworkMode,
): DatabaseNetwork {
  const choice = {
    ...(functionSubnets && { functionSubnets }),
    ...(databaseSubnets && { databaseSubnets }),
  };
  if (vpc && mode) return new NetworkInVpc(scope, 'Network', { mode, vpc, ...choice });
  if (vpc) throw new Error(`network: ${wayOutOfVpc}`);
  if (Object.keys(choice).length === 0) return new Network(scope, 'Network', { mode: mode ?? 'ipv6' });
  throw new Error(
    'database: functionSubnets and databaseSubnets choose among the subnets of vpc. Set vpc, or leave them out.',
  );
}

function existingDatabase(
  scope: Construct,
  { vpcId, subnetIds = [], securityGroupId, ...secret }: ExistingDatabaseProps,
  mode?: NetworkMode,
): { database: Database; network?: FunctionNetwork } {
  // The types do not allow it, but JavaScript does.
  if ('proxy' in secret && secret.proxy) {
    throw new Error(
      'database: proxy is for rds and aurora. An existing database is reached by its connection strings: leave proxy out.',
    );
  }
  if (secret.secretId === '') {
    throw new Error(
      'database: secretId is empty. It must name the secret that holds the connection strings.',
    );
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
      'database: vpcId, subnetIds and securityGroupId belong together. Set all of them or none.',
    );
  }
  if (mode) {
    throw new Error(
      `network: it is ${mode}, but an existing database without a vpcId has no network. Leave network out, or set vpcId.`,
    );
  }
  return { database };
}
