import { type DatabaseRole, roleUrlVariables } from '@belfry/functions/deployment';
import type { DatabaseOwnerEnvironment, ExistingDatabaseEnvironment } from '@belfry/functions/environment';
import { SecretValue } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Database } from './database.ts';
import { runtimeCertificates } from './runtime-certificates.ts';

/** Any PostgreSQL from 15 on, wherever it is. */
export interface ExistingDatabaseProps {
  mode: 'existing';
  /**
   * The name or the whole ARN of a secret in Secrets Manager: a JSON object of four connection strings
   * (`postgres://user:password@host:port/database`), of which only the migration gets the first. `owner`
   * may create roles and in the schema `public`; `writer` is for `belfry_writer`, `reader` for `belfry_reader` and `purger` for `belfry_purger`, whom the
   * migration makes with the passwords that these strings carry.
   */
  secretId: string;
  /**
   * The version of the secret. CloudFormation reads a secret anew only where the template changes: name the new version
   * here after you have changed the secret. Left out: the version that is current when a function changes.
   */
  secretVersionId?: string;
  /** The VPC by which functions reach the database; with `subnetIds` and `securityGroupId`. Left out: they join none. */
  vpcId?: string;
  /** Subnets of the VPC for the functions. */
  subnetIds?: readonly string[];
  /** The security group of the functions in the VPC. */
  securityGroupId?: string;
}

const keys = { belfry_reader: 'reader', belfry_writer: 'writer', belfry_purger: 'purger' } as const;

/** A database that is not of the stack. Functions sign in with the passwords of their connection strings. */
export class ExistingDatabase extends Construct implements Database {
  readonly dimensions = undefined;
  readonly ownerSecret = undefined;
  private readonly secret: Pick<ExistingDatabaseProps, 'secretId' | 'secretVersionId'>;

  constructor(
    scope: Construct,
    id: string,
    secret: Pick<ExistingDatabaseProps, 'secretId' | 'secretVersionId'>,
  ) {
    super(scope, id);
    this.secret = secret;
  }

  environment(role: DatabaseRole): ExistingDatabaseEnvironment {
    return { DATABASE_URL: this.connectionString(keys[role]), ...runtimeCertificates(this) };
  }

  ownerEnvironment(): DatabaseOwnerEnvironment {
    return {
      DATABASE_URL: this.connectionString('owner'),
      [roleUrlVariables.belfry_reader]: this.connectionString(keys.belfry_reader),
      [roleUrlVariables.belfry_writer]: this.connectionString(keys.belfry_writer),
      [roleUrlVariables.belfry_purger]: this.connectionString(keys.belfry_purger),
      ...runtimeCertificates(this),
    };
  }

  /** Nothing to grant: whoever has the connection string may connect. */
  grantConnect(): void {}

  // A dynamic reference: CloudFormation fills it in at deployment, so that functions need no way to Secrets Manager.
  private connectionString(jsonField: string): string {
    const { secretId, secretVersionId: versionId } = this.secret;
    return SecretValue.secretsManager(secretId, {
      jsonField,
      ...(versionId && { versionId }),
    }).unsafeUnwrap();
  }
}
