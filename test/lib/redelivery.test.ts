import { Duration } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { Network } from '../../lib/network.ts';
import { throttlingOf } from '../../lib/throttling.ts';
import { NotificationWebSocketApi } from '../../lib/websocket-api.ts';
import { synthesize, theResource, tokenEnvironment } from './template.ts';

let template: Template;
beforeAll(async () => {
  template = await synthesize((stack) => {
    new NotificationWebSocketApi(stack, 'Realtime', {
      tokens: tokenEnvironment,
      allowedOrigins: [],
      connectionMinimumLifetime: Duration.minutes(15),
      connectionLimit: 10,
      throttling: throttlingOf(),
    });
  });
});

const table = () =>
  theResource(template, 'AWS::DynamoDB::Table', ({ Properties }) => 'StreamSpecification' in Properties);
const queue = () => theResource(template, 'AWS::SQS::Queue', ({ id }) => id.includes('Redelivery'));
const deliver = () =>
  theResource(template, 'AWS::Lambda::Function', ({ Properties }) =>
    String(Properties.Description).startsWith('Belfry: delivers again'),
  );

describe('The table of deliveries', () => {
  it('has one item for each attempt, pays on demand, and forgets by its ttl', () => {
    expect(table()).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        KeySchema: [
          { AttributeName: 'user_id', KeyType: 'HASH' },
          { AttributeName: 'leftover_id', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      },
    });
  });

  it('streams new items', () => {
    expect(table().Properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_IMAGE' });
  });
});

describe('The stream of deliveries', () => {
  const mapping = () => theResource(template, 'AWS::Lambda::EventSourceMapping');

  it('feeds the function with inserted items alone, from the first one on', () => {
    expect(mapping().Properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [table().id, 'StreamArn'] },
      FunctionName: { Ref: deliver().id },
      StartingPosition: 'TRIM_HORIZON',
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
    });
  });

  it('makes two seconds of pause between two attempts', () => {
    expect(mapping().Properties).toMatchObject({ BatchSize: 25, MaximumBatchingWindowInSeconds: 2 });
  });

  it('ends its tries of a batch that crashes the function, cuts it in two, and keeps what it discards', () => {
    expect(mapping().Properties).toMatchObject({
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 3_600,
      BisectBatchOnFunctionError: true,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queue().id, 'Arn'] } } },
    });
  });

  it('is read by a grant that is there before it', () => {
    const policy = theResource(template, 'AWS::IAM::Policy', ({ Properties }) =>
      JSON.stringify(Properties).includes('dynamodb:GetRecords'),
    );
    expect(mapping().DependsOn).toContain(policy.id);
    expect(JSON.stringify(policy.Properties)).not.toContain('"*"');
  });
});

describe('The stream of deliveries of an isolated network', () => {
  let isolated: Template;
  beforeAll(async () => {
    isolated = await synthesize((stack) => {
      new NotificationWebSocketApi(stack, 'Realtime', {
        tokens: tokenEnvironment,
        allowedOrigins: [],
        connectionMinimumLifetime: Duration.minutes(15),
        connectionLimit: 10,
        throttling: throttlingOf(),
        network: new Network(stack, 'Network', { mode: 'isolated' }),
      });
    });
  });

  const mappingOf = (condition: unknown) => {
    const pattern = { eventName: ['INSERT'], dynamodb: { NewImage: { type: { S: [condition] } } } };
    return theResource(isolated, 'AWS::Lambda::EventSourceMapping', ({ Properties }) =>
      JSON.stringify(Properties.FilterCriteria).includes(JSON.stringify(JSON.stringify(pattern))),
    ).Properties;
  };

  it('hands on frames at once, and what is left over after a pause', () => {
    expect(mappingOf('frame')).not.toHaveProperty('MaximumBatchingWindowInSeconds');
    expect(mappingOf({ 'anything-but': ['frame'] })).toMatchObject({ MaximumBatchingWindowInSeconds: 2 });
  });
});

describe('The function that delivers again', () => {
  it('runs outside the network, and longer than it begins anything', () => {
    expect(deliver().Properties).not.toHaveProperty('VpcConfig');
    expect(Number(deliver().Properties.Timeout)).toBeGreaterThan(20 + 15);
  });

  it('knows its tables, the sockets and where dead letters go', () => {
    expect(deliver().Properties.Environment).toMatchObject({
      Variables: {
        DELIVERIES_TABLE_NAME: { Ref: table().id },
        CONNECTIONS_ADDRESS_FAMILY: '0',
        DEAD_LETTER_QUEUE_URL: { Ref: queue().id },
      },
    });
  });
});

describe('The dead letters of deliveries', () => {
  it('are encrypted, and kept for 14 days', () => {
    expect(queue().Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
  });
});
