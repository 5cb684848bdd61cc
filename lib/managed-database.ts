import { Duration, Tokenization } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Endpoint } from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type {
  DatabaseOwnerEnvironment,
  ManagedDatabaseEnvironment,
} from '../functions/platform/environment.ts';
import type { Database, DatabaseRole } from './database.ts';
import type { DatabaseDimensions } from './metrics.ts';

/** What the modes of the stack's own databases have in common. */
export interface ManagedProps {
  /**
   * Whether AWS refuses to delete the database, which a rollback of a failed first deployment would do as well: turn it off
   * for an installation that may go, and on again once it is to stay. A snapshot is left either way. Default: true.
   */
  deletionProtection?: boolean;
  /** How many days of automatic backups are kept, 1 to 35. Default: 7. */
  backupRetentionDays?: number;
}

/** The database that the owner's secret is for. */
export const databaseName = 'belfry';

/** The user who owns the schema. */
export const ownerName = 'belfry_owner';

/** Why the owner's secret does not change by itself. */
export const ownerSecretStays = {
  id: 'AwsSolutions-SMG4',
  reason: 'The migration alone signs in by it, for a moment at a deployment; functions have IAM tokens.',
};

/** What of an instance and of a cluster is the same. */
interface DatabaseServer {
  readonly secret?: ISecret;
  grantConnect(grantee: IGrantable, user: string): unknown;
}

/**
 * A database of the stack's own. Functions sign in with IAM tokens, each as the role that has just the grants it needs;
 * only the migration has the owner's password.
 */
export abstract class ManagedDatabase extends Construct implements Database {
  protected abstract readonly server: DatabaseServer;
  protected abstract readonly endpoint: Endpoint;
  abstract readonly dimensions: DatabaseDimensions;

  environment(role: DatabaseRole): ManagedDatabaseEnvironment {
    return this.environmentOf(role);
  }

  grantConnect(grantee: IGrantable, role: DatabaseRole): void {
    this.server.grantConnect(grantee, role);
  }

  ownerEnvironment(): DatabaseOwnerEnvironment {
    const { secret } = this.server;
    if (!secret) throw new Error('The database has no generated secret.');
    return {
      ...this.environmentOf(secret.secretValueFromJson('username').unsafeUnwrap()),
      // A dynamic reference: CloudFormation fills it in at deployment, so that the function needs no way to Secrets Manager.
      DATABASE_PASSWORD: secret.secretValueFromJson('password').unsafeUnwrap(),
    };
  }

  private environmentOf(user: string): ManagedDatabaseEnvironment {
    return {
      DATABASE_HOST: this.endpoint.hostname,
      DATABASE_PORT: Tokenization.stringifyNumber(this.endpoint.port),
      DATABASE_NAME: databaseName,
      DATABASE_USER: user,
    };
  }
}

/** The days of backups that are asked for. @throws Error where AWS does not keep them for so long */
export function backupRetention({ backupRetentionDays = 7 }: ManagedProps): Duration {
  if (Number.isInteger(backupRetentionDays) && backupRetentionDays >= 1 && backupRetentionDays <= 35) {
    return Duration.days(backupRetentionDays);
  }
  throw new Error(
    `database: backupRetentionDays must be a whole number from 1 to 35; it is ${backupRetentionDays}.`,
  );
}
