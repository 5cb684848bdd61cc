import type { MetricName } from '@belfry/functions/metrics';
import { Duration, Stack } from 'aws-cdk-lib';
import { type DimensionsMap, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** How CloudWatch names a database: `DBInstanceIdentifier` or `DBClusterIdentifier`. */
export type DatabaseDimensions = { DBInstanceIdentifier: string } | { DBClusterIdentifier: string };

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

/** Of every metric here: what an alarm weighs and a point of a graph stands for. */
const period = Duration.minutes(5);

const p99 = Stats.percentile(99);

const metric = (
  namespace: string,
  metricName: string,
  statistic: string,
  dimensionsMap: DimensionsMap = {},
) => new Metric({ namespace, metricName, statistic, dimensionsMap, period });

/** Where CloudWatch keeps what the functions of a stack measure: one place for each installation of an account. */
export const metricsNamespace = (scope: Construct): string => `Belfry/${Stack.of(scope).stackName}`;

/** A metric that our own functions measure. */
export const ownMetric = (
  scope: Construct,
  name: MetricName,
  statistic: string,
  dimensions?: DimensionsMap,
) => metric(metricsNamespace(scope), name, statistic, dimensions);

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function functionMetrics({ functionName }: IFunction) {
  const of = (metricName: string, statistic: string) =>
    metric('AWS/Lambda', metricName, statistic, { FunctionName: functionName });
  return {
    errors: of('Errors', Stats.SUM),
    throttles: of('Throttles', Stats.SUM),
    duration: of('Duration', p99),
    /** How long a record of a stream has waited for its function, in milliseconds. */
    iteratorAge: of('IteratorAge', Stats.MAXIMUM),
  };
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export function queueMetrics({ queueName }: IQueue) {
  const of = (metricName: string) => metric('AWS/SQS', metricName, Stats.MAXIMUM, { QueueName: queueName });
  return {
    /** Messages that wait. */
    depth: of('ApproximateNumberOfMessagesVisible'),
    /** For how long the oldest has waited, in seconds. */
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
    connects: of('ConnectCount'),
    messages: of('MessageCount'),
    /** `$connect` answered 4xx or 5xx: refused tokens as well as failures. */
    refusals: of('IntegrationError'),
    /** A function could not be called, or did not answer. */
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
    /** Bytes. An Aurora cluster has none: its storage grows by itself. */
    freeStorage: of('FreeStorageSpace', Stats.MINIMUM),
  };
}

/** The sum of several metrics as one. CloudWatch takes ten metrics in the expression of an alarm. */
export function total(metrics: readonly Metric[], label: string) {
  const using = Object.fromEntries(metrics.map((each, index) => [`m${index}`, each]));
  return new MathExpression({ expression: 'SUM(METRICS())', usingMetrics: using, label, period });
}
