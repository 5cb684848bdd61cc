import { eventSource } from '@belfry/functions/deployment';
import type { PublishEnvironment, TickEnvironment } from '@belfry/functions/environment';
import { Duration } from 'aws-cdk-lib';
import { AttributeType, StreamViewType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { grantSources } from './create-grant.ts';
import { createDeadLetterQueue } from './dead-letter-queue.ts';
import { createExpiringTable } from './expiring-table.ts';
import { NotificationFunction } from './notification-function.ts';
import { grantReadStream } from './read-stream.ts';

/** How many events one invocation gets: ten requests to the bus, one after the other, each of up to five seconds. */
const batchSize = 100;

/**
 * The way of events to the event bus: a table that takes them, and a function outside the network that its stream feeds. So
 * it is the same in every mode of the network.
 */
export class OutgoingEvents extends Construct {
  readonly function: NotificationFunction<PublishEnvironment>;
  /** Events that the bus has not taken, and Lambda's reports on discarded batches. Kept for 14 days. */
  readonly deadLetters: Queue;
  private readonly table: Table;

  constructor(
    scope: Construct,
    id: string,
    { bus }: { bus: Pick<IEventBus, 'eventBusArn' | 'eventBusName'> },
  ) {
    super(scope, id);
    this.table = createExpiringTable(this, 'Table', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      stream: StreamViewType.NEW_IMAGE,
      reasonForNoBackup: 'What it has leaves within seconds, or is a dead letter.',
    });
    this.deadLetters = createDeadLetterQueue(this);
    this.function = new NotificationFunction(this, 'Publish', {
      entry: 'publish-events',
      description: 'Belfry: puts events on the event bus',
      environment: { EVENT_BUS_NAME: bus.eventBusName, DEAD_LETTER_QUEUE_URL: this.deadLetters.queueUrl },
      timeout: Duration.seconds(60),
    });
    grantSources(bus, this.function, [eventSource]);
    this.deadLetters.grant(this.function, 'sqs:SendMessage');
    this.feed();
  }

  /** The environment of the function that keeps events here. It also needs `grantKeep`. */
  environment(): TickEnvironment {
    return { EVENTS_TABLE_NAME: this.table.tableName };
  }

  /** Lets a function keep events until they are on the bus. */
  grantKeep(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:PutItem'],
      resourceArns: [this.table.tableArn],
    });
  }

  private feed(): void {
    const { eventSourceArn, grant } = grantReadStream(this.table, this.function);
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: this.function as IFunction,
      eventSourceArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize,
      // Lambda tries again until the stream forgets a record, which is after 24 hours. The function gives up before.
      maxRecordAge: Duration.hours(24),
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // An event that is kept twice changes its item, and must not be published twice.
      filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual('INSERT') })],
      // The grant exists already. The CDK's own destination would add two grants that nothing uses.
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
    });
    grant.applyBefore(mapping);
  }
}
