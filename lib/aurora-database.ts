import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  DatabaseCluster,
  DatabaseClusterEngine,
  type IDatabaseCluster,
  ProxyTarget,
} from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import { parametersBehindProxy } from './database-proxy.ts';
import { backupRetention, databaseName, ManagedDatabase, type ManagedProps } from './managed-database.ts';
import type { DatabaseNetwork } from './network.ts';

/**
 * Aurora Serverless v2 with PostgreSQL 18. It pauses when there are no connections, and its capacity follows the load.
 *
 * @example
 * database: { mode: 'aurora', minCapacity: 0.5, maxCapacity: 8 }
 */
export interface AuroraProps extends ManagedProps {
  mode: 'aurora';
  /**
   * The smallest capacity in ACUs (Aurora capacity units, about 2 GiB each), in steps of 0.5. With 0 the database pauses when
   * it is idle. Default: 0.
   */
  minCapacity?: number;
  /** The largest capacity in ACUs, from 1 to 256, in steps of 0.5. Default: 4. */
  maxCapacity?: number;
}

/**
 * A database with a `minCapacity` of 0 pauses after this time without connections. The next connection resumes it, which
 * takes about 15 seconds. Requests in the meantime get 503 with `Retry-After`.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
const autoPause = Duration.minutes(5);

/** An Aurora cluster with one instance. */
export class AuroraDatabase extends ManagedDatabase {
  protected readonly endpoint;
  protected readonly resourceId;
  readonly dimensions;

  constructor(
    scope: Construct,
    id: string,
    { network, ...props }: Omit<AuroraProps, 'mode'> & { network: DatabaseNetwork },
  ) {
    super(scope, id, props);
    const { deletionProtection = true, maxCapacity = mostAcus, proxy = false } = props;
    const server = new DatabaseCluster(this, 'Cluster', {
      engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_18_3 }),
      writer: ClusterInstance.serverlessV2('Writer'),
      ...capacity(props),
      ...(proxy && { parameters: parametersBehindProxy }),
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
    this.resourceId = server.clusterResourceIdentifier;
    this.dimensions = { DBClusterIdentifier: server.clusterIdentifier };
    if (!proxy) return;
    const target = ProxyTarget.fromCluster(server as IDatabaseCluster);
    this.addProxy({ network, target, memoryGiB: maxCapacity * gibOfAcu });
  }
}

/** The default of `maxCapacity`. */
const mostAcus = 4;

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html */
const gibOfAcu = 2;

function capacity({ minCapacity = 0, maxCapacity = mostAcus, proxy = false }: Omit<AuroraProps, 'mode'>) {
  const isByHalves = (acus: number) => Number.isInteger(acus * 2) && acus >= 0 && acus <= 256;
  if (!isByHalves(minCapacity) || !isByHalves(maxCapacity) || maxCapacity < Math.max(minCapacity, 1)) {
    throw new Error(
      `database: minCapacity (0 to 256) and maxCapacity (1 to 256) are ACUs in steps of 0.5, and minCapacity must not be greater than maxCapacity; they are ${minCapacity} and ${maxCapacity}.`,
    );
  }
  // The proxy keeps a connection open, so the setting would have no effect, and the bill a surprise.
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
  if (proxy && minCapacity === 0) {
    throw new Error(
      'database: minCapacity is 0, so that Aurora pauses, but behind a proxy it never pauses. Set minCapacity to 0.5 or more, or leave proxy out.',
    );
  }
  return {
    serverlessV2MinCapacity: minCapacity,
    serverlessV2MaxCapacity: maxCapacity,
    ...(minCapacity === 0 && { serverlessV2AutoPauseDuration: autoPause }),
  };
}
