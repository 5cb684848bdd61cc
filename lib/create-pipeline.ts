import type { CreateEnvironment, DatabaseEnvironment, PushEnvironment } from '@belfry/functions/environment';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionNetwork } from './network.ts';
import { NotificationFunction } from './notification-function.ts';
import { checkMeasuredTypes, checkRestrictedTypes, type RestrictedTypes } from './notification-types.ts';

export interface CreatePipelineProps {
  environment: DatabaseEnvironment & PushEnvironment;
  /** Left out: the functions join none. */
  network?: FunctionNetwork | undefined;
  /** The types that not every sender may create, and the event sources that may. */
  restrictedTypes: RestrictedTypes;
  /** Creates over HTTP that a token subject may make in a minute; 0: any number. */
  createsPerMinute: number;
  /** Environments set aside for the create function. */
  reservedConcurrency?: number | undefined;
  /** The types that are a dimension of metrics. */
  measuredTypes: readonly string[];
}

const timeout = Duration.seconds(30);

/** Environments that work on the queue at once: a backlog must leave database connections to everybody else. */
const queueConcurrency = 10;

/**
 * No more than what is set aside for the function, or messages would be received too often without having been tried.
 * Lambda takes no less than 2.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const queueConcurrencyOf = (reserved = queueConcurrency) => Math.max(2, Math.min(queueConcurrency, reserved));

/** The doors by which producers create notifications, and the queue where what fails for good is kept. */
export class CreatePipeline extends Construct {
  readonly function: NotificationFunction<DatabaseEnvironment & PushEnvironment & CreateEnvironment>;
  readonly bus: EventBus;
  readonly queue: Queue;
  /** Failed asynchronous invocations, undeliverable events and messages that were received too often, for 14 days. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: CreatePipelineProps) {
    super(scope, id);
    const { environment, network, restrictedTypes, createsPerMinute, measuredTypes } = props;
    if (!Number.isSafeInteger(createsPerMinute) || createsPerMinute < 0) {
      throw new Error(`createsPerMinute must be an integer from 0 (no limit); it is ${createsPerMinute}.`);
    }
    const rates = this.createRateTable();
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.function = new NotificationFunction(this, 'Create', {
      entry: 'create-notification',
      description: 'Belfry: creates notifications and pushes them',
      environment: {
        ...environment,
        RESTRICTED_TYPES: JSON.stringify(checkRestrictedTypes(restrictedTypes)),
        MEASURED_TYPES: checkMeasuredTypes(measuredTypes).join(' '),
        RATE_TABLE_NAME: rates.tableName,
        CREATES_PER_MINUTE: String(createsPerMinute),
      },
      network,
      timeout,
      reservedConcurrency: props.reservedConcurrency,
    });
    Grant.addToPrincipal({
      grantee: this.function,
      actions: ['dynamodb:UpdateItem'],
      resourceArns: [rates.tableArn],
    });
    this.function.configureAsyncInvoke({ onFailure: new SqsDestination(this.deadLetters) });

    this.bus = new EventBus(this, 'Bus', { description: 'Belfry: notification.create' });
    new Rule(this, 'CreateRule', {
      description: 'Creates a notification from each notification.create event',
      eventBus: this.bus,
      eventPattern: { detailType: ['notification.create'] },
      targets: [new LambdaFunction(this.function, { deadLetterQueue: this.deadLetters })],
    });

    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Six times the function's time-out, as AWS asks, so that no message is handed out again while it is worked on.
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    this.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        maxConcurrency: queueConcurrencyOf(props.reservedConcurrency),
      }),
    );
  }

  private createRateTable(): Table {
    const rates = new Table(this, 'Rates', {
      partitionKey: { name: 'subject', type: AttributeType.STRING },
      sortKey: { name: 'minute', type: AttributeType.NUMBER },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'ttl',
      // Counts of minutes that are over; there is nothing to keep.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(rates).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'Counts of a minute are worth nothing when it is over.',
    });
    return rates;
  }
}
