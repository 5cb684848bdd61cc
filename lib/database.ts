import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { InstanceClass, InstanceSize, InstanceType } from 'aws-cdk-lib/aws-ec2';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  PostgresEngineVersion,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { DatabaseEnvironment, DatabaseOwnerEnvironment } from '../functions/platform/config.ts';
import type { Network } from './network.ts';

const databaseName = 'belfry';

/** What a function may do in the database: the roles that the migration makes. */
export type DatabaseRole = 'belfry_reader' | 'belfry_writer' | 'belfry_purger';

/**
 * PostgreSQL 18 on RDS. Functions sign in with IAM tokens, each as the role that has just the grants it needs; only the
 * migration has the owner's password.
 */
export class Database extends Construct {
  readonly instance: DatabaseInstance;

  constructor(scope: Construct, id: string, { network }: { network: Network }) {
    super(scope, id);
    this.instance = new DatabaseInstance(this, 'Instance', {
      engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 }),
      instanceType: InstanceType.of(InstanceClass.T4G, InstanceSize.MICRO),
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      databaseName,
      credentials: Credentials.fromGeneratedSecret('belfry_owner'),
      iamAuthentication: true,
      allocatedStorage: 20,
      maxAllocatedStorage: 100,
      storageType: StorageType.GP3,
      storageEncrypted: true,
      backupRetention: Duration.days(7),
      deletionProtection: true,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    });
    this.instance.connections.allowDefaultPortFrom(network.securityGroup, 'Belfry functions');
  }

  /** The environment of a function that signs in as this role; `grantConnect` lets it. */
  environment(role: DatabaseRole): DatabaseEnvironment {
    return {
      DATABASE_HOST: this.instance.dbInstanceEndpointAddress,
      DATABASE_PORT: this.instance.dbInstanceEndpointPort,
      DATABASE_NAME: databaseName,
      DATABASE_USER: role,
    };
  }

  /** Lets a function sign in as this role with an IAM token. */
  grantConnect(grantee: IGrantable, role: DatabaseRole): void {
    this.instance.grantConnect(grantee, role);
  }

  /** The environment of the function that migrates, with the owner's password. */
  ownerEnvironment(): DatabaseOwnerEnvironment {
    const secret = this.instance.secret;
    if (!secret) throw new Error('The database has no generated secret.');
    return {
      DATABASE_HOST: this.instance.dbInstanceEndpointAddress,
      DATABASE_PORT: this.instance.dbInstanceEndpointPort,
      DATABASE_NAME: databaseName,
      DATABASE_USER: secret.secretValueFromJson('username').unsafeUnwrap(),
      // A dynamic reference: CloudFormation fills it in at deployment, so that the function needs no way to Secrets Manager.
      DATABASE_PASSWORD: secret.secretValueFromJson('password').unsafeUnwrap(),
    };
  }
}
