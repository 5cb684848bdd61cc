import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { NotificationsStack } from '../../lib/notifications-stack.ts';
import { type Resource, resourcesOf, synthesizeApp, theResource } from './template.ts';

let template: Template;
beforeAll(async () => {
  template = await synthesizeApp((app) => new NotificationsStack(app, 'Belfry', {}));
});

const isOf =
  (part: string) =>
  ({ id }: Resource & { id: string }) =>
    id.startsWith(`Notifications${part}`);
const tick = () => theResource(template, 'AWS::Lambda::Function', isOf('TimersTick'));
const publish = () => theResource(template, 'AWS::Lambda::Function', isOf('OutgoingEventsPublish'));

describe('The tick', () => {
  const deadLetters = () => ({
    'Fn::GetAtt': [theResource(template, 'AWS::SQS::Queue', isOf('Timers')).id, 'Arn'],
  });

  it('runs every minute, for less than a minute, with the rules of the installation', () => {
    expect(theResource(template, 'AWS::Events::Rule', isOf('Timers')).Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [tick().id, 'Arn'] } }],
    });
    // The protocol of the due time asks for it: see functions/core/due-time.ts.
    expect(tick().Properties.Timeout).toBeLessThan(60);
  });

  it('is not tried again, because the next one follows, and leaves a letter that shows that it failed', () => {
    expect(theResource(template, 'AWS::Events::Rule', isOf('Timers')).Properties.Targets).toMatchObject([
      { RetryPolicy: { MaximumRetryAttempts: 0 }, DeadLetterConfig: { Arn: deadLetters() } },
    ]);
    expect(theResource(template, 'AWS::Lambda::EventInvokeConfig', isOf('Timers')).Properties).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: deadLetters() } },
    });
  });

  it('and what changes inboxes know the table of the due time, which has one key and no time to live', () => {
    const table = theResource(template, 'AWS::DynamoDB::Table', isOf('TimersDueTimes'));
    expect(table).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    });
    expect(table.Properties).not.toHaveProperty('TimeToLiveSpecification');
    const known = Object.values(resourcesOf(template, 'AWS::Lambda::Function'))
      .map(({ Properties }) => Object(Properties))
      .filter(({ Environment }) => Environment?.Variables?.DUE_TIMES_TABLE_NAME?.Ref === table.id)
      .map(({ Description }) => Description);
    expect(known).toEqual(
      expect.arrayContaining([
        expect.stringContaining('creates notifications'),
        expect.stringContaining('marks notifications'),
        expect.stringContaining('does what is due'),
      ]),
    );
    expect(known).toHaveLength(3);
  });
});

describe('Events on their way to the bus', () => {
  const table = () => theResource(template, 'AWS::DynamoDB::Table', isOf('OutgoingEvents'));
  const mapping = () => theResource(template, 'AWS::Lambda::EventSourceMapping', isOf('OutgoingEvents'));
  const queue = () => theResource(template, 'AWS::SQS::Queue', isOf('OutgoingEvents'));

  it('are items of a table that forgets them, and whose stream feeds the function with new ones', () => {
    expect(table().Properties).toMatchObject({
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
    expect(mapping().Properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [table().id, 'StreamArn'] },
      FunctionName: { Ref: publish().id },
      StartingPosition: 'TRIM_HORIZON',
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
    });
  });

  it('are tried again for as long as the stream keeps them, from the one that failed on', () => {
    expect(mapping().Properties).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRecordAgeInSeconds: 86_400,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue().id, 'Arn'] } } },
    });
    expect(mapping().Properties).not.toHaveProperty('MaximumRetryAttempts');
    expect(queue().Properties.MessageRetentionPeriod).toBe(14 * 24 * 3_600);
  });

  it('are published outside of the network, on the bus of the installation, as Belfry alone', () => {
    expect(publish().Properties).not.toHaveProperty('VpcConfig');
    const bus = theResource(template, 'AWS::Events::EventBus');
    const policy = theResource(template, 'AWS::IAM::Policy', isOf('OutgoingEventsPublish'));
    // The cast: the shape of every policy document in a template.
    const { Statement } = policy.Properties.PolicyDocument as { Statement: { Action: unknown }[] };
    expect(Statement.find(({ Action }) => Action === 'events:PutEvents')).toMatchObject({
      Resource: { 'Fn::GetAtt': [bus.id, 'Arn'] },
      Condition: { 'ForAllValues:StringEquals': { 'events:source': ['belfry'] } },
    });
  });

  it('start no create: the rule for create commands takes those alone', () => {
    const rule = theResource(template, 'AWS::Events::Rule', isOf('Pipeline'));
    expect(rule.Properties.EventPattern).toEqual({ 'detail-type': ['notification.create'] });
  });
});
