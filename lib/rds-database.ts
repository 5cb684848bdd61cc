import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { InstanceType } from 'aws-cdk-lib/aws-ec2';
import {
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  PostgresEngineVersion,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import {
  backupRetention,
  databaseName,
  ManagedDatabase,
  type ManagedProps,
  ownerName,
  ownerSecretStays,
} from './managed-database.ts';
import type { Network } from './network.ts';

/** PostgreSQL 18 on an instance of its own, which costs the same whether it is used or not. */
export interface RdsProps extends ManagedProps {
  mode: 'rds';
  /** The class of the instance, without `db.`. Default: `t4g.micro`. */
  instanceType?: string;
  /** Whether a second instance stands by in another zone, at twice the price. Default: false. */
  multiAz?: boolean;
}

/** An RDS instance. Its storage is encrypted, and grows from 20 to 100 GiB as it fills. */
export class RdsDatabase extends ManagedDatabase {
  protected readonly server: DatabaseInstance;
  protected readonly endpoint;
  readonly dimensions;

  constructor(
    scope: Construct,
    id: string,
    { network, ...props }: Omit<RdsProps, 'mode'> & { network: Network },
  ) {
    super(scope, id);
    const { instanceType = 't4g.micro', multiAz = false, deletionProtection = true } = props;
    this.server = new DatabaseInstance(this, 'Instance', {
      engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 }),
      instanceType: new InstanceType(instanceType),
      multiAz,
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      databaseName,
      credentials: Credentials.fromGeneratedSecret(ownerName),
      iamAuthentication: true,
      allocatedStorage: 20,
      maxAllocatedStorage: 100,
      storageType: StorageType.GP3,
      storageEncrypted: true,
      backupRetention: backupRetention(props),
      deletionProtection,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    Validations.of(this.server).acknowledge(
      ownerSecretStays,
      { id: 'AwsSolutions-RDS3', reason: 'A second zone doubles the price; multiAz adds it.' },
      {
        id: 'AwsSolutions-RDS11',
        reason: 'The port is no secret, and the security group lets in functions alone.',
      },
    );
    this.server.connections.allowDefaultPortFrom(network.securityGroup, 'Belfry functions');
    this.endpoint = this.server.instanceEndpoint;
    this.dimensions = { DBInstanceIdentifier: this.server.instanceIdentifier };
  }
}
