import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitToEmulator } from '../../lib/emulator.ts';
import { NotificationsStack } from '../../lib/notifications-stack.ts';
import { resourcesOf, synthesizeApp, theResource } from './template.ts';

const database = { mode: 'existing', secretId: 'belfry/database' } as const;

describe('A stack that is fitted to an emulator', () => {
  let cloud: Template;
  let fitted: Template;

  beforeAll(async () => {
    cloud = await synthesizeApp((app) => new NotificationsStack(app, 'Belfry', { database }));
    fitted = await synthesizeApp((app) => {
      const stack = new NotificationsStack(app, 'Belfry', { database });
      fitToEmulator(stack, 'http://127.0.0.1:4566');
      return stack;
    });
  });

  const idsOf = (template: Template) => Object.keys(template.toJSON().Resources);

  it('lacks what the list names and nothing else', () => {
    const left = idsOf(cloud).filter((id) => !idsOf(fitted).includes(id));
    const { Resources } = cloud.toJSON();
    expect(new Set(left.map((id) => Resources[id].Type))).toEqual(
      new Set(['AWS::ApiGatewayV2::RouteResponse', 'AWS::ApiGatewayV2::IntegrationResponse']),
    );
    expect(idsOf(fitted).filter((id) => !idsOf(cloud).includes(id))).toEqual([]);
  });

  it('depends on nothing that was left out', () => {
    const { Resources } = fitted.toJSON();
    const depended = Object.values<{ DependsOn?: string[] }>(Resources).flatMap(
      ({ DependsOn = [] }) => DependsOn,
    );
    expect(depended.filter((id) => !(id in Resources))).toEqual([]);
  });

  it('tells the emulator’s addresses of both APIs', () => {
    const addressOf = (output: string) => Object.values(fitted.findOutputs(output))[0]?.Value['Fn::Join'][1];
    const idOf = (protocol: string) =>
      theResource(fitted, 'AWS::ApiGatewayV2::Api', ({ Properties }) => Properties.ProtocolType === protocol)
        .id;
    expect(addressOf('HttpApiUrl')).toEqual([
      'http://127.0.0.1:4566/_aws/execute-api/',
      { Ref: idOf('HTTP') },
      '/$default',
    ]);
    expect(addressOf('WebSocketUrl')).toEqual([
      'ws://127.0.0.1:4566/_aws/execute-api/',
      { Ref: idOf('WEBSOCKET') },
      '/live',
    ]);
  });

  it('has every function that posts to sockets do so through the emulator', () => {
    const endpointsIn = (template: Template) =>
      Object.values(resourcesOf(template, 'AWS::Lambda::Function'))
        .map(({ Properties }) =>
          JSON.stringify(Object(Properties.Environment).Variables?.CONNECTIONS_ENDPOINT),
        )
        .filter((endpoint) => endpoint !== undefined);
    expect(endpointsIn(fitted)).toHaveLength(endpointsIn(cloud).length);
    expect(endpointsIn(fitted).length).toBeGreaterThan(0);
    for (const endpoint of endpointsIn(fitted))
      expect(endpoint).toContain('127.0.0.1:4566/_aws/execute-api/');
  });

  it('keeps in its metadata what a ping is answered', () => {
    expect(fitted.toJSON().Metadata.IntegrationResponses).toEqual([
      { IntegrationResponseKey: '$default', ResponseTemplates: { $default: '{"type":"pong"}' } },
    ]);
  });
});
