import { Duration } from 'aws-cdk-lib';
import { type ISecurityGroup, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { type Grant, type IGrantable, type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DefaultAuthScheme, type ProxyTarget, DatabaseProxy as RdsProxy } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { uniqueName } from './installation.ts';
import { connectionsOf } from './instance-memory.ts';
import type { DatabaseNetwork } from './network.ts';

interface DatabaseProxyProps {
  network: DatabaseNetwork;
  /** The instance or the cluster behind the proxy. */
  target: ProxyTarget;
  /** The memory of the database, in GiB, from which RDS derives how many connections it has. */
  memoryGiB: number;
  /** Lets the proxy sign in to the database as the users of the functions. */
  grantSignIn(proxy: IGrantable): Grant;
}

/** All proxies for PostgreSQL listen on this port, whatever the port of the database. */
export const proxyPort = '5432';

/**
 * The parameters of a database behind a proxy. RDS Proxy refuses a connection that sets `statement_timeout` at its start, so
 * all connections have one: that of the statements that may take longest (retention). The migration sets its own.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connecting.html#rds-proxy-connecting-postgresql
 */
export const parametersBehindProxy = { statement_timeout: String(Duration.seconds(20).toMilliseconds()) };

/** How long the name of a proxy is at most. It also has no two hyphens in a row. */
const nameLength = 63;

/**
 * How many connections the proxy opens at most. No database user may have more (roles.ts): beyond that, PostgreSQL would
 * refuse the proxy, instead of the proxy letting statements wait.
 */
export const mostConnections = 30;

/**
 * An RDS Proxy in front of the database. Functions sign in to it with IAM tokens, and it signs in to the database with
 * tokens of its own role, as the same users. So there is no password and no secret.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
 *
 * It is reached over IPv4, as the database is, in every mode of the network.
 */
export class DatabaseProxy extends Construct {
  readonly endpoint: string;
  /** The name by which CloudWatch knows it. */
  readonly proxyName: string;
  private readonly proxy: RdsProxy;

  constructor(scope: Construct, id: string, { network, target, memoryGiB, grantSignIn }: DatabaseProxyProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Belfry: the proxy signs in to the database',
      // AWS lets no condition name the account or the proxy here: RDS Proxy supports no global condition keys.
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations
      assumedBy: new ServicePrincipal('rds.amazonaws.com'),
    });
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'Belfry database proxy',
      allowAllOutbound: false,
    });
    this.proxy = new RdsProxy(this, 'Proxy', {
      dbProxyName: uniqueName(this, 'Proxy', nameLength).replaceAll(/-+/g, '-'),
      proxyTarget: target,
      defaultAuthScheme: DefaultAuthScheme.IAM_AUTH,
      requireTLS: true,
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      // The casts: under exactOptionalPropertyTypes the CDK's classes do not match its own interfaces.
      role: role as IRole,
      securityGroups: [group as ISecurityGroup],
      ...connectionPool(memoryGiB),
    });
    grantSignIn(role).applyBefore(this.proxy);
    this.proxy.connections.allowFrom(network.securityGroup, Port.tcp(Number(proxyPort)), 'Belfry functions');
    this.endpoint = this.proxy.endpoint;
    this.proxyName = this.proxy.dbProxyName;
  }

  /** Allows a function to sign in to the proxy as this user. */
  grantConnect(grantee: IGrantable, user: string): void {
    this.proxy.grantConnect(grantee, user);
  }
}

/**
 * A statement waits for a connection for 10 seconds at most, and is then answered as if the database were down: the function
 * still has time to say so. A function does not use a connection that was idle for 45 seconds (database.ts), so the proxy
 * closes it after a minute.
 */
const connectionPool = (memoryGiB: number) => ({
  maxConnectionsPercent: percentOfConnections(memoryGiB),
  borrowTimeout: Duration.seconds(10),
  idleClientTimeout: Duration.minutes(1),
});

/** `mostConnections` in percent of what RDS allows. RDS takes 1 percent at least: up to 50 on the largest instances. */
const percentOfConnections = (memoryGiB: number): number =>
  Math.max(1, Math.floor((mostConnections / connectionsOf(memoryGiB)) * 100));
