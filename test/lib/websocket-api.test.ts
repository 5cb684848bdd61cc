import { Duration } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { connectionIdIndex } from '../../functions/core/deployment.ts';
import { throttlingOf } from '../../lib/throttling.ts';
import { NotificationWebSocketApi, type NotificationWebSocketApiProps } from '../../lib/websocket-api.ts';
import {
  emptyStack,
  type Resource,
  resourcesOf,
  synthesize,
  theResource,
  tokenEnvironment,
} from './template.ts';

const props: NotificationWebSocketApiProps = {
  tokens: { ...tokenEnvironment, JWT_RULES: '[{"issuers":["a"]}]' },
  allowedOrigins: ['https://a.example.com', 'https://b.example.com'],
  connectionMinimumLifetime: Duration.minutes(20),
  connectionLimit: 12,
  throttling: throttlingOf({ ping: { rate: 2_000 } }),
};

let template: Template;
beforeAll(async () => {
  template = await synthesize((stack) => {
    new NotificationWebSocketApi(stack, 'Realtime', props);
  });
});

describe('The connections table', () => {
  it('finds the connections of a user by its keys', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'user_id', KeyType: 'HASH' },
        { AttributeName: 'connection_id', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    });
  });

  it('finds the user of a connection by its one index, of keys only', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [
        {
          IndexName: connectionIdIndex,
          KeySchema: [{ AttributeName: 'connection_id', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });

  it('deletes rows by their ttl', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
  });

  it('goes with the stack', () => {
    const isOfConnections = ({ Properties }: Resource) => 'GlobalSecondaryIndexes' in Properties;
    expect(theResource(template, 'AWS::DynamoDB::Table', isOfConnections).DeletionPolicy).toBe('Delete');
  });
});

describe('The count of connections', () => {
  it('is taken every five minutes, and not tried again', () => {
    const isCount = ({ Properties }: Resource) =>
      String(Properties.Description).endsWith('connections there are');
    const { id } = theResource(template, 'AWS::Lambda::Function', isCount);
    expect(theResource(template, 'AWS::Events::Rule').Properties).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [{ Arn: { 'Fn::GetAtt': [id, 'Arn'] }, RetryPolicy: { MaximumRetryAttempts: 0 } }],
    });
  });
});

describe('The WebSocket API', () => {
  const route = (key: string) =>
    theResource(template, 'AWS::ApiGatewayV2::Route', ({ Properties }) => Properties.RouteKey === key);
  const integrationOf = (key: string) => {
    const target = JSON.stringify(route(key).Properties.Target);
    const found = Object.entries(resourcesOf(template, 'AWS::ApiGatewayV2::Integration'));
    return found.find(([id]) => target.includes(`"${id}"`))?.[1].Properties;
  };

  it('has its four routes', () => {
    const keys = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).map(
      ({ Properties }) => Properties.RouteKey,
    );
    expect(keys.toSorted()).toEqual(['$connect', '$default', '$disconnect', 'ping']);
  });

  it('selects a route by the action of a message', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
      IpAddressType: 'dualstack',
    });
  });

  it('answers a ping without a function', () => {
    expect(integrationOf('ping')).toMatchObject({ IntegrationType: 'MOCK' });
    const { Properties } = theResource(template, 'AWS::ApiGatewayV2::IntegrationResponse');
    expect(Properties.ResponseTemplates).toEqual({ $default: '{"type":"pong"}' });
  });

  it.each(['ping', '$default'])('has the answer of %s sent to the socket', (key) => {
    const { id, Properties } = route(key);
    expect(Properties.RouteResponseSelectionExpression).toBe('$default');
    template.hasResourceProperties('AWS::ApiGatewayV2::RouteResponse', {
      RouteId: { Ref: id },
      RouteResponseKey: '$default',
    });
  });

  it.each(['$connect', '$disconnect', '$default'])('has a function behind %s', (key) => {
    expect(integrationOf(key)).toMatchObject({ IntegrationType: 'AWS_PROXY' });
  });

  it('tells the function behind $connect the rules of the door', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          JWT_RULES: '[{"issuers":["a"]}]',
          ALLOWED_ORIGINS: 'https://a.example.com https://b.example.com',
          CONNECTION_MINIMUM_LIFETIME_MINUTES: '20',
          CONNECTION_LIMIT: '12',
        }),
      },
    });
  });

  it.each([0, -1, 2.5, Number.NaN])('refuses %j as a limit of connections', (connectionLimit) => {
    expect(
      () => new NotificationWebSocketApi(emptyStack(), 'Realtime', { ...props, connectionLimit }),
    ).toThrow(`connectionLimit must be a whole number from 1; it is ${connectionLimit}.`);
  });

  it('has a limit for each of its routes, so that a flood of one leaves the others alone', () => {
    const { Properties } = theResource(template, 'AWS::ApiGatewayV2::Stage');
    expect(Properties.RouteSettings).toEqual({
      $connect: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 500 },
      ping: { ThrottlingRateLimit: 2_000, ThrottlingBurstLimit: 1_000 },
      $default: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 200 },
    });
    expect(Properties.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 1_000,
      ThrottlingBurstLimit: 1_000,
    });
  });

  it('has its first deployment when every route is there, and every answer', () => {
    const { DependsOn } = theResource(template, 'AWS::ApiGatewayV2::Stage');
    const routes = Object.keys(resourcesOf(template, 'AWS::ApiGatewayV2::Route'));
    const answered = ['RouteResponse', 'IntegrationResponse'].flatMap((type) =>
      Object.keys(resourcesOf(template, `AWS::ApiGatewayV2::${type}`)),
    );
    // The route of the ping by its response.
    expect(DependsOn).toEqual(
      expect.arrayContaining([...routes.filter((id) => !id.includes('Ping')), ...answered]),
    );
  });
});
