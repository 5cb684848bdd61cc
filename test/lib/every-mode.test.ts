import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../bin/options.ts';
import { NotificationsStack } from '../../lib/notifications-stack.ts';
import { modes } from '../support/modes.ts';
import { type Resource, resourcesOf, synthesizeApp } from './template.ts';

// What every function, every asynchronous call and every resource must have, in every mode of the stack. The tests walk the
// templates, so that a new resource is looked at too.
const synthesized = new Map<string, Promise<Template>>();

function templateOf(mode: string): Promise<Template> {
  const template =
    synthesized.get(mode) ??
    synthesizeApp((app) => new NotificationsStack(app, 'Belfry', optionsOf(modes[mode] ?? {})));
  synthesized.set(mode, template);
  return template;
}

const all = (template: Template, type: string): (Resource & { id: string })[] =>
  Object.entries(resourcesOf(template, type)).map(([id, resource]) => ({ id, ...resource }));
const isBelfrys = ({ Properties }: Resource) => String(Properties.Description).startsWith('Belfry');
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
/** The logical id in a reference or in an ARN; the text itself if it is neither. */
const idIn = (value: unknown): string => {
  const { Ref, 'Fn::GetAtt': [id] = [Ref] } = Object(value);
  return id ?? JSON.stringify(value);
};

describe.each(Object.keys(modes))('In the mode %s', (mode) => {
  it('every function has an alarm for errors, one for throttles and one for its slowest percent', async () => {
    const template = await templateOf(mode);
    const alarms = all(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    const functions = all(template, 'AWS::Lambda::Function').filter(isBelfrys);
    expect(functions.length).toBeGreaterThan(10);
    for (const { id, Properties } of functions) {
      const watched = (metric: object) =>
        alarms.filter(
          ({ Namespace, Dimensions, ...rest }) =>
            Namespace === 'AWS/Lambda' &&
            JSON.stringify(Dimensions) === JSON.stringify([{ Name: 'FunctionName', Value: { Ref: id } }]) &&
            Object.entries(metric).every(([key, value]) => Object(rest)[key] === value),
        );
      expect(watched({ MetricName: 'Errors', Statistic: 'Sum' }), `errors of ${id}`).toHaveLength(1);
      expect(watched({ MetricName: 'Throttles', Statistic: 'Sum' }), `throttles of ${id}`).toHaveLength(1);
      const slow = watched({ MetricName: 'Duration', ExtendedStatistic: 'p99' });
      expect(slow, `p99 of ${id}`).toHaveLength(1);
      // The metric is in milliseconds, the time-out in seconds.
      const share = Number(slow[0]?.Threshold) / (Number(Properties.Timeout) * 1000);
      expect(share, `p99 of ${id}`).toBeGreaterThan(0.5);
      expect(share, `p99 of ${id}`).toBeLessThan(1);
    }
  });

  it('a function without alarms is one that CloudFormation calls, so that the deployment fails with it', async () => {
    const template = await templateOf(mode);
    const called = Object.values<Resource>(template.toJSON().Resources)
      .filter(({ Type }) => Type.startsWith('Custom::'))
      .map(({ Properties }) => idIn(Properties.ServiceToken));
    for (const { id, ...resource } of all(template, 'AWS::Lambda::Function')) {
      if (!isBelfrys(resource)) expect(called).toContain(id);
    }
  });

  it('every alarm watches one metric, which is what it costs', async () => {
    for (const { Properties } of all(await templateOf(mode), 'AWS::CloudWatch::Alarm'))
      expect(Properties).not.toHaveProperty('Metrics');
  });

  it('the dashboard shows no more metrics than are free', async () => {
    const [dashboard] = all(await templateOf(mode), 'AWS::CloudWatch::Dashboard');
    const [, parts] = Object(dashboard?.Properties.DashboardBody)['Fn::Join'];
    const body = parts.map((part: unknown) => (typeof part === 'string' ? part : 'token')).join('');
    const widgets: { properties: { metrics: unknown[] } }[] = JSON.parse(body).widgets;
    const shown = widgets.flatMap(({ properties }) => properties.metrics);
    // https://aws.amazon.com/cloudwatch/pricing/
    expect(shown.length).toBeLessThanOrEqual(50);
    expect(shown.length).toBeGreaterThan(30);
  });
});

describe.each(Object.keys(modes))(
  'In the mode %s, what fails without a caller who waits has a place',
  (mode) => {
    const deadLetterQueues = async () => {
      const template = await templateOf(mode);
      const alarms = all(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
      return all(template, 'AWS::SQS::Queue').filter(({ id }) =>
        alarms.some(
          ({ MetricName, Dimensions, Threshold }) =>
            MetricName === 'ApproximateNumberOfMessagesVisible' &&
            Threshold === 1 &&
            JSON.stringify(Dimensions) ===
              JSON.stringify([{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }]),
        ),
      );
    };
    /** Expects that this is the ARN of a dead-letter queue that has an alarm. */
    const expectPlace = async (arn: unknown, what: string) =>
      expect(
        (await deadLetterQueues()).map(({ id }) => arnOf(id)),
        what,
      ).toContainEqual(arn);

    it('for targets of rules and schedules', async () => {
      const template = await templateOf(mode);
      const targets = [
        ...all(template, 'AWS::Events::Rule').flatMap(({ Properties }) => Properties.Targets),
        ...all(template, 'AWS::Scheduler::Schedule').map(({ Properties }) => Properties.Target),
      ];
      expect(targets.length).toBeGreaterThan(2);
      for (const target of targets) {
        const { Arn, DeadLetterConfig } = Object(target);
        await expectPlace(DeadLetterConfig?.Arn, `the target ${idIn(Arn)}`);
      }
    });

    it('for functions that others than the gateway and CloudFormation invoke', async () => {
      const template = await templateOf(mode);
      const configs = all(template, 'AWS::Lambda::EventInvokeConfig').map(({ Properties }) => Properties);
      // API Gateway waits for the answer. Every other service that may invoke a function does not.
      const invoked = all(template, 'AWS::Lambda::Permission')
        .filter(({ Properties }) => Properties.Principal !== 'apigateway.amazonaws.com')
        .map(({ Properties }) => idIn(Properties.FunctionName));
      expect(new Set(invoked).size).toBe(4);
      for (const id of new Set(invoked)) {
        const config = configs.find(({ FunctionName }) => idIn(FunctionName) === id);
        await expectPlace(Object(config?.DestinationConfig).OnFailure?.Destination, `the function ${id}`);
      }
    });

    it('for the migration: the deployment waits for it, and fails with it', async () => {
      for (const { Properties } of all(await templateOf(mode), 'Custom::Trigger'))
        expect(Properties.InvocationType).toBe('RequestResponse');
    });

    it('for streams and queues', async () => {
      const template = await templateOf(mode);
      const queues = all(template, 'AWS::SQS::Queue');
      const mappings = all(template, 'AWS::Lambda::EventSourceMapping');
      expect(mappings.length).toBeGreaterThan(1);
      for (const { id, Properties } of mappings) {
        const source = queues.find((queue) => idIn(Properties.EventSourceArn) === queue.id);
        const place = source
          ? Object(source.Properties.RedrivePolicy).deadLetterTargetArn
          : Object(Properties.DestinationConfig).OnFailure?.Destination;
        await expectPlace(place, `the mapping ${id}`);
      }
    });

    it('that is encrypted, and takes nothing without TLS', async () => {
      const template = await templateOf(mode);
      const found = await deadLetterQueues();
      expect(found).toHaveLength(6);
      for (const { id, Properties } of found) {
        expect(Properties.SqsManagedSseEnabled).toBe(true);
        const policies = all(template, 'AWS::SQS::QueuePolicy').filter(({ Properties: { Queues } }) =>
          JSON.stringify(Queues).includes(`"${id}"`),
        );
        expect(JSON.stringify(policies)).toContain('aws:SecureTransport');
      }
    });
  },
);

describe.each(Object.keys(modes))('In the mode %s, deleting the stack', (mode) => {
  it('keeps nothing but a snapshot of the database', async () => {
    const { Resources } = (await templateOf(mode)).toJSON();
    const kept = Object.values<Resource>(Resources)
      // CloudFormation deletes what names no policy, except databases.
      // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
      .filter(({ DeletionPolicy = 'Delete' }) => DeletionPolicy !== 'Delete')
      .map(({ Type, DeletionPolicy }) => `${Type}: ${DeletionPolicy}`);
    const database = (modes[mode]?.database ?? 'rds') as string;
    const snapshots: Record<string, string[]> = {
      rds: ['AWS::RDS::DBInstance: Snapshot'],
      aurora: ['AWS::RDS::DBCluster: Snapshot'],
    };
    expect(kept).toEqual(snapshots[database] ?? []);
  });

  it('finds nothing protected but the database', async () => {
    const { Resources } = (await templateOf(mode)).toJSON();
    const isProtected = ({ Properties = {} }: Resource) =>
      Properties.DeletionProtection === true || Properties.DeletionProtectionEnabled === true;
    for (const { Type } of Object.values<Resource>(Resources).filter(isProtected))
      expect(Type).toMatch(/^AWS::RDS::DB(Instance|Cluster)$/);
  });

  it('deletes the log group of every function: Lambda would make one that stays', async () => {
    const template = await templateOf(mode);
    const groups = Object.keys(resourcesOf(template, 'AWS::Logs::LogGroup'));
    for (const { Properties } of all(template, 'AWS::Lambda::Function').filter(isBelfrys))
      expect(groups).toContain(idIn(Object(Properties.LoggingConfig).LogGroup));
  });
});
