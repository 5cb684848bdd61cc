import { App, NestedStack, Stack, type StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { installationOf } from '../../lib/installation.ts';

/** The installation of a database in the construct `id` of a stack. */
function installationIn(stack: Stack, id = 'Notifications') {
  const { id: name, hash } = installationOf(new Construct(new Construct(stack, id), 'Database'));
  return { name: String(stack.resolve(name)), hash };
}

const stackNamed = (stackName: string, props: StackProps = {}) =>
  new Stack(new App(), 'Any', { stackName, ...props });
const env = { account: '111122223333', region: 'eu-central-1' };

describe('An installation', () => {
  it('is named by account, region, stack and path', () => {
    const { name, hash } = installationIn(stackNamed('Belfry', { env }));
    expect(name).toBe('111122223333/eu-central-1/Belfry/Notifications');
    // It must never change: the users of deployed databases are named by it.
    expect(hash).toBe('3f94a869');
  });

  it('stays the same when its stack is synthesized from another place', () => {
    class Stage extends Construct {}
    const moved = new Stack(new Stage(new App(), 'Elsewhere'), 'Other', { stackName: 'Belfry', env });
    expect(installationIn(moved)).toEqual(installationIn(stackNamed('Belfry', { env })));
  });

  it('differs from one in another account or region, which is known at the deployment', () => {
    const stack = stackNamed('Belfry');
    const [name] = [installationOf(new Construct(new Construct(stack, 'Notifications'), 'Database')).id];
    expect(stack.resolve(name)).toEqual({
      'Fn::Join': ['', [{ Ref: 'AWS::AccountId' }, '/', { Ref: 'AWS::Region' }, '/Belfry/Notifications']],
    });
  });

  it('differs from another one in the same stack, in another stack, and in a nested stack', () => {
    const stack = stackNamed('Belfry', { env });
    const all = [
      installationIn(stack, 'One'),
      installationIn(stack, 'Two'),
      installationIn(stackNamed('Staging', { env }), 'One'),
      installationIn(new NestedStack(stack, 'Nested'), 'One'),
      installationIn(new NestedStack(stack, 'Nested2'), 'One'),
    ];
    expect(new Set(all.map(({ hash }) => hash)).size).toBe(all.length);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });
});
