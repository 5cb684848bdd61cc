import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { CreatePipeline } from '../../lib/create-pipeline.ts';
import { Network } from '../../lib/network.ts';
import { resourcesOf, synthesize, theResource } from './template.ts';

const environment = {
  DATABASE_HOST: 'db',
  DATABASE_PORT: '5432',
  DATABASE_NAME: 'belfry',
  DATABASE_USER: 'belfry_writer',
  CONNECTIONS_TABLE_NAME: 'connections',
  DELIVERIES_TABLE_NAME: 'deliveries',
  CONNECTIONS_ENDPOINT: 'https://sockets.example.com/live',
  CONNECTIONS_ADDRESS_FAMILY: '6',
} as const;

let template: Template;
beforeAll(async () => {
  template = await synthesize((stack) => {
    new CreatePipeline(stack, 'Pipeline', { environment, network: new Network(stack, 'Network') });
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
