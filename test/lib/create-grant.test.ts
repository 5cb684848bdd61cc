import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnParameter } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { AnyPrincipal, Effect, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type FunctionProps, InlineCode, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CreateGrant, grantCreate } from '../../lib/create-grant.ts';
import { emptyStack } from './template.ts';

const functionProps: FunctionProps = {
  code: new InlineCode('exports.handler = async () => {}'),
  handler: 'index.handler',
  runtime: Runtime.NODEJS_24_X,
};

/** A stack with the doors and a producer. */
function producer() {
  const stack = emptyStack();
  // The cast: a plain function is behind the door in place of Belfry's bundle.
  const doors = {
    function: new LambdaFunction(stack, 'Create', functionProps),
    bus: new EventBus(stack, 'Bus'),
    queue: new Queue(stack, 'Queue'),
  } as unknown as Parameters<typeof grantCreate>[0];
  const role = new Role(stack, 'Producer', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  const grant = (value?: unknown) => grantCreate(doors, role, value as CreateGrant);
  const statements = () => {
    const policy = role.node.tryFindChild('DefaultPolicy');
    return policy instanceof Policy ? stack.resolve(policy.document).Statement : [];
  };
  return { stack, doors, role, grant, statements };
}

const actionsOf = (statements: { Action: string | string[] }[]) => statements.flatMap(({ Action }) => Action);

describe('grantCreate', () => {
  const [invoke, event, queue] = ['lambda:InvokeFunction', 'events:PutEvents', 'sqs:SendMessage'] as const;

  it.each<[grant: CreateGrant | undefined, granted: string[]]>([
    [undefined, [invoke, event, queue]],
    [{ door: 'invoke' }, [invoke]],
    [{ door: 'event', sources: ['booking'] }, [event]],
    [{ door: 'queue' }, [queue]],
  ])('for %j allows %j, and none of the other doors', (grant, granted) => {
    const { grant: allow, statements } = producer();
    allow(grant);
    const actions = actionsOf(statements());
    expect([invoke, event, queue].filter((action) => actions.includes(action))).toEqual(granted);
  });

  it('binds the door event to each of the sources, and to events that have one', () => {
    const { grant, statements } = producer();
    grant({ door: 'event', sources: ['booking', 'events2go.booking', 'booking'] });
    expect(statements()).toEqual([
      {
        Effect: 'Allow',
        Action: event,
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Bus/), 'Arn'] },
        Condition: {
          'ForAllValues:StringEquals': { 'events:source': ['booking', 'events2go.booking'] },
          Null: { 'events:source': 'false' },
        },
      },
    ]);
  });

  it('adds up over several grants', () => {
    const { grant, statements } = producer();
    grant({ door: 'event', sources: ['booking'] });
    grant({ door: 'queue' });
    expect(actionsOf(statements())).toEqual(expect.arrayContaining([event, queue]));
  });

  it('accepts a source that only the deployment knows', () => {
    const { stack, grant, statements } = producer();
    grant({ door: 'event', sources: [new CfnParameter(stack, 'Source').valueAsString] });
    const [statement] = statements();
    expect(statement.Condition['ForAllValues:StringEquals']).toEqual({
      'events:source': [{ Ref: 'Source' }],
    });
  });

  it.each<[grant: unknown, message: RegExp]>([
    [null, /there is no door undefined\. Use invoke, event or queue/],
    ['queue', /there is no door undefined/],
    [{}, /there is no door undefined/],
    [{ sources: ['booking'] }, /there is no door undefined/],
    [{ door: 'function' }, /there is no door "function"\. Use invoke, event or queue/],
    [{ door: 'toString' }, /there is no door "toString"/],
    [{ door: ['queue'] }, /there is no door \["queue"\]/],
    [{ door: 'http' }, /the door http needs no grant in IAM\. Give the producer a token/],
    [{ door: 'event' }, /the door event needs the sources .* sources is undefined/],
    [{ door: 'event', sources: [] }, /sources is \[\]/],
    [{ door: 'event', sources: 'booking' }, /sources is "booking"/],
    [{ door: 'event', sources: ['booking', ''] }, /the source "" must be a text that is not empty/],
    [{ door: 'event', sources: [7] }, /the source 7 must be a text/],
    [{ door: 'event', sources: [undefined] }, /the source undefined must be a text/],
    [
      { door: 'event', sources: ['booking '] },
      /the source "booking " must not begin or end with white space/,
    ],
    [{ door: 'event', sources: ['*'] }, /the source "\*" must not contain \*/],
    [{ door: 'event', sources: ['events2go.*'] }, /the source "events2go\.\*" must not contain \*/],
    [{ door: 'event', sources: ['booking?'] }, /must not contain \*, \?/],
    [{ door: 'event', sources: [`\${aws:username}`] }, /must not contain .*: name each source in full/],
    [{ door: 'event', sources: ['aws.ec2'] }, /the source "aws\.ec2" must not begin with aws\./],
    [{ door: 'queue', sources: ['booking'] }, /the door queue has no sources.*\["booking"\]/],
    [{ door: 'invoke', sources: [] }, /the door invoke has no sources/],
  ])('refuses %j, and grants nothing', (grant, message) => {
    const { grant: allow, statements } = producer();
    expect(() => allow(grant)).toThrow(message);
    expect(statements()).toEqual([]);
  });
});

describe('the guide', () => {
  it('prints grants and a policy of the bus that synthesize', () => {
    const guide = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
    const [, section = ''] = guide.split('### Grant one door');
    const examples = [...section.matchAll(/```ts\n(.*?)```/gs)].slice(0, 2).map(([, code = '']) => code);
    const { stack, doors, role, grant, statements } = producer();
    const surroundings = {
      notifications: { grantCreate: (_: unknown, value: unknown) => grant(value), eventBus: doors.bus },
      payments: { role },
      reports: {},
      booking: {},
      AnyPrincipal,
      Effect,
      PolicyStatement,
    };
    new Function(...Object.keys(surroundings), examples.join('\n'))(...Object.values(surroundings));
    expect(statements()).toHaveLength(3);
    // Its validation takes longer than all the rest.
    vi.stubEnv('CDK_VALIDATION', 'false');
    onTestFinished(() => void vi.unstubAllEnvs());
    Template.fromStack(stack).hasResourceProperties('AWS::Events::EventBusPolicy', {
      Statement: {
        Effect: 'Deny',
        Action: 'events:PutEvents',
        Condition: {
          'ForAnyValue:StringEquals': { 'events:source': ['payments'] },
          ArnNotEquals: { 'aws:PrincipalArn': stack.resolve(role.roleArn) },
        },
      },
    });
  });
});
