import type { DeliveryEnvironment, RedeliveryEnvironment } from '@belfry/functions/environment';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  type EventSourceMappingOptions,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { NotificationFunction } from './notification-function.ts';

/** Items handed to one invocation: with ten dead sockets each they fit into what the function takes for a batch. */
const batchSize = 25;

/** How long a batch waits to fill, which is the pause between two attempts as well. */
const batchingWindow = Duration.seconds(2);

/** A bell that has not heard for an hour has long asked by itself. */
const maxRecordAge = Duration.hours(1);

/**
 * Delivers again what could not be delivered: a table that takes pending deliveries, a function outside the network that its
 * stream feeds, and the queue of what is given up.
 */
export class Redelivery extends Construct {
  readonly deliveries: Table;
  /** Pending deliveries that failed three times, and what Lambda tells of batches that it discarded, for 14 days. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.deliveries = new Table(this, 'Deliveries', {
      partitionKey: { name: 'user_id', type: AttributeType.STRING },
      sortKey: { name: 'leftover_id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'ttl',
      stream: StreamViewType.NEW_IMAGE,
      // Nothing in it is needed: clients can ask for everything that is in the database.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deliveries).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'What was not delivered is found by the inbox version; there is nothing to restore.',
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself, of a stream and of the function that reads it.',
    });
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
      // It begins nothing after 20 seconds; the rest is for requests that run into their time-outs.
      timeout: Duration.seconds(60),
    });
    this.grantQueue(deliver);
    this.deadLetters.grant(deliver, 'sqs:SendMessage');
    this.feed(deliver, takesFrames);
    return deliver;
  }

  private feed(deliver: NotificationFunction<RedeliveryEnvironment>, takesFrames: boolean): void {
    const { tableStreamArn } = this.deliveries;
    if (tableStreamArn === undefined) throw new Error('The deliveries table has no stream.');
    // The table's own grant would allow listing the streams of every table.
    const readStream = Grant.addToPrincipal({
      grantee: deliver,
      actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
        (action) => `dynamodb:${action}`,
      ),
      resourceArns: [tableStreamArn],
    });
    const shared: EventSourceMappingOptions & { target: IFunction } = {
      target: deliver as IFunction,
      eventSourceArn: tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize,
      maxRecordAge,
      // The function fails no batch by itself; what is left are time-outs and crashes, for which a batch is cut in two.
      retryAttempts: 3,
      bisectBatchOnError: true,
      // By the grant that is there already; the CDK's own destination would add two that nobody uses.
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

/** New items, of a type where one is given: items that change or expire are nothing to deliver. */
function inserted(type?: unknown): Record<string, unknown> {
  return FilterCriteria.filter({
    eventName: FilterRule.isEqual('INSERT'),
    ...(type !== undefined && { dynamodb: { NewImage: { type: { S: type } } } }),
  });
}
