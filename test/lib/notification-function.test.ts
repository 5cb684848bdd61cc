import { join } from 'node:path';
import { Duration, Token } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { Network } from '../../lib/network.ts';
import { NotificationFunction, type NotificationFunctionProps } from '../../lib/notification-function.ts';
import { Notifications } from '../../lib/notifications.ts';
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

const many = <Item>(item: (n: number) => Item) => Array.from({ length: 200 }, (_, n) => item(n));

describe('The environment of a function', () => {
  const fill = (bytes: number) => ({ FULL: 'x'.repeat(bytes) });

  it('has nearly as many bytes as Lambda takes', async () => {
    const { Properties } = await functionWith({ environment: fill(3_950) });
    expect(Properties).toMatchObject({ Environment: { Variables: fill(3_950) } });
  });

  it.each([
    ['too long', fill(4_090)],
    ['too long as JSON', { FULL: '"'.repeat(2_040) }],
    ['too long in UTF-8', { FULL: 'é'.repeat(2_040) }],
    [
      'too long with what is known at the deployment only',
      { ...fill(3_950), LATER: Token.asString({ Ref: 'Later' }) },
    ],
  ])('is refused if it is %s', async (_, environment) => {
    await expect(functionWith({ environment })).rejects.toThrow(
      /^The environment of the function message has about 4\d{3} bytes, and Lambda takes 4096\. The largest variable is FULL/,
    );
  });

  it.each([
    ['ALLOWED_ORIGINS', { allowedOrigins: many((n) => `https://a-rather-long-name-${n}.example.com`) }],
    [
      'RESTRICTED_TYPES',
      { restrictedTypes: Object.fromEntries(many((n) => [`type_${n}`, [`source-${n}`]])) },
    ],
  ])('is refused by its largest variable, %s', async (variable, props) => {
    const installation = synthesize((stack) => {
      new Notifications(stack, 'Notifications', props);
    });
    await expect(installation).rejects.toThrow(`The largest variable is ${variable}`);
  });
});

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
