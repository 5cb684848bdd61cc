import { Duration } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { metricUnits } from '../../functions/core/metrics.ts';
import type { FunctionName } from '../../lib/metrics.ts';
import { Monitoring, type MonitoringProps } from '../../lib/monitoring.ts';
import { resourcesOf, synthesize, theResource } from './template.ts';

const functionNames = [
  'Create',
  'Read',
  'Update',
  'Authorize',
  'Connect',
  'Disconnect',
  'Message',
  'Deliver',
  'Tick',
  'Publish',
  'Purge',
  'Count',
  'Migrate',
] as const satisfies FunctionName[];

/** Something of each kind to watch. */
function parts(scope: Construct): MonitoringProps {
  const functionNamed = (id: string) =>
    new LambdaFunction(scope, id, {
      code: Code.fromInline('exports.handler = async () => {};'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(20),
    });
  const functions = Object.fromEntries(functionNames.map((name) => [name, functionNamed(name)]));
  return {
    // The cast: entries made from exactly these names.
    functions: functions as Record<(typeof functionNames)[number], LambdaFunction>,
    createQueue: new Queue(scope, 'CreateQueue'),
    deadLetters: {
      Creates: new Queue(scope, 'DeadCreates'),
      Deliveries: new Queue(scope, 'DeadDeliveries'),
      Events: new Queue(scope, 'DeadEvents'),
      Ticks: new Queue(scope, 'DeadTicks'),
      Retention: new Queue(scope, 'DeadRuns'),
      Counts: new Queue(scope, 'DeadCounts'),
    },
    httpApiId: 'http-api',
    webSocketApiId: 'socket-api',
  };
}

const watchWith = (changes: (scope: Construct) => Partial<MonitoringProps>): Promise<Template> =>
  synthesize((stack) => new Monitoring(stack, 'Monitoring', { ...parts(stack), ...changes(stack) }));

// One template for all tests that change nothing.
const plain = watchWith(() => ({}));
const watch = (): Promise<Template> => plain;

const alarmsOf = (template: Template) => Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'));
const alarmNamed = (template: Template, id: string) =>
  theResource(template, 'AWS::CloudWatch::Alarm', ({ Properties }) =>
    String(Properties.AlarmDescription).endsWith(`docs/operations.md, ${id}.`),
  ).Properties;

describe('Every alarm', () => {
  it('says what has happened and where to read what to do, and is quiet without data', async () => {
    for (const { Properties } of alarmsOf(await watch())) {
      expect(Properties.AlarmDescription).toMatch(/^Belfry: .+\. What to do: docs\/operations\.md, \w+\.$/);
      expect(Properties.TreatMissingData).toBe('notBreaching');
    }
  });

  it('tells the topic of its start and of its end', async () => {
    const template = await watchWith((scope) => ({ alarmTopic: new Topic(scope, 'Topic') }));
    const { id } = theResource(template, 'AWS::SNS::Topic');
    for (const { Properties } of alarmsOf(template)) {
      expect(Properties).toMatchObject({ AlarmActions: [{ Ref: id }], OKActions: [{ Ref: id }] });
    }
  });

  it('has no action if there is no topic', async () => {
    for (const { Properties } of alarmsOf(await watch()))
      expect(Properties).not.toHaveProperty('AlarmActions');
  });
});

describe('An alarm starts', () => {
  it.each(['Creates', 'Deliveries', 'Events', 'Ticks', 'Retention', 'Counts'])(
    'with the first dead letter of %s',
    async (name) => {
      expect(alarmNamed(await watch(), `${name}GivenUp`)).toMatchObject({
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Threshold: 1,
        EvaluationPeriods: 1,
      });
    },
  );

  const periodsOf = (name: string) => (['Purge', 'Migrate'].includes(name) ? 1 : 2);

  it.each(functionNames)('where %s fails', async (name) => {
    expect(alarmNamed(await watch(), `${name}Errors`)).toMatchObject({
      MetricName: 'Errors',
      Statistic: 'Sum',
      Threshold: name === 'Create' ? 10 : 1,
      EvaluationPeriods: periodsOf(name),
    });
  });

  it.each(functionNames)('where %s comes near its time-out', async (name) => {
    expect(alarmNamed(await watch(), `${name}Slow`)).toMatchObject({
      MetricName: 'Duration',
      ExtendedStatistic: 'p99',
      Threshold: name === 'Purge' ? 18_000 : 16_000,
    });
  });

  it.each(functionNames)('where %s is throttled', async (name) => {
    expect(alarmNamed(await watch(), `${name}Throttles`)).toMatchObject({
      MetricName: 'Throttles',
      Statistic: 'Sum',
      Threshold: 1,
      EvaluationPeriods: periodsOf(name),
    });
  });

  it('where frames cannot be posted', async () => {
    expect(alarmNamed(await watch(), 'PostsFailed')).toMatchObject({
      Namespace: expect.stringMatching(/^Belfry\/Test\//),
    });
  });

  it('where messages or pending deliveries wait too long', async () => {
    const template = await watch();
    expect(alarmNamed(template, 'QueueLate')).toMatchObject({ Threshold: 300 });
    expect(alarmNamed(template, 'RedeliveryLate')).toMatchObject({ Threshold: 300_000 });
    expect(alarmNamed(template, 'PublishingLate')).toMatchObject({
      MetricName: 'IteratorAge',
      Threshold: 300_000,
    });
  });

  it.each(['TimersLate', 'ScheduledLate', 'EventsLate'])(
    'where what is due waits for five minutes: %s',
    async (name) => {
      expect(alarmNamed(await watch(), name)).toMatchObject({
        MetricName: name,
        Statistic: 'Maximum',
        Threshold: 300_000,
      });
    },
  );

  it('where the database’s disk is nearly full, and never for the storage of Aurora, which grows', async () => {
    const instance = await watchWith(() => ({ database: { DBInstanceIdentifier: 'belfry' } }));
    expect(alarmNamed(instance, 'DatabaseFull')).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      // Half of the tenth of the first 20 GiB at which RDS lets the storage grow.
      Threshold: 1024 ** 3,
    });
    const cluster = await watchWith(() => ({ database: { DBClusterIdentifier: 'belfry' } }));
    expect(alarmNamed(cluster, 'DatabaseBusy')).toBeDefined();
    expect(() => alarmNamed(cluster, 'DatabaseFull')).toThrow('0 of AWS::CloudWatch::Alarm');
  });

  it('where the database’s memory does not suffice for sign-ins, and never for Aurora, which adds some', async () => {
    const instance = await watchWith(() => ({ database: { DBInstanceIdentifier: 'belfry' } }));
    expect(alarmNamed(instance, 'DatabaseMemoryLow')).toMatchObject({
      MetricName: 'FreeableMemory',
      Statistic: 'Minimum',
      Dimensions: [{ Name: 'DBInstanceIdentifier', Value: 'belfry' }],
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 128 * 1024 ** 2,
      EvaluationPeriods: 3,
    });
    const cluster = await watchWith(() => ({ database: { DBClusterIdentifier: 'belfry' } }));
    expect(() => alarmNamed(cluster, 'DatabaseMemoryLow')).toThrow('0 of AWS::CloudWatch::Alarm');
  });

  it('never for an existing database', async () => {
    expect(JSON.stringify(alarmsOf(await watch()))).not.toContain('AWS/RDS');
  });
});

describe('The essential alarms', () => {
  const database = { DBInstanceIdentifier: 'belfry' };

  it('are at most as many as an account has for free, and show that something fails', async () => {
    const template = await watchWith(() => ({ database, alarms: 'essential' }));
    expect(alarmsOf(template).length).toBeLessThanOrEqual(10);
    const failures = ['CreatesGivenUp', 'EventsGivenUp', 'CreateErrors', 'TickErrors'];
    for (const id of [...failures, 'HttpErrors', 'WebSocketErrors', 'DatabaseFull'])
      expect(alarmNamed(template, id)).toBeDefined();
  });

  it('are left out too if there are to be none', async () => {
    expect(alarmsOf(await watchWith(() => ({ database, alarms: 'none' })))).toEqual([]);
  });
});

/** The labels of the lines of a graph. */
function labelsOf(template: Template, title: string): string[] {
  const { Properties } = theResource(template, 'AWS::CloudWatch::Dashboard');
  const parts: unknown[] = Object(Properties.DashboardBody)['Fn::Join'][1];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'resolved')).join('');
  const { widgets }: { widgets: { properties: { title: string; metrics: unknown[][] } }[] } =
    JSON.parse(text);
  const graph = widgets.find(({ properties }) => properties.title === title);
  return (graph?.properties.metrics ?? []).map((metric) => Object(metric.at(-1)).label);
}

describe('The dashboard', () => {
  it('shows every metric that the functions write', async () => {
    const { Properties } = theResource(await watch(), 'AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(Properties.DashboardBody);
    for (const name of Object.keys(metricUnits)) expect(body).toContain(name);
  });

  it('shows the times of the functions that users and producers wait for', async () => {
    expect(labelsOf(await watch(), 'Functions, slowest percent')).toEqual([
      'Create',
      'Read',
      'Update',
      'Authorize',
      'Connect',
      'Deliver',
    ]);
  });

  it('shows what was refused by what it would have done', async () => {
    const shown = ['create', 'schedule', 'update', 'retract', 'cancel'];
    expect(labelsOf(await watch(), 'Commands refused, by what they do')).toEqual(shown);
  });

  it('shows the database that is ours', async () => {
    const ours = await watchWith(() => ({ database: { DBInstanceIdentifier: 'belfry' } }));
    const bodyOf = (template: Template) =>
      JSON.stringify(theResource(template, 'AWS::CloudWatch::Dashboard').Properties);
    expect(bodyOf(ours)).toContain('CPUUtilization');
    expect(bodyOf(await watch())).not.toContain('CPUUtilization');
  });

  it('shows the connections that a proxy cannot share', async () => {
    const database = { DBInstanceIdentifier: 'belfry' };
    const shown = async (changes: Partial<MonitoringProps>) =>
      JSON.stringify(theResource(await watchWith(() => changes), 'AWS::CloudWatch::Dashboard').Properties);
    const pinned = 'DatabaseConnectionsCurrentlySessionPinned';
    expect(await shown({ database, databaseProxy: 'belfry-proxy' })).toContain(pinned);
    expect(await shown({ database })).not.toContain(pinned);
  });
});
