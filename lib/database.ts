import type { DatabaseRole } from '@belfry/functions/deployment';
import type { DatabaseEnvironment, DatabaseOwnerEnvironment } from '@belfry/functions/environment';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { DatabaseDimensions } from './metrics.ts';

/** A database as the functions see it, in every mode. */
export interface Database extends Construct {
  /** The environment of a function that signs in as this role. The function also needs `grantConnect`. */
  environment(role: DatabaseRole): DatabaseEnvironment;
  /** The environment of the migrate function, the only one that signs in as the owner. */
  ownerEnvironment(): DatabaseOwnerEnvironment;
  /** The owner's name and password. Undefined for an existing database. */
  readonly ownerSecret: ISecret | undefined;
  /** How CloudWatch names the database. Undefined for an existing database, which its owner watches. */
  readonly dimensions: DatabaseDimensions | undefined;
  /** The name of the proxy in front of it in CloudWatch. Undefined: there is none that the stack makes. */
  readonly proxyName: string | undefined;
  /** Allows a function to sign in as this role. */
  grantConnect(grantee: IGrantable, role: DatabaseRole): void;
  /** Allows the migrate function to sign in as the owner and as every role. */
  grantMigrate(grantee: IGrantable): void;
}
