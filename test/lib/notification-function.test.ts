import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { Network } from '../../lib/network.ts';
import { NotificationFunction, type NotificationFunctionProps } from '../../lib/notification-function.ts';
import { emptyStack, synthesize, theResource } from './template.ts';

async function functionWith(props: Partial<NotificationFunctionProps<object>> = {}) {
  const template = await synthesize((stack) => {
    new NotificationFunction(stack, 'Function', {
      entry: 'message',
      description: 'An example',
      environment: {},
      ...props,
    });
  });
  return { template, Properties: theResource(template, 'AWS::Lambda::Function').Properties };
}

describe('A function', () => {
  it('has the house’s defaults', async () => {
    const { template, Properties } = await functionWith();
    expect(Properties).toMatchObject({
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 20,
      LoggingConfig: {
        LogFormat: 'JSON',
        LogGroup: { Ref: theResource(template, 'AWS::Logs::LogGroup').id },
      },
    });
    expect(Properties).not.toHaveProperty('VpcConfig');
  });

  it('keeps its logs for a month and takes them along when it goes', async () => {
    const { template } = await functionWith();
    expect(theResource(template, 'AWS::Logs::LogGroup')).toMatchObject({
      Properties: { RetentionInDays: 30 },
      DeletionPolicy: 'Delete',
    });
  });

  it('has the environment and the time-out that it is given', async () => {
    const { Properties } = await functionWith({
      environment: { STAGE: 'test' },
      timeout: Duration.seconds(30),
    });
    expect(Properties).toMatchObject({ Timeout: 30, Environment: { Variables: { STAGE: 'test' } } });
  });

  it('joins the network that it is given, over IPv6 too', async () => {
    const template = await synthesize((stack) => {
      const network = new Network(stack, 'Network', { mode: 'ipv6' });
      new NotificationFunction(stack, 'Function', {
        entry: 'message',
        description: 'An example',
        environment: {},
        network,
      });
    });
    const { Properties } = theResource(
      template,
      'AWS::Lambda::Function',
      ({ Properties }) => Properties.Description === 'An example',
    );
    expect(Properties.VpcConfig).toMatchObject({ Ipv6AllowedForDualStack: true });
  });

  it('that has not been built says what is missing and what to run', () => {
    const bundle = join(import.meta.dirname, '../../dist/functions/no-such-function');
    const make = () =>
      new NotificationFunction(emptyStack(), 'Function', {
        entry: 'no-such-function',
        description: 'x',
        environment: {},
      });
    expect(make).toThrow(
      `The function no-such-function is not built: ${bundle} is missing. Run: npm run build`,
    );
  });
});
