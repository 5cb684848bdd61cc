import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import {
  type CfnDBInstance,
  DatabaseInstance,
  DatabaseInstanceEngine,
  type IDatabaseInstance,
  PostgresEngineVersion,
  ProxyTarget,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import { parametersBehindProxy } from './database-proxy.ts';
import { memoryOf } from './instance-memory.ts';
import { backupRetention, databaseName, ManagedDatabase, type ManagedProps } from './managed-database.ts';
import { memoryParameters } from './memory-parameters.ts';
import type { DatabaseNetwork } from './network.ts';

/**
 * PostgreSQL 18 on an RDS instance. It runs all the time, so it costs the same when it is idle.
 *
 * @example
 * database: { mode: 'rds', instanceType: 't4g.small', multiAz: true }
 */
export interface RdsProps extends ManagedProps {
  mode: 'rds';
  /** The instance class without the prefix `db.`. Default: `t4g.micro`. */
  instanceType?: string;
  /** Whether a standby instance runs in a second zone. It doubles the price. Default: false. */
  multiAz?: boolean;
  /** The limit to which the storage may grow, in GiB, from 22 to 65,536. Storage never shrinks. Default: 100. */
  maxStorageGiB?: number;
}

const initialStorageGiB = 20;

/** An RDS instance. Its storage is encrypted, starts with 20 GiB and grows when it fills. */
export class RdsDatabase extends ManagedDatabase {
  protected readonly endpoint;
  protected readonly resourceId;
  readonly dimensions;

  constructor(
    scope: Construct,
    id: string,
    { network, ...props }: Omit<RdsProps, 'mode'> & { network: DatabaseNetwork },
  ) {
    super(scope, id, props);
    const { instanceType = 't4g.micro', multiAz = false, deletionProtection = true } = props;
    const server = new DatabaseInstance(this, 'Instance', {
      engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 }),
      instanceType: new InstanceType(instanceType),
      multiAz,
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      databaseName,
      credentials: this.owner,
      iamAuthentication: true,
      parameters: { ...memoryParameters, ...(props.proxy && parametersBehindProxy) },
      allocatedStorage: initialStorageGiB,
      maxAllocatedStorage: maxStorage(props),
      storageType: StorageType.GP3,
      storageEncrypted: true,
      backupRetention: backupRetention(props),
      deletionProtection,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    Validations.of(server).acknowledge(
      { id: 'AwsSolutions-RDS3', reason: 'A second zone doubles the price; multiAz adds it.' },
      {
        id: 'AwsSolutions-RDS11',
        reason: 'The port is no secret, and the security group lets in functions alone.',
      },
    );
    server.connections.allowDefaultPortFrom(network.securityGroup, 'Belfry functions');
    this.endpoint = server.instanceEndpoint;
    // The cast: the resource of the instance, whose id the CDK's own property leaves optional.
    this.resourceId = (server.node.defaultChild as CfnDBInstance).attrDbiResourceId;
    this.dimensions = { DBInstanceIdentifier: server.instanceIdentifier };
    if (!props.proxy) return;
    const target = ProxyTarget.fromInstance(server as IDatabaseInstance);
    this.addProxy({ network, target, memoryGiB: memoryOf(instanceType) });
  }
}

/**
 * RDS requires a maximum that is at least 10 % above the initial storage.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
 */
function maxStorage({ maxStorageGiB = 100 }: Omit<RdsProps, 'mode'>): number {
  const [least, most] = [initialStorageGiB * 1.1, 65_536];
  if (Number.isInteger(maxStorageGiB) && maxStorageGiB >= least && maxStorageGiB <= most)
    return maxStorageGiB;
  throw new Error(
    `database: maxStorageGiB must be a whole number from ${least} to ${most}; it is ${maxStorageGiB}.`,
  );
}
