import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  DatabaseCluster,
  DatabaseClusterEngine,
} from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import { backupRetention, databaseName, ManagedDatabase, type ManagedProps } from './managed-database.ts';
import type { Network } from './network.ts';

/** Aurora Serverless v2, PostgreSQL 18, which pauses while nobody is connected and grows with the load. */
export interface AuroraProps extends ManagedProps {
  mode: 'aurora';
  /** The least capacity, in ACUs, by halves; 0: the database pauses when idle. Default: 0. */
  minCapacity?: number;
  /** The most capacity, in ACUs, from 1, by halves. Default: 4. */
  maxCapacity?: number;
}

/**
 * Without connections for this long, a database with a `minCapacity` of 0 pauses; the next connection takes about 15
 * seconds to wake it, and what asks meanwhile is told to come again.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
const autoPause = Duration.minutes(5);

/** An Aurora cluster of one instance. */
export class AuroraDatabase extends ManagedDatabase {
  protected readonly endpoint;
  readonly dimensions;

  constructor(
    scope: Construct,
    id: string,
    { network, ...props }: Omit<AuroraProps, 'mode'> & { network: Network },
  ) {
    super(scope, id, props);
    const { deletionProtection = true } = props;
    const server = new DatabaseCluster(this, 'Cluster', {
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_18_3 }),
      writer: ClusterInstance.serverlessV2('Writer'),
      ...capacity(props),
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      defaultDatabaseName: databaseName,
      credentials: this.owner,
      iamAuthentication: true,
      storageEncrypted: true,
      backup: { retention: backupRetention(props) },
      deletionProtection,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    server.connections.allowDefaultPortFrom(network.securityGroup, 'Belfry functions');
    this.endpoint = server.clusterEndpoint;
    this.dimensions = { DBClusterIdentifier: server.clusterIdentifier };
  }
}

function capacity({ minCapacity = 0, maxCapacity = 4 }: Omit<AuroraProps, 'mode'>) {
  const isByHalves = (acus: number) => Number.isInteger(acus * 2) && acus >= 0 && acus <= 256;
  if (!isByHalves(minCapacity) || !isByHalves(maxCapacity) || maxCapacity < Math.max(minCapacity, 1)) {
    throw new Error(
      `database: minCapacity (from 0) and maxCapacity (from 1, to 256) are ACUs by halves, the first not above the second; they are ${minCapacity} and ${maxCapacity}.`,
    );
  }
  return {
    serverlessV2MinCapacity: minCapacity,
    serverlessV2MaxCapacity: maxCapacity,
    ...(minCapacity === 0 && { serverlessV2AutoPauseDuration: autoPause }),
  };
}
