import type { DatabaseEnvironment, RetentionEnvironment } from '@belfry/functions/environment';
import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Database } from './database.ts';
import type { FunctionNetwork } from './network.ts';
import { NotificationFunction } from './notification-function.ts';

/** How long notifications are kept, in days of 24 hours since they were created. */
export interface RetentionProps {
  /** The age at which a notification is archived, read or not: a whole number from 1, or false for never. Default: 180. */
  archiveAfterDays?: number | false | undefined;
  /**
   * The age at which a notification is deleted for good, whatever its status: a whole number greater than
   * `archiveAfterDays`, or false for never. Default: 365.
   */
  deleteAfterDays?: number | false | undefined;
}

/** Retention: a function that archives and deletes notifications by their age, once a day. */
export class Retention extends Construct {
  readonly function: NotificationFunction<DatabaseEnvironment & RetentionEnvironment>;
  /** What is left of runs that failed, retries included, for 14 days. Nothing in it is lost: the next run does its work. */
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    {
      database,
      network,
      ...ages
    }: RetentionProps & { database: Database; network: FunctionNetwork | undefined },
  ) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself, of a schedule and of the function that it runs.',
    });
    this.function = new NotificationFunction(this, 'Purge', {
      entry: 'purge-expired',
      description: 'Belfry: archives and deletes notifications by their age',
      environment: { ...database.environment('belfry_purger'), ...retentionEnvironment(ages) },
      network,
      // All that Lambda gives. A run ends by itself before, and the next one goes on.
      timeout: Duration.minutes(15),
    });
    database.grantConnect(this.function, 'belfry_purger');
    this.function.configureAsyncInvoke({ onFailure: new SqsDestination(this.deadLetters) });
    new Rule(this, 'Schedule', {
      description: 'Belfry: archives and deletes notifications by their age',
      // Any time will do, as it blocks nobody; away from the full hour, when everybody's schedules run.
      schedule: Schedule.cron({ hour: '3', minute: '17' }),
      targets: [new LambdaFunction(this.function, { deadLetterQueue: this.deadLetters })],
    });
  }
}

/**
 * What the function is told of the ages.
 * @throws Error naming the age that makes no sense
 */
function retentionEnvironment({ archiveAfterDays = 180, deleteAfterDays = 365 }: RetentionProps) {
  checkAge('archiveAfterDays', archiveAfterDays);
  checkAge('deleteAfterDays', deleteAfterDays);
  if (archiveAfterDays !== false && deleteAfterDays !== false && deleteAfterDays <= archiveAfterDays) {
    throw new Error(
      `deleteAfterDays (${deleteAfterDays}; 365 when left out) must be greater than ` +
        `archiveAfterDays (${archiveAfterDays}; 180 when left out), or either be false for never.`,
    );
  }
  return { ARCHIVE_AFTER_DAYS: textOf(archiveAfterDays), DELETE_AFTER_DAYS: textOf(deleteAfterDays) };
}

const textOf = (days: number | false): string => (days === false ? '' : String(days));

/** A hundred years: beyond it somebody has counted in another unit, or means never. */
const oldestDays = 36_500;

function checkAge(name: keyof RetentionProps, days: number | false): void {
  if (days === false || (Number.isSafeInteger(days) && days >= 1 && days <= oldestDays)) return;
  throw new Error(
    `${name} must be a whole number of days from 1 to ${oldestDays}, or false for never; it is ${days}.`,
  );
}
