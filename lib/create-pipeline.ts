import type { CreateEnvironment, WriterEnvironment } from '@belfry/functions/environment';
import type { Policy } from '@belfry/functions/policy';
import { Duration } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createDeadLetterQueue } from './dead-letter-queue.ts';
import { createExpiringTable } from './expiring-table.ts';
import { uniqueName } from './installation.ts';
import type { FunctionNetwork } from './network.ts';
import { NotificationFunction } from './notification-function.ts';

export interface CreatePipelineProps {
  environment: WriterEnvironment;
  /** The network of the create function. Left out: it is in none. */
  network?: FunctionNetwork | undefined;
  /** The scope that a token needs to create over HTTP. */
  createScope: string;
  /** The scopes, and the rules for types. */
  policy: Policy;
  /** How many creates over HTTP one token subject may make in a minute. 0 means no limit. */
  createsPerMinute: number;
  /** How many environments of the create function may run at once, reserved for it. Left out: not reserved. */
  reservedConcurrency?: number | undefined;
  /** The name of the event bus. Left out: a name that no other installation has. */
  eventBusName?: string | undefined;
}

const timeout = Duration.seconds(30);

/** How many environments work on the queue at once. A backlog must leave database connections for other functions. */
const queueConcurrency = 10;

/**
 * The queue's concurrency must not exceed the reserved concurrency. Otherwise messages are received and returned without an
 * attempt, until they end in the dead-letter queue. Lambda requires at least 2.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const queueConcurrencyOf = (reserved = queueConcurrency) => Math.max(2, Math.min(queueConcurrency, reserved));

/** The create function with the doors for producers, and the dead-letter queue for what failed for good. */
export class CreatePipeline extends Construct {
  readonly function: NotificationFunction<WriterEnvironment & CreateEnvironment>;
  readonly bus: EventBus;
  readonly queue: Queue;
  /** Keeps for 14 days: failed asynchronous invocations, undeliverable events, and messages that failed five times. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: CreatePipelineProps) {
    super(scope, id);
    const { environment, network, policy, createsPerMinute } = props;
    if (!Number.isSafeInteger(createsPerMinute) || createsPerMinute < 0) {
      throw new Error(
        `createsPerMinute must be a whole number from 0 (no limit); it is ${createsPerMinute}.`,
      );
    }
    const rates = createExpiringTable(this, 'Rates', {
      partitionKey: { name: 'subject', type: AttributeType.STRING },
      sortKey: { name: 'minute', type: AttributeType.NUMBER },
      reasonForNoBackup: 'The count of a minute is not used after this minute.',
    });
    this.deadLetters = createDeadLetterQueue(this);
    this.function = new NotificationFunction(this, 'Create', {
      entry: 'create-notification',
      description: 'Belfry: creates notifications and pushes them',
      environment: {
        ...environment,
        CREATE_SCOPE: props.createScope,
        RATE_TABLE_NAME: rates.tableName,
        CREATES_PER_MINUTE: String(createsPerMinute),
      },
      policy,
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

    this.bus = new EventBus(this, 'Bus', {
      // The name that the CDK makes for a bus does not have the name of the stack in it.
      eventBusName: props.eventBusName ?? uniqueName(this, 'Bus'),
      description: 'Belfry: notification.create, and what happens to notifications',
    });
    new Rule(this, 'CreateRule', {
      description: 'Creates a notification from each notification.create event',
      eventBus: this.bus,
      eventPattern: { detailType: ['notification.create'] },
      targets: [new LambdaFunction(this.function, { deadLetterQueue: this.deadLetters })],
    });

    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // AWS recommends six times the function's time-out, so that no message is received again while it is processed.
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
}
