import type { FunctionName, Monitored } from './metrics.ts';

/** The names of all alarms, which are also the ids of their constructs. */
export type AlarmName =
  | `${keyof Monitored['deadLetters']}GivenUp`
  | `${FunctionName}${'Errors' | 'Throttles' | 'Slow'}`
  | 'PostsFailed'
  | 'RedeliveryLate'
  | 'TimersLate'
  | 'ScheduledLate'
  | 'EventsLate'
  | 'PublishingLate'
  | 'QueueLate'
  | 'HttpErrors'
  | 'WebSocketErrors'
  | 'DatabaseBusy'
  | 'DatabaseMemoryLow'
  | 'DatabaseFull';

/**
 * Which alarms an installation has. `essential` are at most ten, as many as are free in an account without other alarms.
 * https://aws.amazon.com/cloudwatch/pricing/
 */
export type AlarmLevel = 'all' | 'essential' | 'none';

/** An alarm starts when its metric reaches the threshold for so many periods of five minutes in a row. */
export interface AlarmDefinition {
  /** In the unit of the metric. For a slow function: a fraction of its time-out. */
  threshold: number;
  /** Whether it starts below the threshold. Default: false. */
  isBelow?: boolean;
  /** Default: 1. */
  periods?: number;
  /** Whether it is among the `essential` alarms. Default: false. */
  isEssential?: boolean;
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

/** What users notice if a function fails or does not run. */
const withoutFunction: Record<FunctionName, string> = {
  Create: 'some notifications are late or missing',
  Read: 'lists and counts fail',
  Update: 'marks fail',
  Authorize: 'lists, counts and marks fail',
  Connect: 'bells poll instead of being live',
  Disconnect: 'nothing: the next push finds closed sockets',
  Message: 'nothing: a client of Belfry needs no such answer',
  Deliver: 'bells ring late',
  Tick: 'nothing expires, comes back, or is sent at its time',
  Publish: 'what follows from events is late',
  Purge: 'old notifications stay longer',
  Count: 'nothing: the dashboard lacks connections',
  Migrate: 'nothing: the deployment stops',
};

/** These run once a day or once a deployment, so that a second period in a row has nothing to say. */
const isRare = (name: FunctionName) => name === 'Purge' || name === 'Migrate';
const anyFew = (name: FunctionName) =>
  isRare(name)
    ? { threshold: 1, periods: 1, startsWhen: 'any' }
    : { threshold: 1, periods: 2, startsWhen: 'any in each of two periods' };

const errors = (name: FunctionName): AlarmDefinition => ({
  ...anyFew(name),
  // Invalid commands of producers count as errors of the create function too, and a few of them are normal.
  ...(name === 'Create' && { threshold: 10, startsWhen: '10 in each of two periods', isEssential: true }),
  ...(name === 'Tick' && { isEssential: true }),
  description: `The function ${name} fails or runs out of time`,
  usersNotice: withoutFunction[name],
  section: 'Errors',
});

const throttles = (name: FunctionName): AlarmDefinition => ({
  ...anyFew(name),
  description: `Lambda does not run ${name}: the concurrency of the account, or what is reserved, is used up`,
  usersNotice: withoutFunction[name],
  section: 'Throttles',
});

const slow = (name: FunctionName): AlarmDefinition => {
  // A purge stops at 93 % and leaves the rest to the next day.
  const percent = name === 'Purge' ? 90 : 80;
  return {
    threshold: percent / 100,
    description: `The slowest invocations of ${name} come near the time-out`,
    startsWhen: `p99 at ${percent} % of the time-out`,
    usersNotice: withoutFunction[name].replace(/^(?!nothing)/, 'soon: '),
    section: 'Slow',
  };
};

const ofEachFunction = <Kind extends string>(kind: Kind, define: (name: FunctionName) => AlarmDefinition) => {
  // The casts: the keys of this record, and entries made from each of them.
  const names = Object.keys(withoutFunction) as FunctionName[];
  const entries = names.map((name) => [`${name}${kind}`, define(name)]);
  return Object.fromEntries(entries) as Record<`${FunctionName}${Kind}`, AlarmDefinition>;
};

/** The tick runs every minute, so that after five one of them has failed, or has more to do than fits. */
const late = (what: string, usersNotice: string): AlarmDefinition => ({
  threshold: 5 * 60_000,
  description: `${what} have been due for five minutes`,
  startsWhen: 'one has been due for 5 minutes',
  usersNotice,
  section: 'Late',
});

/** Every alarm. `npm run documents` writes the table of docs/operations.md from here. */
export const alarms: Record<AlarmName, AlarmDefinition> = {
  CreatesGivenUp: { ...givenUp('Creates', 'a notification was not created'), isEssential: true },
  DeliveriesGivenUp: givenUp('Deliveries', 'a bell rings late, nothing is lost'),
  RetentionGivenUp: givenUp('Retention', 'old notifications stay longer'),
  EventsGivenUp: { ...givenUp('Events', 'what follows from an event does not happen'), isEssential: true },
  TicksGivenUp: givenUp('Ticks', 'what is due is a minute late'),
  CountsGivenUp: givenUp('Counts', withoutFunction.Count),
  ...ofEachFunction('Errors', errors),
  ...ofEachFunction('Throttles', throttles),
  ...ofEachFunction('Slow', slow),
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
  TimersLate: late('Notifications', 'notifications expire or come back late'),
  ScheduledLate: late('Scheduled creates', 'scheduled notifications are late'),
  EventsLate: late('Events', 'what follows from events is late'),
  PublishingLate: {
    threshold: 5 * 60_000,
    description: 'Events have waited for five minutes on their way to the event bus',
    startsWhen: 'an event is 5 minutes old',
    usersNotice: withoutFunction.Publish,
    section: 'PublishingLate',
  },
  QueueLate: {
    threshold: 5 * 60,
    description: 'Messages of the create queue have waited for five minutes',
    startsWhen: 'a message is 5 minutes old',
    usersNotice: 'notifications are late',
    isEssential: true,
    section: 'QueueLate',
  },
  HttpErrors: {
    threshold: 5,
    periods: 2,
    description: 'The HTTP API answers 5xx',
    startsWhen: '5 in each of two periods',
    usersNotice: 'lists, counts or marks fail',
    isEssential: true,
    section: 'HttpErrors',
  },
  WebSocketErrors: {
    threshold: 5,
    periods: 2,
    description: 'The WebSocket API cannot call its functions',
    startsWhen: '5 in each of two periods',
    usersNotice: 'bells poll instead of being live',
    isEssential: true,
    section: 'WebSocketErrors',
  },
  DatabaseBusy: {
    threshold: 90,
    periods: 3,
    description: 'The database has been busy for a quarter of an hour',
    startsWhen: 'CPU at 90 % for 15 minutes',
    usersNotice: 'everything is slow',
    isEssential: true,
    section: 'DatabaseBusy',
  },
  DatabaseMemoryLow: {
    // AWS asks for 300 MiB beside PostgreSQL for sign-ins with IAM tokens, which t4g.micro does not have even at rest. Bursts of
    // sign-ins were seen to fail between 86 and 138 MiB (decision 0034).
    threshold: 128 * 1024 ** 2,
    isBelow: true,
    periods: 3,
    isEssential: true,
    description: 'The database has less than 128 MiB of memory left, and sign-ins become slow',
    startsWhen: 'less than 128 MiB are left for 15 minutes',
    usersNotice: 'some requests fail with 503 when many come at once',
    section: 'DatabaseMemoryLow',
  },
  DatabaseFull: {
    // RDS lets the storage grow when less than a tenth is free, which is 2 GiB at first. Below half of that it did not.
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
    threshold: 1024 ** 3,
    isBelow: true,
    description: 'The database has less than 1 GiB left and does not grow automatically',
    startsWhen: 'less than 1 GiB is left',
    usersNotice: 'nothing can be created soon',
    isEssential: true,
    section: 'DatabaseFull',
  },
};
