import { App, NestedStack, Stack, type StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { installationOf, metricsNamespaceOf, uniqueName } from '../../lib/installation.ts';

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

describe('A unique name', () => {
  const nameIn = (stack: Stack, ...path: string[]) =>
    uniqueName(
      path.reduce((scope, id) => new Construct(scope, id), stack as Construct),
      'Bus',
    );

  it('has the name of the stack and the path in it', () => {
    expect(nameIn(stackNamed('shop-prod'), 'Notifications', 'Pipeline')).toMatch(
      /^shop-prod-Notifications-Pipeline-Bus-[0-9a-f]{8}$/,
    );
  });

  it('is another one in every stack and every construct, even if they have the same letters', () => {
    const nested = new NestedStack(stackNamed('a'), 'Nested');
    const names = [
      nameIn(stackNamed('a'), 'b', 'c'),
      nameIn(stackNamed('b'), 'b', 'c'),
      nameIn(stackNamed('a'), 'b-c'),
      nameIn(stackNamed('a'), 'b', 'c.'),
      nameIn(stackNamed('a-b'), 'c'),
      nameIn(nested, 'b', 'c'),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('stays the same when its stack is synthesized from another place', () => {
    const moved = new Stack(new Construct(new App(), 'Elsewhere'), 'Other', { stackName: 'a' });
    expect(nameIn(moved, 'b')).toBe(nameIn(stackNamed('a'), 'b'));
  });

  it('has at most 100 letters, digits and hyphens', () => {
    const names = [1, 2].map((end) =>
      nameIn(stackNamed('s'.repeat(128)), 'Größe & more', `${'p'.repeat(200)}${end}`),
    );
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9-]{1,100}$/);
    expect(new Set(names).size).toBe(2);
  });
});

describe('The namespace of metrics', () => {
  const namespaceIn = (stackName: string, ...path: string[]) =>
    metricsNamespaceOf(
      path.reduce((scope, id) => new Construct(scope, id), stackNamed(stackName) as Construct),
    );

  it('is that of the stack for the construct Notifications, and has the path for any other', () => {
    expect(namespaceIn('shop', 'Notifications')).toBe('Belfry/shop');
    expect(namespaceIn('shop', 'Outer', 'Notifications')).toMatch(
      /^Belfry\/shop\/Outer-Notifications-[0-9a-f]{8}$/,
    );
    expect(namespaceIn('shop', 'Other')).toMatch(/^Belfry\/shop\/Other-[0-9a-f]{8}$/);
  });

  it('has at most the 255 characters of CloudWatch', () => {
    expect(namespaceIn('s'.repeat(128), 'p'.repeat(200)).length).toBeLessThanOrEqual(255);
  });
});
