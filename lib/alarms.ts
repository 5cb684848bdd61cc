import type { Monitored } from './metrics.ts';

type FunctionName = keyof Monitored['functions'];

/** The names of all alarms, which are also the ids of their constructs. */
export type AlarmName =
  | `${keyof Monitored['deadLetters']}GivenUp`
  | `${FunctionName}Errors`
  | `${Extract<FunctionName, 'Create' | 'Read' | 'Update' | 'Connect'>}Slow`
  | 'Throttles'
  | 'PostsFailed'
  | 'RedeliveryLate'
  | 'QueueLate'
  | 'HttpErrors'
  | 'WebSocketErrors'
  | 'DatabaseBusy'
  | 'DatabaseFull';

/** An alarm starts when its metric reaches the threshold for so many periods of five minutes in a row. */
export interface AlarmDefinition {
  /** In the unit of the metric. For a slow function: a fraction of its time-out. */
  threshold: number;
  /** Whether it starts below the threshold. Default: false. */
  isBelow?: boolean;
  /** Default: 1. */
  periods?: number;
  /** What has happened, for the description of the alarm. */
  description: string;
  /** Threshold and periods in words, for docs/operations.md. */
  startsWhen: string;
  /** What users notice, for docs/operations.md. */
  usersNotice: string;
  /** The section of docs/operations.md that says what to do. */
  section: string;
}

const givenUp = (name: string, usersNotice: string): AlarmDefinition => ({
  threshold: 1,
  description: `${name}: what failed for good waits in the dead-letter queue`,
  startsWhen: 'a dead letter waits',
  usersNotice,
  section: `${name}GivenUp`,
});

const errors = (name: FunctionName, usersNotice: string): AlarmDefinition => ({
  // Invalid commands of producers count as errors of the create function too, and a few of them are normal.
  threshold: name === 'Create' ? 10 : 1,
  periods: 2,
  description: `The function ${name} fails or runs out of time`,
  startsWhen: name === 'Create' ? '10 in each of two periods' : 'any in each of two periods',
  usersNotice,
  section: 'Errors',
});

const slow = (name: FunctionName): AlarmDefinition => ({
  threshold: 0.8,
  description: `The slowest invocations of ${name} come near the time-out`,
  startsWhen: 'p99 at 80 % of the time-out',
  usersNotice: 'requests are about to fail',
  section: 'Slow',
});

/** Every alarm. `npm run documents` writes the table of docs/operations.md from here. */
export const alarms: Record<AlarmName, AlarmDefinition> = {
  CreatesGivenUp: givenUp('Creates', 'a notification was not created'),
  DeliveriesGivenUp: givenUp('Deliveries', 'a bell rings late, nothing is lost'),
  RetentionGivenUp: givenUp('Retention', 'old notifications stay longer'),
  CreateErrors: errors('Create', 'some notifications are late or missing'),
  ReadErrors: errors('Read', 'lists and counts fail'),
  UpdateErrors: errors('Update', 'marks fail'),
  AuthorizeErrors: errors('Authorize', 'lists, counts and marks fail'),
  ConnectErrors: errors('Connect', 'bells poll instead of being live'),
  DeliverErrors: errors('Deliver', 'bells ring late'),
  PurgeErrors: errors('Purge', 'old notifications stay longer'),
  Throttles: {
    threshold: 1,
    periods: 2,
    description:
      'Lambda turns invocations away: the concurrency of the account, or what is reserved, is used up',
    startsWhen: 'any in each of two periods',
    usersNotice: 'requests fail with 429 or 503, or wait',
    section: 'Throttles',
  },
  CreateSlow: slow('Create'),
  ReadSlow: slow('Read'),
  UpdateSlow: slow('Update'),
  ConnectSlow: slow('Connect'),
  PostsFailed: {
    threshold: 100,
    periods: 2,
    description: 'Many frames cannot be posted to sockets and are delivered again',
    startsWhen: '100 in each of two periods',
    usersNotice: 'bells ring late',
    section: 'PostsFailed',
  },
  RedeliveryLate: {
    threshold: 5 * 60_000,
    description: 'What is to be delivered again has waited for five minutes',
    startsWhen: 'a pending delivery is 5 minutes old',
    usersNotice: 'bells ring late',
    section: 'RedeliveryLate',
  },
  QueueLate: {
    threshold: 5 * 60,
    description: 'Messages of the create queue have waited for five minutes',
    startsWhen: 'a message is 5 minutes old',
    usersNotice: 'notifications are late',
    section: 'QueueLate',
  },
  HttpErrors: {
    threshold: 5,
    periods: 2,
    description: 'The HTTP API answers 5xx',
    startsWhen: '5 in each of two periods',
    usersNotice: 'lists, counts or marks fail',
    section: 'HttpErrors',
  },
  WebSocketErrors: {
    threshold: 5,
    periods: 2,
    description: 'The WebSocket API cannot call its functions',
    startsWhen: '5 in each of two periods',
    usersNotice: 'bells poll instead of being live',
    section: 'WebSocketErrors',
  },
  DatabaseBusy: {
    threshold: 90,
    periods: 3,
    description: 'The database has been busy for a quarter of an hour',
    startsWhen: 'CPU at 90 % for 15 minutes',
    usersNotice: 'everything is slow',
    section: 'DatabaseBusy',
  },
  DatabaseFull: {
    // RDS lets the storage grow when less than a tenth is free, which is 2 GiB at first. Below half of that it did not.
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
    threshold: 1024 ** 3,
    isBelow: true,
    description: 'The database has less than 1 GiB left and does not grow automatically',
    startsWhen: 'less than 1 GiB is left',
    usersNotice: 'nothing can be created soon',
    section: 'DatabaseFull',
  },
};
