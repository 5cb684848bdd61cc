import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { CreatePipeline } from '../../lib/create-pipeline.ts';
import { Network } from '../../lib/network.ts';
import { createPipelineProps } from './create-pipeline-props.ts';
import { resourcesOf, synthesize, theResource } from './template.ts';

let template: Template;
beforeAll(async () => {
  template = await synthesize((stack) => {
    new CreatePipeline(
      stack,
      'Pipeline',
      createPipelineProps(new Network(stack, 'Network', { mode: 'ipv6' })),
    );
  });
});

const createFunction = () =>
  theResource(template, 'AWS::Lambda::Function', ({ Properties }) =>
    String(Properties.Description).startsWith('Belfry: creates'),
  );
const queue = (kind: 'door' | 'dead letters') =>
  theResource(
    template,
    'AWS::SQS::Queue',
    ({ Properties }) => 'RedrivePolicy' in Properties === (kind === 'door'),
  );
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

describe('The create queue', () => {
  it('hands messages to the create function, ten at most, and takes only the failed ones back', () => {
    expect(theResource(template, 'AWS::Lambda::EventSourceMapping').Properties).toMatchObject({
      EventSourceArn: arnOf(queue('door').id),
      FunctionName: { Ref: createFunction().id },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it.each([
    [undefined, 10],
    [100, 10],
    [4, 4],
    // The least that Lambda takes.
    [1, 2],
  ])('with %d environments set aside is worked on by %d at once', async (reservedConcurrency, expected) => {
    const made = await synthesize((stack) => {
      const network = new Network(stack, 'Network', { mode: 'ipv6' });
      new CreatePipeline(stack, 'Pipeline', createPipelineProps(network, { reservedConcurrency }));
    });
    expect(theResource(made, 'AWS::Lambda::EventSourceMapping').Properties).toMatchObject({
      ScalingConfig: { MaximumConcurrency: expected },
    });
  });

  it('hides a message for six times as long as the function may take, as AWS asks', () => {
    const { Timeout } = createFunction().Properties;
    expect(queue('door').Properties.VisibilityTimeout).toBe(Number(Timeout) * 6);
  });

  it('gives up on a message after five receives', () => {
    expect(queue('door').Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: arnOf(queue('dead letters').id),
      maxReceiveCount: 5,
    });
  });
});

describe('The bus', () => {
  it('has the name that it is given', async () => {
    const eventBusName = 'BelfryNotificationsPipelineBus0A1B2C3D';
    const named = await synthesize((stack) => {
      const network = new Network(stack, 'Network', { mode: 'ipv6' });
      new CreatePipeline(stack, 'Pipeline', createPipelineProps(network, { eventBusName }));
    });
    expect(theResource(named, 'AWS::Events::EventBus').Properties.Name).toBe(eventBusName);
  });

  const rule = () => theResource(template, 'AWS::Events::Rule').Properties;

  it('hands notification.create events to the create function', () => {
    expect(rule()).toMatchObject({
      EventBusName: { Ref: theResource(template, 'AWS::Events::EventBus').id },
      EventPattern: { 'detail-type': ['notification.create'] },
      State: 'ENABLED',
      Targets: [{ Arn: arnOf(createFunction().id) }],
    });
  });

  it('keeps the events that it cannot deliver', () => {
    expect(rule()).toMatchObject({
      Targets: [{ DeadLetterConfig: { Arn: arnOf(queue('dead letters').id) } }],
    });
  });
});

describe('The create function', () => {
  it('keeps the asynchronous invocations that fail for good', () => {
    expect(theResource(template, 'AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({
      FunctionName: { Ref: createFunction().id },
      DestinationConfig: { OnFailure: { Destination: arnOf(queue('dead letters').id) } },
    });
  });
});

describe('The rules for creating', () => {
  const rates = () => theResource(template, 'AWS::DynamoDB::Table');

  it('are in the environment of the create function', () => {
    expect(createFunction().Properties.Environment).toMatchObject({
      Variables: {
        CREATE_SCOPE: 'notifications:create',
        RATE_TABLE_NAME: { Ref: rates().id },
        CREATES_PER_MINUTE: '600',
      },
    });
  });

  it('have a table of counts, by subject and minute, which clears itself and goes with the stack', () => {
    expect(rates()).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        KeySchema: [
          { AttributeName: 'subject', KeyType: 'HASH' },
          { AttributeName: 'minute', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'subject', AttributeType: 'S' },
          { AttributeName: 'minute', AttributeType: 'N' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      },
    });
  });

  it('let the create function raise counts and do nothing else with them', () => {
    const policies = JSON.stringify(Object.values(resourcesOf(template, 'AWS::IAM::Policy')));
    expect(policies).toContain(
      `{"Action":"dynamodb:UpdateItem","Effect":"Allow","Resource":{"Fn::GetAtt":["${rates().id}","Arn"]}}`,
    );
    expect(policies.match(new RegExp(`"${rates().id}"`, 'g'))).toHaveLength(1);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'have no limit of %d',
    async (createsPerMinute) => {
      const made = synthesize((stack) => {
        const network = new Network(stack, 'Network', { mode: 'ipv6' });
        new CreatePipeline(stack, 'Pipeline', createPipelineProps(network, { createsPerMinute }));
      });
      await expect(made).rejects.toThrow(/createsPerMinute must be a whole number/);
    },
  );
});

describe('The queues', () => {
  it('are encrypted', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::SQS::Queue'))) {
      expect(Properties.SqsManagedSseEnabled).toBe(true);
    }
  });

  it('take messages over TLS alone', () => {
    const refused = Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy')).flatMap(({ Properties }) =>
      JSON.stringify(Properties).includes('"aws:SecureTransport":"false"') ? [Properties.Queues] : [],
    );
    expect(refused.flat()).toHaveLength(2);
  });

  it('keep dead letters for 14 days, the longest that SQS keeps any', () => {
    expect(queue('dead letters').Properties.MessageRetentionPeriod).toBe(14 * 24 * 60 * 60);
  });
});
