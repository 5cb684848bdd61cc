import type { DeliveryEnvironment, RedeliveryEnvironment } from '@belfry/functions/environment';
import { Duration } from 'aws-cdk-lib';
import { AttributeType, StreamViewType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  type EventSourceMappingOptions,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createDeadLetterQueue } from './dead-letter-queue.ts';
import { createExpiringTable } from './expiring-table.ts';
import { NotificationFunction } from './notification-function.ts';
import { grantReadStream } from './read-stream.ts';

/** How many items one invocation gets. Even with ten dead sockets each, the function finishes such a batch in time. */
const batchSize = 25;

/** How long a batch waits for more items. This is also the pause between two attempts. */
const batchingWindow = Duration.seconds(2);

/** An older record has no use: within an hour every client has asked for the changes. */
const maxRecordAge = Duration.hours(1);

/**
 * Delivers again what could not be delivered: a table that takes pending deliveries, a function outside the network that its
 * stream feeds, and the queue of what is given up.
 */
export class Redelivery extends Construct {
  readonly deliveries: Table;
  /** Pending deliveries that failed three times, and Lambda's reports on discarded batches. Kept for 14 days. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.deliveries = createExpiringTable(this, 'Deliveries', {
      partitionKey: { name: 'user_id', type: AttributeType.STRING },
      sortKey: { name: 'leftover_id', type: AttributeType.STRING },
      stream: StreamViewType.NEW_IMAGE,
      reasonForNoBackup: 'Clients find what was not delivered by the inbox version, in the database.',
    });
    this.deadLetters = createDeadLetterQueue(this);
  }

  /** Lets a function queue pending deliveries. */
  grantQueue(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:PutItem'],
      resourceArns: [this.deliveries.tableArn],
    });
  }

  /**
   * Makes the function that the stream feeds.
   * @param environment how it finds the sockets
   * @param takesFrames whether functions queue whole frames, which must not wait
   */
  createFunction(
    environment: DeliveryEnvironment,
    takesFrames: boolean,
  ): NotificationFunction<RedeliveryEnvironment> {
    const deliver = new NotificationFunction<RedeliveryEnvironment>(this, 'Deliver', {
      entry: 'deliver-notification',
      description: 'Belfry: delivers again what could not be delivered',
      environment: { ...environment, DEAD_LETTER_QUEUE_URL: this.deadLetters.queueUrl },
      // The function starts nothing new after 20 seconds. The rest is for requests that run into their time-outs.
      timeout: Duration.seconds(60),
    });
    this.grantQueue(deliver);
    this.deadLetters.grant(deliver, 'sqs:SendMessage');
    this.feed(deliver, takesFrames);
    return deliver;
  }

  private feed(deliver: NotificationFunction<RedeliveryEnvironment>, takesFrames: boolean): void {
    const { eventSourceArn, grant: readStream } = grantReadStream(this.deliveries, deliver);
    const shared: EventSourceMappingOptions & { target: IFunction } = {
      target: deliver as IFunction,
      eventSourceArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize,
      maxRecordAge,
      // The function never fails a batch on purpose. After a time-out or a crash, Lambda divides the batch in two.
      retryAttempts: 3,
      bisectBatchOnError: true,
      // The grant exists already. The CDK's own destination would add two grants that nothing uses.
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
    };
    const redeliveries = new EventSourceMapping(this, 'Mapping', {
      ...shared,
      filters: [inserted(takesFrames ? FilterRule.notEquals('frame') : undefined)],
      maxBatchingWindow: batchingWindow,
    });
    readStream.applyBefore(redeliveries);
    if (!takesFrames) return;
    const frames = new EventSourceMapping(this, 'Frames', {
      ...shared,
      filters: [inserted(FilterRule.isEqual('frame'))],
    });
    readStream.applyBefore(frames);
  }
}

/** Selects new items, of one type if it is given. Items that change or expire need no delivery. */
function inserted(type?: unknown): Record<string, unknown> {
  return FilterCriteria.filter({
    eventName: FilterRule.isEqual('INSERT'),
    ...(type !== undefined && { dynamodb: { NewImage: { type: { S: type } } } }),
  });
}
