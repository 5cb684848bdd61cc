import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { authorizerCacheSeconds } from '../../functions/transport/principal.ts';
import { routeKeys } from '../../functions/transport/route-keys.ts';
import { NotificationHttpApi } from '../../lib/http-api.ts';
import { NotificationFunction } from '../../lib/notification-function.ts';
import { throttlingOf } from '../../lib/throttling.ts';
import { resourcesOf, synthesize, theResource, tokenEnvironment } from './template.ts';

const httpApi = (allowedOrigins: readonly string[]) =>
  synthesize((stack) => {
    const functionFor = (entry: string) =>
      new NotificationFunction(stack, entry, { entry, description: entry, environment: {} });
    const functions = {
      read: functionFor('read-notifications'),
      update: functionFor('update-notifications'),
      create: functionFor('create-notification'),
    };
    new NotificationHttpApi(stack, 'Rest', {
      tokens: tokenEnvironment,
      allowedOrigins,
      functions,
      accessLogs: true,
      throttling: throttlingOf({ http: { burst: 900 } }),
    });
  });

describe('The HTTP API', () => {
  const allowedOrigins = ['https://app.example.com', 'http://localhost:3000'];
  let template: Template;
  beforeAll(async () => {
    template = await httpApi(allowedOrigins);
  });

  const routes = () => Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route'));
  const keysOf = (list: { Properties: Record<string, unknown> }[]) =>
    list.map(({ Properties }) => String(Properties.RouteKey));

  it('has exactly the routes of the table', () => {
    expect(keysOf(routes()).toSorted()).toEqual(Object.values(routeKeys).flat().toSorted());
  });

  it('has the same limit for each route', () => {
    const { Properties } = theResource(template, 'AWS::ApiGatewayV2::Stage');
    expect(Properties.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 1_000,
      ThrottlingBurstLimit: 900,
    });
    expect(Properties).not.toHaveProperty('RouteSettings');
  });

  it('has no route that takes every path or every method', () => {
    for (const key of keysOf(routes())) expect(key).toMatch(/^(GET|POST|PUT|DELETE) \//);
  });

  it('has every route authorized by the Lambda authorizer', () => {
    const { id } = theResource(template, 'AWS::ApiGatewayV2::Authorizer');
    for (const { Properties } of routes()) {
      expect(Properties).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: id } });
    }
  });

  it.each([
    ['read', /readnotifications/],
    ['update', /updatenotifications/],
    ['create', /createnotification/],
  ] as const)('has the routes that %s served by the function that does', (kind, expected) => {
    const integrations = resourcesOf(template, 'AWS::ApiGatewayV2::Integration');
    for (const { Properties } of routes()) {
      if (!(routeKeys[kind] as readonly unknown[]).includes(Properties.RouteKey)) continue;
      const target = JSON.stringify(Properties.Target);
      const [, integration] = Object.entries(integrations).find(([id]) => target.includes(`"${id}"`)) ?? [];
      expect(integration?.Properties).toMatchObject({
        IntegrationType: 'AWS_PROXY',
        PayloadFormatVersion: '2.0',
      });
      expect(JSON.stringify(integration?.Properties.IntegrationUri)).toMatch(expected);
    }
  });

  it('asks the authorizer by the header alone and keeps its answer for 30 seconds at most', () => {
    const { Properties } = theResource(template, 'AWS::ApiGatewayV2::Authorizer');
    expect(Properties).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization'],
    });
    expect(Properties.AuthorizerResultTtlInSeconds).toBe(authorizerCacheSeconds);
    expect(authorizerCacheSeconds).toBeLessThanOrEqual(30);
  });

  it('is reached over IPv4 and IPv6', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      ProtocolType: 'HTTP',
      IpAddressType: 'dualstack',
    });
  });

  it('lets pages of the allowed origins call, with the headers of the contract', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowOrigins: allowedOrigins,
        AllowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
        AllowHeaders: ['authorization', 'content-type', 'idempotency-key'],
        ExposeHeaders: [
          ...['date', 'retry-after', 'x-request-id'],
          ...['www-authenticate', 'x-amzn-remapped-www-authenticate'],
        ],
      },
    });
  });

  it('lets no page of another origin call if none is allowed', async () => {
    (await httpApi([])).hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: Match.absent(),
    });
  });
});
