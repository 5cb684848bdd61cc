import { defaultCreateScope } from '@belfry/functions/deployment';
import type { TokenEnvironment, WriterEnvironment } from '@belfry/functions/environment';
import type { Policy } from '@belfry/functions/policy';
import { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { createDatabase } from './create-database.ts';
import { type CreateGrant, grantCreate } from './create-grant.ts';
import { CreatePipeline } from './create-pipeline.ts';
import type { Database } from './database.ts';
import { settleFunctions } from './function-settings.ts';
import { NotificationHttpApi } from './http-api.ts';
import { createInboxFunctions } from './inbox-functions.ts';
import { createMigration } from './migration.ts';
import { Monitoring } from './monitoring.ts';
import type { FunctionNetwork } from './network.ts';
import { checkProps, type NotificationsProps } from './notifications-props.ts';
import { OutgoingEvents } from './outgoing-events.ts';
import { movedScopesOf, policyOf } from './policy.ts';
import { createProviderLogs, providersOf } from './provider-logs.ts';
import { Retention } from './retention.ts';
import { type Throttling, throttlingOf } from './throttling.ts';
import { Timers } from './timers.ts';
import { tokenSettings } from './token-settings.ts';
import { NotificationWebSocketApi } from './websocket-api.ts';

/**
 * A complete installation of Belfry: the database, both APIs, and the doors for producers.
 *
 * @example
 * const notifications = new Notifications(this, 'Notifications', {
 *   allowedOrigins: ['https://app.example.com'],
 * });
 * notifications.grantCreate(booking);
 * booking.addEnvironment('CREATE_FUNCTION_NAME', notifications.createFunction.functionName);
 */
export class Notifications extends Construct {
  /** The URL of the HTTP API, for frontends and for producers that create over HTTP. */
  readonly httpApiUrl: string;
  /** The URL of the WebSocket API, for frontends. */
  readonly webSocketUrl: string;
  /** What the names of `domainNames` must point to, by a CNAME or an alias record. Undefined for each name left out. */
  readonly domainTargets: { http: string | undefined; webSocket: string | undefined };
  /** The secret that your backend signs tokens with. Undefined if `jwt.jwksUrl` names an issuer. */
  readonly jwtSecret: ISecret | undefined;
  /** The function that migrates the database. Each deployment invokes it. Invoke it by hand after you have restored a backup. */
  readonly migrateFunction: LambdaFunction;
  /** The function that does what is due, every minute. Invoke it by hand after you have restored a backup. */
  readonly tickFunction: LambdaFunction;
  /** The name of the CloudWatch dashboard. */
  readonly dashboardName: string;
  /** The database, with the owner's secret and its dimensions in CloudWatch. */
  readonly database: Database;
  /** The WebSocket API, with the connections table and the redelivery of pushes. */
  readonly webSocketApi: NotificationWebSocketApi;
  /** The daily purge. */
  readonly retention: Retention;
  private readonly pipeline: CreatePipeline;
  private readonly timers: Timers;
  private readonly outgoingEvents: OutgoingEvents;

  constructor(scope: Construct, id: string, props: NotificationsProps = {}) {
    super(scope, id);
    const { logRetention = RetentionDays.ONE_MONTH, tracing = false, domainNames = {} } = props;
    checkProps(props);
    const policy = policyOf(props);
    const movedScopes = movedScopesOf(props.movedScopes ?? [], policy);
    const throttling = throttlingOf(props.throttling);
    settleFunctions(this, { logRetention, tracing });
    const presentProviders = providersOf(this);
    const { environment: tokens, secret } = tokenSettings(this, props.jwt ?? {});
    this.jwtSecret = secret;

    const { database, network } = createDatabase(this, props.database ?? { mode: 'rds' }, props.network);
    this.database = database;
    this.webSocketApi = this.createWebSocketApi(props, { tokens, network, throttling });
    this.timers = new Timers(this, 'Timers');
    const writing = {
      ...database.environment('writer'),
      ...this.webSocketApi.pushEnvironment(),
      ...this.timers.environment(),
    };
    this.pipeline = this.createPipeline(props, policy, writing, network);
    const { read, update } = createInboxFunctions(this, {
      database,
      writing,
      policy,
      network,
      reservedConcurrency: props.reservedConcurrency,
    });
    this.outgoingEvents = new OutgoingEvents(this, 'OutgoingEvents', { bus: this.eventBus });
    const tick = this.timers.createTick({
      environment: { ...writing, ...this.outgoingEvents.environment() },
      policy,
      network,
    });
    this.outgoingEvents.grantKeep(tick);
    for (const writer of [this.createFunction, update]) this.timers.grantWrite(writer);
    for (const writer of [this.createFunction, update, tick]) {
      database.grantConnect(writer, 'writer');
      this.webSocketApi.grantPush(writer);
    }
    this.tickFunction = tick;
    const httpApi = new NotificationHttpApi(this, 'Rest', {
      tokens,
      allowedOrigins: props.allowedOrigins ?? [],
      functions: { read, update, create: this.createFunction },
      domain: domainNames.http,
      accessLogs: props.httpAccessLogs ?? true,
      throttling,
    });
    this.retention = new Retention(this, 'Retention', { database, network, ...props.retention });

    this.migrateFunction = createMigration(this, {
      database,
      network,
      policy,
      movedScopes,
      dependents: [this.createFunction, read, update, tick, this.retention.function],
    });
    createProviderLogs(this, presentProviders);
    this.dashboardName = this.watch(read, update, httpApi, props);
    this.httpApiUrl = httpApi.url;
    this.webSocketUrl = this.webSocketApi.url;
    this.domainTargets = { http: httpApi.domainTarget, webSocket: this.webSocketApi.domainTarget };
  }

  /**
   * The function that producers invoke with a create command, to get the notification as the answer. A producer needs
   * `grantCreate`, and the name of the function.
   *
   * @example
   * booking.addEnvironment('CREATE_FUNCTION_NAME', notifications.createFunction.functionName);
   */
  get createFunction() {
    return this.pipeline.function;
  }

  /**
   * The event bus that accepts `notification.create` events, for producers that do not wait for an answer, and for rules of
   * your own. A producer needs `grantCreate`, and the name of the bus.
   *
   * @example
   * booking.addEnvironment('EVENT_BUS_NAME', notifications.eventBus.eventBusName);
   */
  get eventBus() {
    return this.pipeline.bus;
  }

  /**
   * The queue that accepts create commands, for producers that send many or must not lose one while the database is down.
   * A producer needs `grantCreate`, and the URL of the queue.
   *
   * @example
   * booking.addEnvironment('CREATE_QUEUE_URL', notifications.createQueue.queueUrl);
   */
  get createQueue() {
    return this.pipeline.queue;
  }

  /**
   * The dead-letter queue for creates that failed for good, by every door except HTTP, for alarms and tools of your own.
   * `npm run redrive` tries its messages again.
   *
   * @example
   * new CfnOutput(this, 'DeadLetters', { value: notifications.createDeadLetters.queueUrl });
   */
  get createDeadLetters() {
    return this.pipeline.deadLetters;
  }

  /**
   * The dead-letter queue for events that the event bus has not taken, for alarms and tools of your own. `npm run redrive` puts
   * them on the bus again.
   *
   * @example
   * new CfnOutput(this, 'EventDeadLetters', { value: notifications.eventDeadLetters.queueUrl });
   */
  get eventDeadLetters() {
    return this.outgoingEvents.deadLetters;
  }

  /**
   * Allows a producer to create notifications: by all doors of AWS, or by the one that `grant` names. A producer that may use
   * `invoke` or `queue` may create every type. With `event` it may put events of the named sources alone, so that the
   * `sources` of `types` separate it from other producers. Several grants add up.
   *
   * @throws Error if `grant` names no door of AWS, if `event` has no sources, or if a source is empty, has a wildcard or
   * begins with `aws.`
   * @example
   * notifications.grantCreate(bookingFunction);
   * @example
   * notifications.grantCreate(payments, { door: 'event', sources: ['payments'] });
   * notifications.grantCreate(reports, { door: 'queue' });
   */
  grantCreate(grantee: IGrantable, grant?: CreateGrant): void {
    grantCreate(this.pipeline, grantee, grant);
  }

  private createWebSocketApi(
    props: NotificationsProps,
    shared: { tokens: TokenEnvironment; network: FunctionNetwork | undefined; throttling: Throttling },
  ): NotificationWebSocketApi {
    return new NotificationWebSocketApi(this, 'Realtime', {
      ...shared,
      allowedOrigins: props.allowedOrigins ?? [],
      connectionMinimumLifetime: props.connectionMinimumLifetime ?? Duration.minutes(15),
      connectionLimit: props.connectionLimit ?? 10,
      domain: props.domainNames?.webSocket,
      accessLogs: props.webSocketAccessLogs ?? false,
    });
  }

  private createPipeline(
    props: NotificationsProps,
    policy: Policy,
    environment: WriterEnvironment,
    network: FunctionNetwork | undefined,
  ): CreatePipeline {
    return new CreatePipeline(this, 'Pipeline', {
      environment,
      network,
      createScope: props.jwt?.createScope ?? defaultCreateScope,
      policy,
      createsPerMinute: props.rateLimits?.createsPerMinute ?? 600,
      reservedConcurrency: props.reservedConcurrency,
      eventBusName: props.eventBusName,
    });
  }

  /** @returns the name of the dashboard */
  private watch(
    read: LambdaFunction,
    update: LambdaFunction,
    httpApi: NotificationHttpApi,
    { alarms, alarmTopic }: NotificationsProps,
  ): string {
    const sockets = this.webSocketApi.monitored;
    const monitoring = new Monitoring(this, 'Monitoring', {
      functions: {
        Create: this.createFunction,
        Read: read,
        Update: update,
        Authorize: httpApi.authorize,
        ...sockets.functions,
        Tick: this.tickFunction,
        Publish: this.outgoingEvents.function,
        Purge: this.retention.function,
        Migrate: this.migrateFunction,
      },
      createQueue: this.createQueue,
      deadLetters: {
        Creates: this.pipeline.deadLetters,
        ...sockets.deadLetters,
        Events: this.outgoingEvents.deadLetters,
        Ticks: this.timers.deadLetters,
        Retention: this.retention.deadLetters,
      },
      httpApiId: httpApi.api.apiId,
      webSocketApiId: sockets.webSocketApiId,
      database: this.database.dimensions,
      databaseProxy: this.database.proxyName,
      alarms,
      alarmTopic,
    });
    return monitoring.dashboardName;
  }
}
