import type { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { beforeAll, describe, expect, it } from 'vitest';
import { optionsOf } from '../../bin/options.ts';
import type { NotificationsProps } from '../../lib/notifications-props.ts';
import { NotificationsStack } from '../../lib/notifications-stack.ts';
import { modes } from '../support/modes.ts';
import { resourcesOf, synthesizeApp, theResource } from './template.ts';

const synthesizeStack = (props: NotificationsProps) =>
  synthesizeApp((app) => new NotificationsStack(app, 'Belfry', { ...existing, ...props }));

// The database with the fewest resources.
const existing: NotificationsProps = { database: { mode: 'existing', secretId: 'belfry/database' } };

const stageOf = (template: Template, kind: 'http' | 'socket') =>
  theResource(template, 'AWS::ApiGatewayV2::Stage', ({ Properties }) =>
    kind === 'http' ? Properties.StageName === '$default' : Properties.StageName === 'live',
  );
const belfrysFunctions = (template: Template) =>
  Object.values(resourcesOf(template, 'AWS::Lambda::Function')).filter(({ Properties }) =>
    String(Properties.Description).startsWith('Belfry'),
  );

let plain: Template;
let full: Template;
beforeAll(async () => {
  plain = await synthesizeStack({});
  full = await synthesizeStack(optionsOf(modes.everything ?? {}));
});

describe('Access logs', () => {
  const formatOf = (template: Template, kind: 'http' | 'socket') =>
    Object(stageOf(template, kind).Properties.AccessLogSettings).Format;

  it('of requests are written unless they are switched off, those of sockets only if they are switched on', async () => {
    expect(formatOf(plain, 'http')).toBeDefined();
    expect(stageOf(plain, 'socket').Properties).not.toHaveProperty('AccessLogSettings');
    expect(formatOf(full, 'socket')).toBeDefined();
    const without = await synthesizeStack({ httpAccessLogs: false });
    expect(stageOf(without, 'http').Properties).not.toHaveProperty('AccessLogSettings');
    expect(accessLogsOf(without)).toEqual([]);
  });

  const accessLogsOf = (template: Template) =>
    Object.values(resourcesOf(template, 'AWS::Logs::LogGroup')).flatMap(({ Properties }) =>
      'LogGroupName' in Properties ? [Properties.LogGroupName] : [],
    );

  it('go where they need no place in the policy of the account, in log groups that name stack and API', () => {
    expect(accessLogsOf(full).toSorted()).toEqual([
      expect.stringMatching(
        /^\/aws\/vendedlogs\/belfry\/Belfry-Notifications-Realtime-AccessLogs-[0-9a-f]{8}$/,
      ),
      expect.stringMatching(/^\/aws\/vendedlogs\/belfry\/Belfry-Notifications-Rest-AccessLogs-[0-9a-f]{8}$/),
    ]);
  });

  it.each(['http', 'socket'] as const)('hold nothing that may hold a token: %s', (kind) => {
    const variables = Object.values(JSON.parse(formatOf(full, kind)));
    expect(variables).toContain('$context.routeKey');
    const allowed =
      /^\$context\.(requestId|requestTime|identity\.sourceIp|eventType|routeKey|status|connectionId|responseLatency|responseLength|authorizer\.error|integrationErrorMessage)$/;
    for (const variable of variables) expect(variable).toMatch(allowed);
  });
});

describe('Logs', () => {
  it('are kept for a month, or for as long as asked for', () => {
    const retentions = (template: Template) => [
      ...new Set(
        Object.values(resourcesOf(template, 'AWS::Logs::LogGroup')).map(
          ({ Properties }) => Properties.RetentionInDays,
        ),
      ),
    ];
    expect(retentions(plain)).toEqual([RetentionDays.ONE_MONTH]);
    expect(retentions(full)).toEqual([RetentionDays.THREE_MONTHS]);
  });
});

describe('Tracing', () => {
  it('is of every function or of none', () => {
    for (const { Properties } of belfrysFunctions(plain))
      expect(Properties).not.toHaveProperty('TracingConfig');
    for (const { Properties } of belfrysFunctions(full))
      expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
  });
});

describe('Concurrency', () => {
  const reserved = (template: Template) =>
    belfrysFunctions(template)
      .filter(({ Properties }) => 'ReservedConcurrentExecutions' in Properties)
      .map(({ Properties }) => [Properties.Description, Properties.ReservedConcurrentExecutions]);

  it('is set aside for no function, or for those that use the database all the time', () => {
    expect(reserved(plain)).toEqual([]);
    expect(reserved(full).map(([, environments]) => environments)).toEqual([20, 20, 20]);
    expect(reserved(full).map(([description]) => description)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('creates'),
        expect.stringContaining('reads'),
        expect.stringContaining('marks'),
      ]),
    );
  });

  it.each([0, 1.5])('cannot be %d', async (reservedConcurrency) => {
    await expect(synthesizeStack({ reservedConcurrency })).rejects.toThrow(
      `reservedConcurrency must be a whole number from 1; it is ${reservedConcurrency}.`,
    );
  });
});

describe('Names of your own', () => {
  const output = (template: Template, name: string) => template.findOutputs(name)[name]?.Value;

  it('are those of the outputs, which say where to point them to as well', () => {
    expect(output(full, 'HttpApiUrl')).toBe('https://notifications.example.com');
    expect(output(full, 'WebSocketUrl')).toBe('wss://sockets.example.com');
    for (const name of ['HttpApiDomainTarget', 'WebSocketDomainTarget']) {
      expect(output(full, name)).toEqual({ 'Fn::GetAtt': [expect.any(String), 'RegionalDomainName'] });
      expect(output(plain, name)).toBeUndefined();
    }
  });

  it('lead to the stages of their APIs', () => {
    const mapped = Object.values(resourcesOf(full, 'AWS::ApiGatewayV2::ApiMapping'));
    for (const kind of ['http', 'socket'] as const) {
      const { ApiId, StageName: Stage } = stageOf(full, kind).Properties;
      expect(mapped.map(({ Properties }) => Properties)).toContainEqual(
        expect.objectContaining({ ApiId, Stage }),
      );
    }
  });

  it('leave posting to sockets to the API’s own address', () => {
    const [create] = belfrysFunctions(full).filter(({ Properties }) =>
      String(Properties.Description).includes('creates'),
    );
    expect(JSON.stringify(create?.Properties.Environment)).toContain('execute-api');
  });
});
