import { type DatabaseRole, roleVariables } from '@belfry/functions/deployment';
import type { DatabaseOwnerEnvironment, ExistingDatabaseEnvironment } from '@belfry/functions/environment';
import { SecretValue } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Database } from './database.ts';
import { installationOf } from './installation.ts';
import { runtimeCertificates } from './runtime-certificates.ts';

/**
 * A PostgreSQL that you run, version 15 or newer.
 *
 * @example
 * database: { mode: 'existing', secretId: 'belfry/database' }
 */
export interface ExistingDatabaseProps {
  mode: 'existing';
  /**
   * The name or the complete ARN of a secret in Secrets Manager. The secret is a JSON object of four connection strings
   * (`postgres://user:password@host:port/database`) with the keys `owner`, `writer`, `reader` and `purger`. Only the migrate
   * function gets `owner`, which needs the rights to create roles and to create objects in the schema `public`. The
   * migration creates the other users, with the names and passwords of their strings. Users belong to the whole server, so
   * each installation names users of its own.
   */
  secretId: string;
  /**
   * The version id of the secret. CloudFormation reads a secret again only when the template changes, so name the new
   * version here after you have changed the secret. Left out: the version that is current when a function changes.
   */
  secretVersionId?: string;
  /**
   * The VPC in which functions reach the database. Requires `subnetIds`, `securityGroupId` and the prop `network`. Left out:
   * the functions are in no VPC.
   */
  vpcId?: string;
  /** The ids of the subnets for the functions. Required with `vpcId`. */
  subnetIds?: readonly string[];
  /** The id of the security group for the functions. Required with `vpcId`. */
  securityGroupId?: string;
}

/** A database outside the stack. Functions sign in with the passwords of their connection strings. */
export class ExistingDatabase extends Construct implements Database {
  readonly dimensions = undefined;
  readonly ownerSecret = undefined;
  readonly proxyName = undefined;
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
    return { DATABASE_URL: this.connectionString(role), ...runtimeCertificates(this) };
  }

  ownerEnvironment(): DatabaseOwnerEnvironment {
    return {
      DATABASE_URL: this.connectionString('owner'),
      [roleVariables.reader.url]: this.connectionString('reader'),
      [roleVariables.writer.url]: this.connectionString('writer'),
      [roleVariables.purger.url]: this.connectionString('purger'),
      INSTALLATION: installationOf(this).id,
      ...runtimeCertificates(this),
    };
  }

  /** Does nothing: the connection string is enough to connect. */
  grantConnect(): void {}

  /** Does nothing either. */
  grantMigrate(): void {}

  // A dynamic reference. CloudFormation fills it in at the deployment, so functions need no access to Secrets Manager.
  private connectionString(jsonField: string): string {
    const { secretId, secretVersionId: versionId } = this.secret;
    return SecretValue.secretsManager(secretId, {
      jsonField,
      ...(versionId && { versionId }),
    }).unsafeUnwrap();
  }
}
