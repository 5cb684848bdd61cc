import type { DueTimesEnvironment, TickEnvironment, WriterEnvironment } from '@belfry/functions/environment';
import type { Policy } from '@belfry/functions/policy';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createDeadLetterQueue } from './dead-letter-queue.ts';
import type { FunctionNetwork } from './network.ts';
import { NotificationFunction } from './notification-function.ts';

const interval = Duration.minutes(1);

/** Less than a minute, so that a tick has nearly always ended when the next one begins. Two at once do no harm. */
const timeout = Duration.seconds(55);

export interface TickProps {
  environment: WriterEnvironment & TickEnvironment;
  policy: Policy;
  /** The network of the database. Left out: the function is in none. */
  network: FunctionNetwork | undefined;
}

/**
 * What happens at a time: notifications expire, wake and are told of, and scheduled creates are sent. A function looks every
 * minute at an item of a table that says when something is due next. Only then it asks the database, so that a database that
 * pauses can.
 */
export class Timers extends Construct {
  /**
   * Keeps the events of failed ticks for a day. They only show that a tick failed: the next one does the same work a minute
   * later. So nothing redrives them, and the alarm about them ends without an action.
   */
  readonly deadLetters: Queue;
  private readonly dueTimes: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.dueTimes = new Table(this, 'DueTimes', {
      partitionKey: { name: 'name', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.dueTimes).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'If its only item is lost, the next tick asks the database.',
    });
    this.deadLetters = createDeadLetterQueue(this, Duration.days(1));
  }

  /** The environment of a function that writes what is due later. It also needs `grantWrite`. */
  environment(): DueTimesEnvironment {
    return { DUE_TIMES_TABLE_NAME: this.dueTimes.tableName };
  }

  /** Lets a function move the due time earlier. */
  grantWrite(grantee: IGrantable): void {
    this.grant(grantee, 'dynamodb:UpdateItem');
  }

  /** Makes the function of the tick, and its schedule. It also needs grants as every function that changes inboxes. */
  createTick({ environment, policy, network }: TickProps): NotificationFunction<TickProps['environment']> {
    const tick = new NotificationFunction(this, 'Tick', {
      entry: 'tick',
      description: 'Belfry: does what is due, every minute',
      environment,
      policy,
      network,
      timeout,
    });
    this.grant(tick, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
    tick.configureAsyncInvoke({
      // No retries, here and below: the next tick follows.
      retryAttempts: 0,
      maxEventAge: interval,
      onFailure: new SqsDestination(this.deadLetters),
    });
    new Rule(this, 'Schedule', {
      description: 'Belfry: does what is due',
      schedule: Schedule.rate(interval),
      targets: [new LambdaFunction(tick, { retryAttempts: 0, deadLetterQueue: this.deadLetters })],
    });
    return tick;
  }

  private grant(grantee: IGrantable, ...actions: string[]): void {
    Grant.addToPrincipal({ grantee, actions, resourceArns: [this.dueTimes.tableArn] });
  }
}
