import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import {
  DatabaseInstance,
  DatabaseInstanceEngine,
  PostgresEngineVersion,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import { backupRetention, databaseName, ManagedDatabase, type ManagedProps } from './managed-database.ts';
import type { Network } from './network.ts';

/** PostgreSQL 18 on an instance of its own, which costs the same whether it is used or not. */
export interface RdsProps extends ManagedProps {
  mode: 'rds';
  /** The class of the instance, without `db.`. Default: `t4g.micro`. */
  instanceType?: string;
  /** Whether a second instance stands by in another zone, at twice the price. Default: false. */
  multiAz?: boolean;
  /** How far the storage may grow, in GiB, from 22 to 65,536; it never shrinks. Default: 100. */
  maxStorageGiB?: number;
}

const initialStorageGiB = 20;

/** An RDS instance. Its storage is encrypted, and grows from 20 GiB as it fills. */
export class RdsDatabase extends ManagedDatabase {
  protected readonly endpoint;
  readonly dimensions;

  constructor(
    scope: Construct,
    id: string,
    { network, ...props }: Omit<RdsProps, 'mode'> & { network: Network },
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
    this.dimensions = { DBInstanceIdentifier: server.instanceIdentifier };
  }
}

/**
 * RDS wants the maximum to be a tenth above what there is.
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
