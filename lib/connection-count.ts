import type { RegistryEnvironment } from '@belfry/functions/environment';
import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createDeadLetterQueue } from './dead-letter-queue.ts';
import { NotificationFunction } from './notification-function.ts';

const interval = Duration.minutes(5);

/**
 * Counts the connections every 5 minutes. A function outside the network reads the whole table. For 100,000 connections
 * that is about 20 MB and 2,500 read units each time, which costs about $3 a month. For 1,000 connections it costs cents.
 */
export class ConnectionCount extends Construct {
  readonly function: NotificationFunction<RegistryEnvironment>;
  /**
   * Keeps the events of failed counts for a day. They only show that a count failed: the next one is there within 5 minutes,
   * and no number can be counted later. So nothing redrives them, and the alarm about them ends without an action.
   */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { connections }: { connections: Table }) {
    super(scope, id);
    this.deadLetters = createDeadLetterQueue(this, Duration.days(1));
    this.function = new NotificationFunction(this, 'Count', {
      entry: 'count-connections',
      description: 'Belfry: measures how many connections there are',
      environment: { CONNECTIONS_TABLE_NAME: connections.tableName },
      // The function reads the table in pages of 1 MB, one after the other.
      timeout: Duration.minutes(1),
    });
    Grant.addToPrincipal({
      grantee: this.function,
      actions: ['dynamodb:Scan'],
      resourceArns: [connections.tableArn],
    });
    this.function.configureAsyncInvoke({
      // Lambda tries twice more. When the next count is due, it gives up.
      maxEventAge: interval,
      onFailure: new SqsDestination(this.deadLetters),
    });
    new Rule(this, 'Schedule', {
      description: 'Belfry: measures how many connections there are',
      schedule: Schedule.rate(interval),
      // No retries of an event that EventBridge cannot hand over: the next one follows.
      targets: [new LambdaFunction(this.function, { retryAttempts: 0, deadLetterQueue: this.deadLetters })],
    });
  }
}
