import type { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type AlarmLevel, type AlarmName, alarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import {
  type DatabaseDimensions,
  databaseMetrics,
  functionMetrics,
  httpApiMetrics,
  type Monitored,
  ownMetric,
  queueMetrics,
  webSocketApiMetrics,
} from './metrics.ts';

export interface MonitoringProps extends Monitored {
  /** Gets a message when an alarm starts and when it ends. Left out: alarms show in the console only. */
  alarmTopic?: ITopic | undefined;
  /** Which alarms there are. Left out: all. */
  alarms?: AlarmLevel | undefined;
}

/**
 * One dashboard, and alarms that each need an action. Missing data starts no alarm, because an installation without traffic
 * is healthy. Each alarm watches one metric, because CloudWatch bills the metrics: an alarm on the sum of several costs as
 * much as one alarm for each, and does not name the function. https://aws.amazon.com/cloudwatch/pricing/
 */
export class Monitoring extends Construct {
  readonly dashboardName: string;
  private readonly alarmTopic: ITopic | undefined;
  private readonly level: AlarmLevel;

  constructor(scope: Construct, id: string, { alarmTopic, alarms = 'all', ...monitored }: MonitoringProps) {
    super(scope, id);
    this.alarmTopic = alarmTopic;
    this.level = alarms;
    this.dashboardName = createDashboard(this, monitored).dashboardName;
    this.watchDeadLetters(monitored);
    this.watchFunctions(monitored);
    this.watchDelivery(monitored);
    this.watchApis(monitored);
    if (monitored.database) this.watchDatabase(monitored.database);
  }

  private watchDeadLetters({ deadLetters }: Monitored): void {
    for (const name of keysOf(deadLetters)) {
      this.alarm(`${name}GivenUp`, queueMetrics(deadLetters[name]).depth);
    }
  }

  private watchFunctions({ functions }: Monitored): void {
    for (const name of keysOf(functions)) {
      const { errors, throttles, duration } = functionMetrics(functions[name]);
      this.alarm(`${name}Errors`, errors);
      this.alarm(`${name}Throttles`, throttles);
      this.alarm(`${name}Slow`, duration, timeoutOf(functions[name]).toMilliseconds());
    }
  }

  private watchDelivery({ functions, createQueue }: Monitored): void {
    this.alarm('PostsFailed', ownMetric(this, 'PostsFailed', Stats.SUM));
    this.alarm('RedeliveryLate', functionMetrics(functions.Deliver).iteratorAge);
    for (const name of ['TimersLate', 'ScheduledLate', 'EventsLate'] as const) {
      this.alarm(name, ownMetric(this, name, Stats.MAXIMUM));
    }
    this.alarm('PublishingLate', functionMetrics(functions.Publish).iteratorAge);
    this.alarm('QueueLate', queueMetrics(createQueue).age);
  }

  private watchApis({ httpApiId, webSocketApiId }: Monitored): void {
    this.alarm('HttpErrors', httpApiMetrics(httpApiId).serverErrors);
    this.alarm('WebSocketErrors', webSocketApiMetrics(webSocketApiId).failures);
  }

  private watchDatabase(dimensions: DatabaseDimensions): void {
    const { cpu, freeMemory, freeStorage } = databaseMetrics(dimensions);
    this.alarm('DatabaseBusy', cpu);
    // Aurora adds memory and storage without an action.
    if (!('DBInstanceIdentifier' in dimensions)) return;
    this.alarm('DatabaseMemoryLow', freeMemory);
    this.alarm('DatabaseFull', freeStorage);
  }

  /** @param thresholdUnit what the alarm's threshold is a multiple of, in the unit of the metric */
  private alarm(id: AlarmName, metric: IMetric, thresholdUnit = 1): void {
    const { threshold, isBelow, periods = 1, description, isEssential } = alarms[id];
    if (this.level === 'none' || (this.level === 'essential' && !isEssential)) return;
    const alarm = new Alarm(this, id, {
      metric,
      threshold: threshold * thresholdUnit,
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

// The cast: objects of exactly these keys.
const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>) => Object.keys(record) as Key[];

function timeoutOf({ node, timeout }: LambdaFunction): Duration {
  if (!timeout) throw new Error(`The function ${node.path} has no time-out.`);
  return timeout;
}
