import { connectionIdIndex } from '@belfry/functions/deployment';
import type {
  ConnectEnvironment,
  DeliveryEnvironment,
  PushEnvironment,
  RegistryEnvironment,
  TokenEnvironment,
} from '@belfry/functions/environment';
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { type CfnApi, IpAddressType, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';
import { acknowledgeNoAccessLogs, createAccessLogs, createDomain, type DomainProps } from './api-stage.ts';
import { ConnectionCount } from './connection-count.ts';
import { createConnectionsTable } from './connections-table.ts';
import { uniqueName } from './installation.ts';
import type { Monitored } from './metrics.ts';
import type { FunctionNetwork } from './network.ts';
import { NotificationFunction } from './notification-function.ts';
import { addPingRoute } from './ping-route.ts';
import { Redelivery } from './redelivery.ts';
import { limitRoutes, stageLimit, type Throttling } from './throttling.ts';

export interface NotificationWebSocketApiProps {
  tokens: TokenEnvironment;
  /** Origins whose pages may open a socket. */
  allowedOrigins: readonly string[];
  /** How long a connection gets pushes at least, even if its token ends sooner. */
  connectionMinimumLifetime: Duration;
  /** Connections that one user may have, from 1. If a user opens one more, the oldest gets `goodbye` and is closed. */
  connectionLimit: number;
  /** The network of the functions that push. Left out: they are in none, and reach the sockets over the internet. */
  network?: FunctionNetwork | undefined;
  /** A domain name of your own. Left out: the API has the name that AWS gives it. */
  domain?: DomainProps | undefined;
  /** Whether connections are logged. The account needs a role for that. Default: false. */
  accessLogs?: boolean;
  throttling: Omit<Throttling, 'http'>;
}

/** The address family by which functions in a network reach the sockets. */
const addressFamilies = { ipv6: '6', nat: '4' } as const;

/** The WebSocket API with its functions, the table of connections, and the delivery of what could not be posted. */
export class NotificationWebSocketApi extends Construct {
  readonly stage: WebSocketStage;
  /** The URL of sockets. It uses the API's own domain name if there is one. */
  readonly url: string;
  /** What the API's own domain name must point to. Undefined without one. */
  readonly domainTarget: string | undefined;
  readonly connections: Table;
  readonly redelivery: Redelivery;
  /** What the dashboard and the alarms watch of it. */
  readonly monitored: {
    functions: Pick<Monitored['functions'], 'Connect' | 'Disconnect' | 'Message' | 'Deliver' | 'Count'>;
    deadLetters: Pick<Monitored['deadLetters'], 'Deliveries' | 'Counts'>;
    webSocketApiId: string;
  };
  /** The function behind `$connect`. */
  readonly connect: LambdaFunction;
  /** The function that delivers again. */
  readonly deliver: LambdaFunction;
  private readonly api: WebSocketApi;
  private readonly network: FunctionNetwork | undefined;

  constructor(scope: Construct, id: string, props: NotificationWebSocketApiProps) {
    super(scope, id);
    this.network = props.network;
    this.connections = createConnectionsTable(this);
    this.redelivery = new Redelivery(this, 'Redelivery');
    this.api = new WebSocketApi(this, 'Api', {
      apiName: uniqueName(this, 'Api'),
      description: 'Belfry: pushes notifications',
      routeSelectionExpression: '$request.body.action',
      ipAddressType: IpAddressType.DUAL_STACK,
    });
    const { domain, throttling } = props;
    const domainName = domain && createDomain(this, domain);
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: 'live',
      autoDeploy: true,
      throttle: stageLimit(throttling.disconnect),
      ...(props.accessLogs && { accessLogSettings: createAccessLogs(this, 'socket') }),
      ...(domainName && { domainMapping: { domainName } }),
    });
    limitRoutes(this.stage, {
      $connect: throttling.connect,
      ping: throttling.ping,
      $default: throttling.message,
    });
    this.url = domain ? `wss://${domain.name}` : this.stage.url;
    this.domainTarget = domainName?.regionalDomainName;

    this.connect = this.createConnectFunction(props);
    const disconnect = this.createDisconnectFunction();
    const message = this.createMessageFunction();
    this.addRoutes(this.connect, disconnect, message);
    this.deliver = this.createDeliverFunction();
    const count = new ConnectionCount(this, 'ConnectionCount', { connections: this.connections });
    this.monitored = {
      functions: {
        Connect: this.connect,
        Disconnect: disconnect,
        Message: message,
        Deliver: this.deliver,
        Count: count.function,
      },
      deadLetters: { Deliveries: this.redelivery.deadLetters, Counts: count.deadLetters },
      webSocketApiId: this.api.apiId,
    };
    this.acknowledgeRules(props);
  }

  /** The environment of a function that pushes from the network. The function also needs `grantPush`. */
  pushEnvironment(): PushEnvironment {
    const { network } = this;
    if (network?.mode === 'isolated') {
      return { PUSH_BY: 'queue', DELIVERIES_TABLE_NAME: this.redelivery.deliveries.tableName };
    }
    return { PUSH_BY: 'post', ...this.environment(network ? addressFamilies[network.mode] : '0') };
  }

  /** Allows a function to push. In an isolated network it queues its frames, in every other it posts them. */
  grantPush(grantee: IGrantable & IConstruct): void {
    if (this.network?.mode === 'isolated') this.redelivery.grantQueue(grantee);
    else this.grantDelivery(grantee);
  }

  private createConnectFunction(props: NotificationWebSocketApiProps): LambdaFunction {
    const { tokens, allowedOrigins, connectionMinimumLifetime, connectionLimit } = props;
    if (!Number.isInteger(connectionLimit) || connectionLimit < 1) {
      throw new Error(`connectionLimit must be a whole number from 1; it is ${connectionLimit}.`);
    }
    const connect = new NotificationFunction<ConnectEnvironment>(this, 'Connect', {
      entry: 'connect',
      description: 'Belfry: verifies the token of a new socket and registers it',
      environment: {
        ...tokens,
        ...this.environment('0'),
        ALLOWED_ORIGINS: allowedOrigins.join(' '),
        CONNECTION_MINIMUM_LIFETIME_MINUTES: String(connectionMinimumLifetime.toMinutes()),
        CONNECTION_LIMIT: String(connectionLimit),
      },
      // The gateway waits for 29 seconds. The function registers the connection, looks up the others of the user and
      // replaces the oldest. If each of these runs into its time-out, they take less than this time together, so that none
      // of them can refuse a connection.
      timeout: Duration.seconds(28),
    });
    this.grant(connect, ['dynamodb:PutItem']);
    this.grantDelivery(connect);
    return connect;
  }

  private createDisconnectFunction(): LambdaFunction {
    const disconnect = new NotificationFunction<RegistryEnvironment>(this, 'Disconnect', {
      entry: 'disconnect',
      description: 'Belfry: forgets a closed socket',
      environment: { CONNECTIONS_TABLE_NAME: this.connections.tableName },
    });
    this.grant(disconnect, ['dynamodb:Query'], `/index/${connectionIdIndex}`);
    this.grant(disconnect, ['dynamodb:DeleteItem']);
    return disconnect;
  }

  private createMessageFunction(): LambdaFunction {
    return new NotificationFunction(this, 'Message', {
      entry: 'message',
      description: 'Belfry: answers what a socket says that is no known action',
      environment: {},
    });
  }

  private createDeliverFunction(): LambdaFunction {
    const takesFrames = this.network?.mode === 'isolated';
    const deliver = this.redelivery.createFunction(this.environment('0'), takesFrames);
    this.grantDelivery(deliver);
    return deliver;
  }

  private environment(addressFamily: DeliveryEnvironment['CONNECTIONS_ADDRESS_FAMILY']): DeliveryEnvironment {
    return {
      CONNECTIONS_TABLE_NAME: this.connections.tableName,
      DELIVERIES_TABLE_NAME: this.redelivery.deliveries.tableName,
      CONNECTIONS_ENDPOINT: this.stage.callbackUrl,
      CONNECTIONS_ADDRESS_FAMILY: addressFamily,
    };
  }

  /** Allows a function to find a user's connections, post to them, delete those that are gone, and queue the rest. */
  private grantDelivery(grantee: IGrantable & IConstruct): void {
    this.grant(grantee, ['dynamodb:Query', 'dynamodb:DeleteItem']);
    this.stage.grantManagementApiAccess(grantee);
    const apiId = Stack.of(this).getLogicalId(this.api.node.defaultChild as CfnApi);
    acknowledgeWildcard(grantee, {
      service: 'execute-api',
      resource: `<${apiId}>/live/*/@connections/*`,
      reason: 'API Gateway makes the ids of connections, so that the stage is all that can be named.',
    });
    this.redelivery.grantQueue(grantee);
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
    // The stage is created last, so that its first deployment has every route and every response.
    this.stage.node.addDependency(api, ...addPingRoute(this, api));
  }

  private acknowledgeRules({ accessLogs }: NotificationWebSocketApiProps): void {
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: '$connect verifies the token; no other route is open without it.',
    });
    if (accessLogs) return;
    acknowledgeNoAccessLogs(
      this.stage,
      'They need a role of the whole account and region, which is not for one stack to set.',
    );
  }
}
