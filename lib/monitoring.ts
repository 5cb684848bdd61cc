import type { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createDashboard } from './dashboard.ts';
import {
  type DatabaseDimensions,
  databaseMetrics,
  functionMetrics,
  httpApiMetrics,
  ownMetric,
  queueMetrics,
  total,
  webSocketApiMetrics,
} from './metrics.ts';

/** What an installation is made of, as far as it is watched. */
export interface Monitored {
  functions: Readonly<
    Record<'Create' | 'Read' | 'Update' | 'Authorize' | 'Connect' | 'Deliver' | 'Purge', LambdaFunction>
  >;
  /** The queue of create commands. */
  createQueue: IQueue;
  /** Where what failed for good is kept. */
  deadLetters: { Creates: IQueue; Deliveries: IQueue; Retention: IQueue };
  httpApiId: string;
  webSocketApiId: string;
  /** Left out: the database is somebody else's to watch. */
  database?: DatabaseDimensions | undefined;
}

export interface MonitoringProps extends Monitored {
  /** Told when an alarm starts and when it ends. Left out: alarms show in the console alone. */
  alarmTopic?: ITopic | undefined;
}

/** When an alarm starts: its metric is at the threshold or above (`below`: under it) for so many periods in a row. */
interface Trigger {
  threshold: number;
  isBelow?: boolean;
  /** Default: 1. */
  periods?: number;
  /** What has happened, and where to read what to do. */
  description: string;
}

/**
 * One dashboard, and alarms that each ask for something to be done. No data is no alarm: an inbox that nobody writes to
 * is well.
 */
export class Monitoring extends Construct {
  readonly dashboardName: string;
  private readonly alarmTopic: ITopic | undefined;

  constructor(scope: Construct, id: string, { alarmTopic, ...monitored }: MonitoringProps) {
    super(scope, id);
    this.alarmTopic = alarmTopic;
    this.dashboardName = createDashboard(this, monitored).dashboardName;
    this.watchDeadLetters(monitored);
    this.watchFunctions(monitored);
    this.watchDelivery(monitored);
    this.watchApis(monitored);
    if (monitored.database) this.watchDatabase(monitored.database);
  }

  private watchDeadLetters({ deadLetters }: Monitored): void {
    for (const [name, queue] of Object.entries(deadLetters)) {
      this.alarm(`${name}GivenUp`, queueMetrics(queue).depth, {
        threshold: 1,
        description: `${name}: what failed for good waits in the dead-letter queue`,
      });
    }
  }

  private watchFunctions({ functions }: Monitored): void {
    for (const [name, each] of Object.entries(functions)) {
      // Producers' mistakes count as errors of the create function too: a few of them are theirs to see.
      const threshold = name === 'Create' ? 10 : 1;
      this.alarm(`${name}Errors`, functionMetrics(each).errors, {
        threshold,
        periods: 2,
        description: `The function ${name} fails or runs out of time`,
      });
    }
    const throttles = Object.values(functions).map((each) => functionMetrics(each).throttles);
    this.alarm('Throttles', total(throttles, 'Throttles'), {
      threshold: 1,
      periods: 2,
      description:
        'Lambda turns invocations away: the concurrency of the account, or what is reserved, is used up',
    });
    const { Create, Read, Update, Connect } = functions;
    for (const [name, each] of Object.entries({ Create, Read, Update, Connect })) {
      this.alarm(`${name}Slow`, functionMetrics(each).duration, {
        threshold: 0.8 * timeoutOf(each).toMilliseconds(),
        description: `The slowest invocations of ${name} come near the time-out`,
      });
    }
  }

  private watchDelivery({ functions, createQueue }: Monitored): void {
    this.alarm('PostsFailed', ownMetric(this, 'PostsFailed', Stats.SUM), {
      threshold: 100,
      periods: 2,
      description: 'Many frames cannot be posted to sockets and are delivered again',
    });
    this.alarm('RedeliveryLate', functionMetrics(functions.Deliver).iteratorAge, {
      threshold: 5 * 60_000,
      description: 'What is to be delivered again has waited for five minutes',
    });
    this.alarm('QueueLate', queueMetrics(createQueue).age, {
      threshold: 5 * 60,
      description: 'Messages of the create queue have waited for five minutes',
    });
  }

  private watchApis({ httpApiId, webSocketApiId }: Monitored): void {
    this.alarm('HttpErrors', httpApiMetrics(httpApiId).serverErrors, {
      threshold: 5,
      periods: 2,
      description: 'The HTTP API answers 5xx',
    });
    this.alarm('WebSocketErrors', webSocketApiMetrics(webSocketApiId).failures, {
      threshold: 5,
      periods: 2,
      description: 'The WebSocket API cannot call its functions',
    });
  }

  private watchDatabase(dimensions: DatabaseDimensions): void {
    const { cpu, freeStorage } = databaseMetrics(dimensions);
    this.alarm('DatabaseBusy', cpu, {
      threshold: 90,
      periods: 3,
      description: 'The database has been busy for a quarter of an hour',
    });
    if (!('DBInstanceIdentifier' in dimensions)) return;
    this.alarm('DatabaseFull', freeStorage, {
      // RDS lets the storage grow from a tenth on, which is 2 GiB at first: below half of that it did not.
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
      threshold: 1024 ** 3,
      isBelow: true,
      description: 'The database has less than 1 GiB left and does not grow by itself',
    });
  }

  private alarm(
    id: string,
    metric: IMetric,
    { threshold, isBelow, periods = 1, description }: Trigger,
  ): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: isBelow
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Belfry: ${description}. What to do: docs/operations.md, ${id}.`,
    });
    if (!this.alarmTopic) return;
    const action = new SnsAction(this.alarmTopic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

function timeoutOf({ node, timeout }: LambdaFunction): Duration {
  if (!timeout) throw new Error(`The function ${node.path} has no time-out.`);
  return timeout;
}
