import type { MetricName } from '@belfry/functions/metrics';
import { Duration } from 'aws-cdk-lib';
import { type DimensionsMap, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { functionSettings } from './function-settings.ts';

/** The dimension by which CloudWatch names a database. */
export type DatabaseDimensions = { DBInstanceIdentifier: string } | { DBClusterIdentifier: string };

/** Every function of an installation, by its name in alarms and graphs. The provider functions of the CDK are not among them. */
export type FunctionName =
  | 'Create'
  | 'Read'
  | 'Update'
  | 'Authorize'
  | 'Connect'
  | 'Disconnect'
  | 'Message'
  | 'Deliver'
  | 'Tick'
  | 'Publish'
  | 'Purge'
  | 'Count'
  | 'Migrate';

/** The parts of an installation that the dashboard and the alarms watch. */
export interface Monitored {
  functions: Readonly<Record<FunctionName, LambdaFunction>>;
  /** The queue of create commands. */
  createQueue: IQueue;
  /** The dead-letter queues. */
  deadLetters: Readonly<
    Record<'Creates' | 'Deliveries' | 'Events' | 'Ticks' | 'Retention' | 'Counts', IQueue>
  >;
  httpApiId: string;
  webSocketApiId: string;
  /** Left out: an existing database, which its owner watches. */
  database?: DatabaseDimensions | undefined;
  /** The name of the proxy in front of the database. Left out: there is none. */
  databaseProxy?: string | undefined;
}

/** The period of every metric: alarms evaluate it, and each point of a graph shows it. */
const period = Duration.minutes(5);

const p99 = Stats.percentile(99);

const metric = (
  namespace: string,
  metricName: string,
  statistic: string,
  dimensionsMap: DimensionsMap = {},
) => new Metric({ namespace, metricName, statistic, dimensionsMap, period });

/** A metric that the functions of Belfry write. */
export const ownMetric = (
  scope: Construct,
  name: MetricName,
  statistic: string,
  dimensions?: DimensionsMap,
) => metric(functionSettings(scope).metricsNamespace, name, statistic, dimensions);

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function functionMetrics({ functionName }: IFunction) {
  const of = (metricName: string, statistic: string) =>
    metric('AWS/Lambda', metricName, statistic, { FunctionName: functionName });
  return {
    errors: of('Errors', Stats.SUM),
    throttles: of('Throttles', Stats.SUM),
    duration: of('Duration', p99),
    /** The age of the last record that the function got from a stream, in milliseconds. */
    iteratorAge: of('IteratorAge', Stats.MAXIMUM),
  };
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export function queueMetrics({ queueName }: IQueue) {
  const of = (metricName: string) => metric('AWS/SQS', metricName, Stats.MAXIMUM, { QueueName: queueName });
  return {
    /** How many messages wait. */
    depth: of('ApproximateNumberOfMessagesVisible'),
    /** The age of the oldest message, in seconds. */
    age: of('ApproximateAgeOfOldestMessage'),
  };
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
export function httpApiMetrics(ApiId: string) {
  const of = (metricName: string, statistic: string) =>
    metric('AWS/ApiGateway', metricName, statistic, { ApiId });
  return {
    requests: of('Count', Stats.SUM),
    clientErrors: of('4xx', Stats.SUM),
    serverErrors: of('5xx', Stats.SUM),
    latency: of('Latency', p99),
  };
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html */
export function webSocketApiMetrics(ApiId: string) {
  const of = (metricName: string) => metric('AWS/ApiGateway', metricName, Stats.SUM, { ApiId });
  return {
    /** How often `$connect` answered 4xx or 5xx. Refused tokens count too. */
    refusals: of('IntegrationError'),
    /** How often a function could not be called or did not answer. */
    failures: of('ExecutionError'),
  };
}

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html */
export function databaseMetrics(dimensions: DatabaseDimensions) {
  const of = (metricName: string, statistic: string) =>
    metric('AWS/RDS', metricName, statistic, { ...dimensions });
  return {
    cpu: of('CPUUtilization', Stats.AVERAGE),
    connections: of('DatabaseConnections', Stats.MAXIMUM),
    /** In bytes. For an instance of Aurora it means something else: how much is left if the instance has grown to its maximum. */
    freeMemory: of('FreeableMemory', Stats.MINIMUM),
    /** In bytes. Aurora clusters do not have this metric, because their storage grows without a limit to set. */
    freeStorage: of('FreeStorageSpace', Stats.MINIMUM),
  };
}

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html */
export const proxyMetrics = (ProxyName: string) => ({
  /** Connections to the database that a session keeps for itself, so that the proxy cannot share them. */
  pinned: metric('AWS/RDS', 'DatabaseConnectionsCurrentlySessionPinned', Stats.MAXIMUM, { ProxyName }),
});
