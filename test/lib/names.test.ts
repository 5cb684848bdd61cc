import { NestedStack, Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Notifications } from '../../lib/notifications.ts';
import type { NotificationsProps } from '../../lib/notifications-props.ts';
import { NotificationsStack } from '../../lib/notifications-stack.ts';
import { synthesizeStacks } from './template.ts';
import { namesIn, type Part, partsOf, refersTo, sharedNames } from './template-names.ts';

const props: NotificationsProps = { webSocketAccessLogs: true };
const aurora: NotificationsProps = {
  ...props,
  database: { mode: 'aurora', minCapacity: 0.5, proxy: true },
  network: 'isolated',
};
const existing: NotificationsProps = {
  ...props,
  database: { mode: 'existing', secretId: 'belfry/database' },
};

/** The parts of the stacks that `define` makes, with the installations in them. */
async function partsOfStacks(define: (scope: Construct) => readonly Stack[]): Promise<Part[]> {
  let stacks: readonly Stack[] = [];
  const templates = await synthesizeStacks((app) => {
    stacks = define(app);
    return stacks;
  });
  return stacks.flatMap((stack, index) => {
    const installations = stack.node.findAll().filter((each) => each instanceof Notifications);
    const own = installations.filter((each) => Stack.of(each) === stack);
    // The cast: there is one template for each stack.
    return partsOf(stack, templates[index] as Template, own);
  });
}

/**
 * Two stacks, a stack with two installations, one below another construct and in a nested stack, and the first stack once
 * more under another name.
 */
async function synthesizeInstallations(): Promise<Part[]> {
  const oneApp = await partsOfStacks((app) => {
    const shop = new Stack(app, 'shop');
    new Notifications(shop, 'One', aurora);
    new Notifications(shop, 'Two', aurora);
    const deeper = new Stack(app, 'deeper');
    new Notifications(new Construct(deeper, 'Outer'), 'One', existing);
    const nested = new NestedStack(deeper, 'Nested');
    new Notifications(nested, 'Notifications', existing);
    const [dev, prod] = ['shop-dev', 'shop-prod'].map((id) => new NotificationsStack(app, id, props));
    return [shop, deeper, nested, dev, prod].filter((stack) => stack !== undefined);
  });
  const otherApp = await partsOfStacks((app) => [
    new NotificationsStack(app, 'shop-dev', { ...props, stackName: 'shop-test' }),
  ]);
  return [...oneApp, ...otherApp];
}

describe('Two installations of an account and region', () => {
  let parts: Part[];
  beforeAll(async () => {
    parts = await synthesizeInstallations();
  });

  const installations = () => parts.filter(({ title }) => !title.startsWith('the rest'));

  it('have no name in common', () => {
    expect(installations()).toHaveLength(7);
    for (const part of installations()) expect(namesIn(part)).not.toEqual([]);
    expect(sharedNames(parts)).toEqual([]);
  });

  it('write their metrics into namespaces of their own, where their dashboards and alarms read them', () => {
    const namespaces = installations().map(({ resources }) => [
      ...new Set(JSON.stringify(resources).match(/(?<=")Belfry\/[^"\\]+(?=\\*")/g)),
    ]);
    for (const each of namespaces) expect(each).toHaveLength(1);
    expect(new Set(namespaces.flat()).size).toBe(installations().length);
    expect(namespaces.flat()).toEqual(expect.arrayContaining(['Belfry/shop-dev', 'Belfry/shop-test']));
  });

  it('have alarms that watch no resource of each other', () => {
    for (const { resources, logicalIds } of installations()) {
      const metrics = resources.flatMap(({ properties }) => metricsOfAws(properties));
      expect(metrics).not.toEqual([]);
      for (const { Dimensions = [] } of metrics) expect(refersTo(logicalIds, Dimensions)).toBe(true);
    }
  });

  function metricsOfAws(value: unknown): { Namespace?: unknown; Dimensions?: unknown }[] {
    if (!(value instanceof Object)) return [];
    const isMetric = 'Namespace' in value && String(value.Namespace).startsWith('AWS/');
    return isMetric ? [value] : Object.values(value).flatMap(metricsOfAws);
  }

  it.each([
    ['event bus', 'AWS::Events::EventBus', /^shop-prod-Notifications-Pipeline-Bus-[0-9a-f]{8}$/],
    ['HTTP API', 'AWS::ApiGatewayV2::Api', /^shop-prod-Notifications-Rest-Api-[0-9a-f]{8}$/],
    ['WebSocket API', 'AWS::ApiGatewayV2::Api', /^shop-prod-Notifications-Realtime-Api-[0-9a-f]{8}$/],
  ])('have their stack and path in the name of the %s', (_, type, name) => {
    const { resources } = installations().find(({ title }) => title === 'shop-prod/Notifications') ?? {};
    const names = resources?.filter((each) => each.type === type).map((each) => Object(each.properties).Name);
    expect(names).toContainEqual(expect.stringMatching(name));
  });
});

it('A name in common is found, and one that CloudFormation makes is none', async () => {
  const parts = await partsOfStacks((app) =>
    ['One', 'Two'].map((id) => {
      const stack = new Stack(app, id);
      new Queue(stack, 'Named', { queueName: 'belfry' });
      new Queue(stack, 'Unnamed');
      return stack;
    }),
  );
  expect(sharedNames(parts)).toEqual([
    'the rest of One and the rest of Two: AWS::SQS::Queue.QueueName = "belfry"',
  ]);
});
