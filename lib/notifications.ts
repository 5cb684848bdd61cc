import type {
  DatabaseEnvironment,
  DatabaseOwnerEnvironment,
  PushEnvironment,
} from '@belfry/functions/environment';
import { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';
import { createDatabase } from './create-database.ts';
import { CreatePipeline } from './create-pipeline.ts';
import type { Database } from './database.ts';
import { settleFunctions } from './function-settings.ts';
import { NotificationHttpApi } from './http-api.ts';
import { Monitoring } from './monitoring.ts';
import type { FunctionNetwork } from './network.ts';
import { NotificationFunction } from './notification-function.ts';
import { checkProps, type NotificationsProps } from './notifications-props.ts';
import { Retention } from './retention.ts';
import { tokenSettings } from './token-settings.ts';
import { NotificationWebSocketApi } from './websocket-api.ts';

/** A complete installation of Belfry: database, APIs, and the doors for producers. */
export class Notifications extends Construct {
  readonly httpApiUrl: string;
  readonly webSocketUrl: string;
  /** Where the names of `domainNames` are to point to, by a CNAME or an alias record. */
  readonly domainTargets: { http: string | undefined; webSocket: string | undefined };
  /** What your backend signs tokens with; undefined where `jwt.jwksUrl` names an issuer that does. */
  readonly jwtSecret: ISecret | undefined;
  /** The function that migrates the database, which is also to be invoked by hand after a restore. */
  readonly migrateFunction: LambdaFunction;
  readonly dashboardName: string;
  readonly database: Database;
  readonly webSocketApi: NotificationWebSocketApi;
  readonly retention: Retention;
  private readonly pipeline: CreatePipeline;

  constructor(scope: Construct, id: string, props: NotificationsProps = {}) {
    super(scope, id);
    const { jwt = {}, allowedOrigins = [], connectionMinimumLifetime = Duration.minutes(15) } = props;
    const { restrictedTypes = {}, measuredTypes = [], connectionLimit = 10 } = props;
    const { createsPerMinute = 600 } = props.rateLimits ?? {};
    const { reservedConcurrency, domainNames = {}, webSocketAccessLogs = false } = props;
    const { logRetention = RetentionDays.ONE_MONTH, tracing = false } = props;
    checkProps(props);
    settleFunctions(this, { logRetention, tracing });
    const { environment: tokens, secret } = tokenSettings(this, jwt);
    this.jwtSecret = secret;

    const { database, network } = createDatabase(this, props.database ?? { mode: 'rds' }, props.network);
    this.database = database;
    this.webSocketApi = new NotificationWebSocketApi(this, 'Realtime', {
      tokens,
      allowedOrigins,
      connectionMinimumLifetime,
      connectionLimit,
      network,
      domain: domainNames.webSocket,
      accessLogs: webSocketAccessLogs,
    });

    const writing = {
      ...database.environment('belfry_writer'),
      ...this.webSocketApi.pushEnvironment(),
    };
    this.pipeline = new CreatePipeline(this, 'Pipeline', {
      environment: writing,
      network,
      restrictedTypes,
      createsPerMinute,
      reservedConcurrency,
      measuredTypes,
    });
    const { read, update } = this.createInboxFunctions(writing, network, reservedConcurrency);
    const functions = { read, update, create: this.createFunction };
    const rest = new NotificationHttpApi(this, 'Rest', {
      tokens,
      allowedOrigins,
      functions,
      domain: domainNames.http,
    });

    this.retention = new Retention(this, 'Retention', { database, network, ...props.retention });

    this.migrateFunction = this.migrate(network, [this.pipeline, read, update, this.retention]);
    this.dashboardName = this.watch(read, update, rest, props.alarmTopic);
    this.httpApiUrl = rest.url;
    this.webSocketUrl = this.webSocketApi.url;
    this.domainTargets = { http: rest.domainTarget, webSocket: this.webSocketApi.domainTarget };
  }

  /** The function to invoke with a create command; `grantCreate` lets a producer do so. */
  get createFunction() {
    return this.pipeline.function;
  }

  /** The bus that takes `notification.create` events. */
  get eventBus() {
    return this.pipeline.bus;
  }

  /** The queue that takes create commands. */
  get createQueue() {
    return this.pipeline.queue;
  }

  /** Where creates end that failed for good, by any door but HTTP; `npm run redrive` tries them again. */
  get createDeadLetters() {
    return this.pipeline.deadLetters;
  }

  /** Lets a producer create notifications by direct invocation, by an event and by a message. */
  grantCreate(grantee: IGrantable): void {
    this.createFunction.grantInvoke(grantee);
    this.eventBus.grantPutEventsTo(grantee);
    this.createQueue.grantSendMessages(grantee);
  }

  /** The functions behind the routes of an inbox, and what they and the creating one may do. */
  private createInboxFunctions(
    writing: DatabaseEnvironment & PushEnvironment,
    network: FunctionNetwork | undefined,
    reservedConcurrency: number | undefined,
  ) {
    const read = new NotificationFunction<DatabaseEnvironment>(this, 'Read', {
      entry: 'read-notifications',
      description: 'Belfry: reads inboxes',
      environment: this.database.environment('belfry_reader'),
      network,
      reservedConcurrency,
    });
    const update = new NotificationFunction<DatabaseEnvironment & PushEnvironment>(this, 'Update', {
      entry: 'update-notifications',
      description: 'Belfry: marks notifications and pushes the change',
      environment: writing,
      network,
      reservedConcurrency,
      // With what is left over queued when DynamoDB runs into its time-outs too; the gateway waits 30 seconds.
      timeout: Duration.seconds(28),
    });
    this.database.grantConnect(read, 'belfry_reader');
    for (const writer of [this.createFunction, update]) {
      this.database.grantConnect(writer, 'belfry_writer');
      this.webSocketApi.grantPush(writer);
    }
    return { read, update };
  }

  /** Has the database migrated at each deployment, before whoever needs the newest schema changes. */
  private migrate(network: FunctionNetwork | undefined, dependents: Construct[]): LambdaFunction {
    const handler = new NotificationFunction<DatabaseOwnerEnvironment>(this, 'Migrate', {
      entry: 'migrate',
      description: 'Belfry: brings the database to the newest schema',
      environment: this.database.ownerEnvironment(),
      network,
      timeout: Duration.minutes(5),
    });
    new Trigger(this, 'Migration', {
      handler,
      timeout: Duration.minutes(5),
      // The network too: its rule that lets functions out to the database is made after the database.
      executeAfter: network ? [network, this.database] : [this.database],
      executeBefore: dependents,
    });
    return handler;
  }

  /** @returns the name of the dashboard */
  private watch(
    read: LambdaFunction,
    update: LambdaFunction,
    rest: NotificationHttpApi,
    alarmTopic: ITopic | undefined,
  ): string {
    const monitoring = new Monitoring(this, 'Monitoring', {
      functions: {
        Create: this.createFunction,
        Read: read,
        Update: update,
        Authorize: rest.authorize,
        Connect: this.webSocketApi.connect,
        Deliver: this.webSocketApi.deliver,
        Purge: this.retention.function,
      },
      createQueue: this.createQueue,
      deadLetters: {
        Creates: this.pipeline.deadLetters,
        Deliveries: this.webSocketApi.redelivery.deadLetters,
        Retention: this.retention.deadLetters,
      },
      httpApiId: rest.api.apiId,
      webSocketApiId: this.webSocketApi.stage.api.apiId,
      database: this.database.dimensions,
      alarmTopic,
    });
    return monitoring.dashboardName;
  }
}
