import type { DatabaseRole } from '@belfry/functions/deployment';
import type { DatabaseOwnerEnvironment, ManagedDatabaseEnvironment } from '@belfry/functions/environment';
import { ArnFormat, Duration, SecretValue, Stack, Tokenization, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Credentials, DatabaseSecret, type Endpoint } from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';
import type { Database } from './database.ts';
import type { DatabaseDimensions } from './metrics.ts';
import { runtimeCertificates } from './runtime-certificates.ts';

/** What the modes of the stack's own databases have in common. */
export interface ManagedProps {
  /**
   * Whether AWS refuses to delete the database, which a rollback of a failed first deployment would do as well: turn it off
   * for an installation that may go, and on again once it is to stay. A snapshot is left either way. Default: true.
   */
  deletionProtection?: boolean;
  /** How many days of automatic backups are kept, 1 to 35. Default: 7. */
  backupRetentionDays?: number;
  /**
   * The version of the owner's secret. CloudFormation reads a secret anew only where the template changes: name the new
   * version here after you have put a new password into the secret, and the database and the migration change to it
   * together. Left out: the version that was current when either last changed.
   */
  ownerSecretVersionId?: string;
}

/** The database that the owner's secret is for. */
export const databaseName = 'belfry';

/** The user who owns the schema. */
const ownerName = 'belfry_owner';

/**
 * A database of the stack's own. Functions sign in with IAM tokens, each as the role that has just the grants it needs;
 * only the migration has the owner's password.
 */
export abstract class ManagedDatabase extends Construct implements Database {
  protected abstract readonly endpoint: Endpoint;
  abstract readonly dimensions: DatabaseDimensions;
  /** The owner's name and password, as JSON. */
  readonly ownerSecret: ISecret;
  // A dynamic reference: CloudFormation fills it in at deployment, so that the migration needs no way to Secrets Manager.
  private readonly ownerPassword: SecretValue;

  constructor(scope: Construct, id: string, { ownerSecretVersionId: versionId }: ManagedProps) {
    super(scope, id);
    const secret = new DatabaseSecret(this, 'OwnerSecret', { username: ownerName });
    // The cast: under exactOptionalPropertyTypes the CDK's classes do not match its own interfaces.
    this.ownerSecret = secret as ISecret;
    this.ownerPassword = SecretValue.secretsManager(secret.secretArn, {
      jsonField: 'password',
      ...(versionId && { versionId }),
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The migration alone signs in by it, for a moment at a deployment; functions have IAM tokens.',
    });
  }

  /** Whom the server belongs to. It and the migration read the same version of the secret. */
  protected get owner(): Credentials {
    return Credentials.fromPassword(ownerName, this.ownerPassword);
  }

  environment(role: DatabaseRole): ManagedDatabaseEnvironment {
    return this.environmentOf(role);
  }

  /**
   * By the role's name in whichever database of the account: the resource id of this one would be another after a
   * restore, and CloudFormation would not notice. The network leads to this one alone.
   * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
   */
  grantConnect(grantee: IGrantable & IConstruct, role: DatabaseRole): void {
    const resource = `dbuser:*/${role}`;
    const arnFormat = ArnFormat.NO_RESOURCE_NAME;
    const arn = Stack.of(this).formatArn({ service: 'rds-db', resource, arnFormat });
    Grant.addToPrincipal({ grantee, actions: ['rds-db:connect'], resourceArns: [arn] });
    acknowledgeWildcard(grantee, {
      service: 'rds-db',
      resource,
      reason: 'A restored database has another resource id; the network and the role’s name bound the grant.',
    });
  }

  ownerEnvironment(): DatabaseOwnerEnvironment {
    return { ...this.environmentOf(ownerName), DATABASE_PASSWORD: this.ownerPassword.unsafeUnwrap() };
  }

  private environmentOf(user: string): ManagedDatabaseEnvironment {
    return {
      DATABASE_HOST: this.endpoint.hostname,
      DATABASE_PORT: Tokenization.stringifyNumber(this.endpoint.port),
      DATABASE_NAME: databaseName,
      DATABASE_USER: user,
      ...runtimeCertificates(this),
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
