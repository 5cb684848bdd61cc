import { retentionTime } from '@belfry/functions/deployment';
import type { DatabaseEnvironment, RetentionEnvironment } from '@belfry/functions/environment';
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Database } from './database.ts';
import { createDeadLetterQueue } from './dead-letter-queue.ts';
import type { FunctionNetwork } from './network.ts';
import { NotificationFunction } from './notification-function.ts';

/**
 * How long notifications are kept, in days of 24 hours after they were created.
 *
 * @example
 * retention: { archiveAfterDays: 90, deleteAfterDays: false }
 */
export interface RetentionProps {
  /**
   * The age in days at which a notification is archived, if it is read or not. A whole number from 1 to 36,500, or false for
   * never. Default: 180.
   */
  archiveAfterDays?: number | false | undefined;
  /**
   * The age in days at which a notification is deleted for good, in every status. A whole number greater than
   * `archiveAfterDays`, up to 36,500, or false for never. Default: 365.
   */
  deleteAfterDays?: number | false | undefined;
}

/** Archives and deletes notifications by their age, once a day. */
export class Retention extends Construct {
  readonly function: NotificationFunction<DatabaseEnvironment & RetentionEnvironment>;
  /** Keeps the events of failed runs for 14 days, after their retries. The next run does the same work, so nothing is lost. */
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
    this.deadLetters = createDeadLetterQueue(this);
    this.function = new NotificationFunction(this, 'Purge', {
      entry: 'purge-expired',
      description: 'Belfry: archives and deletes notifications by their age',
      environment: { ...database.environment('purger'), ...retentionEnvironment(ages) },
      network,
      // Lambda's maximum. A run stops before, and the next run continues.
      timeout: Duration.minutes(15),
    });
    database.grantConnect(this.function, 'purger');
    this.function.configureAsyncInvoke({ onFailure: new SqsDestination(this.deadLetters) });
    new Rule(this, 'Schedule', {
      description: 'Belfry: archives and deletes notifications by their age',
      // The time of day does not matter, because a run blocks no other work. It avoids the full hour, when many schedules run.
      schedule: Schedule.cron({ hour: String(retentionTime.hour), minute: String(retentionTime.minute) }),
      targets: [new LambdaFunction(this.function, { deadLetterQueue: this.deadLetters })],
    });
  }
}

/**
 * The ages as environment variables of the function.
 * @throws Error naming the age that is wrong
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

/** A hundred years. A greater number is in another unit by mistake, or means never. */
const oldestDays = 36_500;

function checkAge(name: keyof RetentionProps, days: number | false): void {
  if (days === false || (Number.isSafeInteger(days) && days >= 1 && days <= oldestDays)) return;
  throw new Error(
    `${name} must be a whole number of days from 1 to ${oldestDays}, or false for never; it is ${days}.`,
  );
}
