import { type DatabaseRole, databaseRoles, formerUsers, roleVariables } from '@belfry/functions/deployment';
import type { DatabaseOwnerEnvironment, ManagedDatabaseEnvironment } from '@belfry/functions/environment';
import { ArnFormat, Duration, SecretValue, Stack, Token, Tokenization, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Credentials, DatabaseSecret, type Endpoint, type ProxyTarget } from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Database } from './database.ts';
import { DatabaseProxy, proxyPort } from './database-proxy.ts';
import { installationOf } from './installation.ts';
import type { DatabaseDimensions } from './metrics.ts';
import type { DatabaseNetwork } from './network.ts';
import type { ExistingVpcProps } from './network-in-vpc.ts';
import { runtimeCertificates } from './runtime-certificates.ts';

/** The props that `rds` and `aurora` have in common. */
export interface ManagedProps extends ExistingVpcProps {
  /**
   * Whether AWS refuses to delete the database. A failed first deployment cannot roll back then, so set it to false for an
   * installation that you may delete. AWS keeps a last snapshot in both cases. Default: true.
   */
  deletionProtection?: boolean;
  /** How many days automatic backups are kept, from 1 to 35. Default: 7. */
  backupRetentionDays?: number;
  /**
   * The version id of the owner's secret. CloudFormation reads a secret again only when the template changes. After you have
   * put a new password into the secret, name the new version here, so that the database and the migrate function change
   * to it in one deployment. Left out: the version that was current when each of them last changed.
   */
  ownerSecretVersionId?: string;
  /**
   * The resource ids (`db-…`, with Aurora `cluster-…`) of databases that are restored from a backup and have taken the name
   * of the stack's database, or are about to. Functions may sign in to them too: CloudFormation knows only the id of the
   * database that it made itself. Default: none.
   */
  restoredResourceIds?: readonly string[];
  /**
   * Whether functions reach the database through an RDS Proxy, which shares a few connections among many environments. It
   * costs at least as much as two of the smallest instances. Aurora does not pause behind it, so `minCapacity` must be at
   * least 0.5. Default: false.
   */
  proxy?: boolean;
}

/** The name of the database on the server. */
export const databaseName = 'belfry';

/** The user that owns the schema. */
const ownerName = 'belfry_owner';

/**
 * A database that the stack creates. Functions sign in with IAM tokens, each as a role with only the grants that it needs.
 * Only the migrate function has the owner's password.
 */
export abstract class ManagedDatabase extends Construct implements Database {
  protected abstract readonly endpoint: Endpoint;
  /** What IAM calls the database. */
  protected abstract readonly resourceId: string;
  abstract readonly dimensions: DatabaseDimensions;
  /** The owner's name and password, as JSON. */
  readonly ownerSecret: ISecret;
  // A dynamic reference. CloudFormation fills it in at the deployment, so the migrate function needs no access to Secrets
  // Manager.
  private readonly ownerPassword: SecretValue;
  private readonly restoredResourceIds: readonly string[];
  private proxy: DatabaseProxy | undefined;

  constructor(scope: Construct, id: string, props: ManagedProps) {
    super(scope, id);
    const { ownerSecretVersionId: versionId, restoredResourceIds = [] } = props;
    this.restoredResourceIds = checkResourceIds(restoredResourceIds);
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

  /** The owner's credentials for the server. The server and the migrate function read the same version of the secret. */
  protected get owner(): Credentials {
    return Credentials.fromPassword(ownerName, this.ownerPassword);
  }

  /** Puts a proxy in front of the database, for the functions alone. The migration goes to the database itself. */
  protected addProxy(proxy: { network: DatabaseNetwork; target: ProxyTarget; memoryGiB: number }): void {
    const users = databaseRoles.map((role) => this.userOf(role));
    const grantSignIn = (grantee: IGrantable) => this.grantUsers(grantee, users);
    this.proxy = new DatabaseProxy(this, 'Proxy', { ...proxy, grantSignIn });
  }

  /** The name of the proxy in CloudWatch. Undefined: functions reach the database directly. */
  get proxyName(): string | undefined {
    return this.proxy?.proxyName;
  }

  environment(role: DatabaseRole): ManagedDatabaseEnvironment {
    const direct = this.environmentOf(this.userOf(role));
    if (!this.proxy) return direct;
    return {
      ...direct,
      DATABASE_HOST: this.proxy.endpoint,
      DATABASE_PORT: proxyPort,
      DATABASE_IS_PROXY: 'true',
    };
  }

  // All databases of an account and region are behind one kind of grant, which names the user. So the users of each
  // installation have names of their own.
  private userOf(role: DatabaseRole): string {
    return `belfry_${role}_${installationOf(this).hash}`;
  }

  /**
   * The grant names the user and the database. CloudFormation does not notice that a restored database has taken the name of
   * its own and has another resource id, so `restoredResourceIds` names it.
   *
   * The user of the first release is granted too. When a stack of that release is deployed anew, the grants change before
   * the functions do, which sign in as that user until then. For the same reason the database stays granted behind a proxy.
   * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
   */
  grantConnect(grantee: IGrantable, role: DatabaseRole): void {
    this.grantUsers(grantee, [this.userOf(role), formerUsers[role]]);
    this.proxy?.grantConnect(grantee, this.userOf(role));
  }

  grantMigrate(grantee: IGrantable): void {
    this.grantUsers(grantee, [ownerName, ...databaseRoles.map((role) => this.userOf(role))]);
  }

  private grantUsers(grantee: IGrantable, users: readonly string[]): Grant {
    const arnFormat = ArnFormat.NO_RESOURCE_NAME;
    const resourceArns = [this.resourceId, ...this.restoredResourceIds].flatMap((resourceId) =>
      users.map((user) => {
        const resource = `dbuser:${resourceId}/${user}`;
        return Stack.of(this).formatArn({ service: 'rds-db', resource, arnFormat });
      }),
    );
    return Grant.addToPrincipal({ grantee, actions: ['rds-db:connect'], resourceArns });
  }

  ownerEnvironment(): DatabaseOwnerEnvironment {
    return {
      ...this.environmentOf(ownerName),
      DATABASE_PASSWORD: this.ownerPassword.unsafeUnwrap(),
      [roleVariables.reader.user]: this.userOf('reader'),
      [roleVariables.writer.user]: this.userOf('writer'),
      [roleVariables.purger.user]: this.userOf('purger'),
      INSTALLATION: installationOf(this).id,
    };
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

/**
 * How long backups are kept.
 * @throws Error if AWS does not keep them for so long
 */
export function backupRetention({ backupRetentionDays = 7 }: ManagedProps): Duration {
  if (Number.isInteger(backupRetentionDays) && backupRetentionDays >= 1 && backupRetentionDays <= 35) {
    return Duration.days(backupRetentionDays);
  }
  throw new Error(
    `database: backupRetentionDays must be a whole number from 1 to 35; it is ${backupRetentionDays}.`,
  );
}

// A wildcard here would grant more than the database.
function checkResourceIds(ids: readonly string[]): readonly string[] {
  const wrong = ids.find((id) => !Token.isUnresolved(id) && !/^(db|cluster)-[A-Z0-9]+$/.test(id));
  if (wrong === undefined) return ids;
  throw new Error(
    `database: restoredResourceIds must be resource ids such as db-ABCDEFGHIJKL01234, with Aurora cluster-ABCDEFGHIJKL01234; one is ${JSON.stringify(wrong)}.`,
  );
}
