import { connectionIdIndex } from '@belfry/functions/connection-names';
import type {
  ConnectEnvironment,
  DeliveryEnvironment,
  PushEnvironment,
  RegistryEnvironment,
  TokenEnvironment,
} from '@belfry/functions/environment';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  type CfnApi,
  CfnIntegration,
  CfnIntegrationResponse,
  CfnRoute,
  CfnRouteResponse,
  IpAddressType,
  WebSocketApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { accessLogs } from './access-logs.ts';
import { arnForRules } from './arn-for-rules.ts';
import { ConnectionCount } from './connection-count.ts';
import { createDomain, type DomainProps } from './domain.ts';
import type { FunctionNetwork } from './network.ts';
import { NotificationFunction } from './notification-function.ts';
import { Redelivery } from './redelivery.ts';

export interface RealtimeApiProps {
  tokens: TokenEnvironment;
  /** Origins whose pages may open a socket. */
  allowedOrigins: readonly string[];
  /** How long a connection gets pushes at least, even if its token ends sooner. */
  connectionMinimumLifetime: Duration;
  /** Connections that one user may have; beyond it the oldest is told `goodbye` and closed. */
  connectionLimit: number;
  /** The network of the functions that push; left out: they join none. */
  network?: FunctionNetwork | undefined;
  /** Left out: the API has the name that AWS gives it. */
  domain?: DomainProps | undefined;
  /** Whether connections are logged, for which the account must have a role. Default: false. */
  accessLogs?: boolean;
}

/** The address family of the way to the sockets. */
const addressFamilies = { ipv6: '6', nat: '4' } as const;

/** The WebSocket API, the functions behind it, the table of who is connected, and the delivery of what was left over. */
export class RealtimeApi extends Construct {
  readonly stage: WebSocketStage;
  /** The address of sockets, by the API's own name where it has one. */
  readonly url: string;
  /** Where the API's own name is to point to. */
  readonly domainTarget: string | undefined;
  readonly connections: Table;
  private readonly api: WebSocketApi;
  readonly redelivery: Redelivery;
  /** The function behind `$connect`. */
  readonly connect: LambdaFunction;
  /** The function that delivers again. */
  readonly deliver: LambdaFunction;

  private readonly network: FunctionNetwork | undefined;

  constructor(scope: Construct, id: string, props: RealtimeApiProps) {
    super(scope, id);
    const { connectionLimit, network, domain } = props;
    this.network = network;
    if (!Number.isInteger(connectionLimit) || connectionLimit < 1) {
      throw new Error(`connectionLimit must be a positive integer; it is ${connectionLimit}.`);
    }
    this.connections = this.createConnectionsTable();
    this.redelivery = new Redelivery(this, 'Redelivery');
    this.api = new WebSocketApi(this, 'Api', {
      description: 'Belfry: pushes notifications',
      routeSelectionExpression: '$request.body.action',
      ipAddressType: IpAddressType.DUAL_STACK,
    });
    const domainName = domain && createDomain(this, domain);
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: 'live',
      autoDeploy: true,
      ...(props.accessLogs && { accessLogSettings: accessLogs(this, 'socket') }),
      ...(domainName && { domainMapping: { domainName } }),
    });
    this.url = domain ? `wss://${domain.name}` : this.stage.url;
    this.domainTarget = domainName?.regionalDomainName;

    const registry: RegistryEnvironment = { CONNECTIONS_TABLE_NAME: this.connections.tableName };
    this.connect = new NotificationFunction<ConnectEnvironment>(this, 'Connect', {
      entry: 'connect',
      description: 'Belfry: verifies the token of a new socket and registers it',
      environment: {
        ...props.tokens,
        ...this.environment('0'),
        ALLOWED_ORIGINS: props.allowedOrigins.join(' '),
        CONNECTION_MINIMUM_LIFETIME_MINUTES: String(props.connectionMinimumLifetime.toMinutes()),
        CONNECTION_LIMIT: String(connectionLimit),
      },
      // Less than the 29 seconds that the gateway waits, and more than registering, looking up and replacing take
      // together when each runs into its time-out: none of that may refuse a connection.
      timeout: Duration.seconds(28),
    });
    const disconnect = new NotificationFunction<RegistryEnvironment>(this, 'Disconnect', {
      entry: 'disconnect',
      description: 'Belfry: forgets a closed socket',
      environment: registry,
    });
    const message = new NotificationFunction(this, 'Message', {
      entry: 'message',
      description: 'Belfry: answers what a socket says that is no known action',
      environment: {},
    });
    this.grant(this.connect, ['dynamodb:PutItem']);
    this.grantDelivery(this.connect);
    this.grant(disconnect, ['dynamodb:Query'], `/index/${connectionIdIndex}`);
    this.grant(disconnect, ['dynamodb:DeleteItem']);

    this.addRoutes(this.connect, disconnect, message);
    Validations.of(this).acknowledge(
      { id: 'AwsSolutions-APIG4', reason: '$connect verifies the token; no other route is open without it.' },
      { id: 'AwsSolutions-DDB3', reason: 'Connections end within two hours; there is nothing to restore.' },
    );
    if (!props.accessLogs) {
      Validations.of(this.stage).acknowledge({
        id: 'AwsSolutions-APIG1',
        reason: 'It needs a role of the whole account and region, which is not for one stack to set.',
      });
    }
    const takesFrames = network?.mode === 'isolated';
    this.deliver = this.redelivery.createFunction(this.environment('0'), takesFrames);
    this.grantDelivery(this.deliver);
    new ConnectionCount(this, 'ConnectionCount', { connections: this.connections });
  }

  /** The environment of a function of the network that pushes; `grantPush` lets it. */
  pushEnvironment(): PushEnvironment {
    const { network } = this;
    if (network?.mode === 'isolated') {
      return { PUSH_BY: 'queue', DELIVERIES_TABLE_NAME: this.redelivery.deliveries.tableName };
    }
    return { PUSH_BY: 'post', ...this.environment(network ? addressFamilies[network.mode] : '0') };
  }

  /** Lets a function of the network push: post by itself, or queue where it has no way to the sockets. */
  grantPush(grantee: IGrantable & IConstruct): void {
    if (this.network?.mode === 'isolated') this.redelivery.grantQueue(grantee);
    else this.grantDelivery(grantee);
  }

  private environment(addressFamily: DeliveryEnvironment['CONNECTIONS_ADDRESS_FAMILY']): DeliveryEnvironment {
    return {
      CONNECTIONS_TABLE_NAME: this.connections.tableName,
      DELIVERIES_TABLE_NAME: this.redelivery.deliveries.tableName,
      CONNECTIONS_ENDPOINT: this.stage.callbackUrl,
      CONNECTIONS_ADDRESS_FAMILY: addressFamily,
    };
  }

  /** Lets a function find a user's sockets, post to them, forget those that are gone, and queue what is left over. */
  private grantDelivery(grantee: IGrantable & IConstruct): void {
    this.grant(grantee, ['dynamodb:Query', 'dynamodb:DeleteItem']);
    this.stage.grantManagementApiAccess(grantee);
    const apiId = Stack.of(this).getLogicalId(this.api.node.defaultChild as CfnApi);
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${arnForRules(this, 'execute-api', `<${apiId}>/live/*/@connections/*`)}]`,
      reason: 'API Gateway makes the ids of connections, so that the stage is all that can be named.',
    });
    this.redelivery.grantQueue(grantee);
  }

  private createConnectionsTable(): Table {
    const table = new Table(this, 'Connections', {
      partitionKey: { name: 'user_id', type: AttributeType.STRING },
      sortKey: { name: 'connection_id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'ttl',
      // Connections outlive no deployment by more than two hours; there is nothing to keep.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Only $disconnect looks a connection up without knowing its user.
    table.addGlobalSecondaryIndex({
      indexName: connectionIdIndex,
      partitionKey: { name: 'connection_id', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    return table;
  }

  // The table's own grants would add every index to every grant.
  private grant(grantee: IGrantable, actions: string[], resource = ''): void {
    Grant.addToPrincipal({ grantee, actions, resourceArns: [`${this.connections.tableArn}${resource}`] });
  }

  private addRoutes(connect: IFunction, disconnect: IFunction, message: IFunction): void {
    const { api } = this;
    api.addRoute('$connect', { integration: new WebSocketLambdaIntegration('ConnectIntegration', connect) });
    api.addRoute('$disconnect', {
      integration: new WebSocketLambdaIntegration('DisconnectIntegration', disconnect),
    });
    api.addRoute('$default', {
      integration: new WebSocketLambdaIntegration('MessageIntegration', message),
      returnResponse: true,
    });
    // The stage is made last, so that its first deployment has every route and answer.
    this.stage.node.addDependency(api, ...this.answerPings(api));
  }

  // Every open client pings every few minutes to keep its socket from idling out; a MOCK integration answers without
  // paying for an invocation. Returns what no reference of the route leads to.
  private answerPings({ apiId }: WebSocketApi): IConstruct[] {
    const templateSelectionExpression = '\\$default';
    const integration = new CfnIntegration(this, 'PingIntegration', {
      apiId,
      integrationType: 'MOCK',
      templateSelectionExpression,
      requestTemplates: { $default: JSON.stringify({ statusCode: 200 }) },
    });
    const integrationResponse = new CfnIntegrationResponse(this, 'PingIntegrationResponse', {
      apiId,
      integrationId: integration.ref,
      integrationResponseKey: '$default',
      templateSelectionExpression,
      responseTemplates: { $default: JSON.stringify({ type: 'pong' }) },
    });
    const route = new CfnRoute(this, 'PingRoute', {
      apiId,
      routeKey: 'ping',
      routeResponseSelectionExpression: '$default',
      target: `integrations/${integration.ref}`,
    });
    const routeResponse = new CfnRouteResponse(this, 'PingRouteResponse', {
      apiId,
      routeId: route.ref,
      routeResponseKey: '$default',
    });
    return [integrationResponse, routeResponse];
  }
}
