import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack, Token } from 'aws-cdk-lib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { areFunctionsBuilt, buildFunctions } from '../../bin/build.ts';
import type { Policy } from '../../functions/core/policy.ts';
import { Network } from '../../lib/network.ts';
import { NotificationFunction, type NotificationFunctionProps } from '../../lib/notification-function.ts';
import { Notifications } from '../../lib/notifications.ts';
import { emptyStack, type Resource, synthesize, theResource } from './template.ts';

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

  it('is refused by its largest variable', async () => {
    const allowedOrigins = many((n) => `https://a-rather-long-name-${n}.example.com`);
    const installation = synthesize((stack) => {
      new Notifications(stack, 'Notifications', { allowedOrigins });
    });
    await expect(installation).rejects.toThrow('The largest variable is ALLOWED_ORIGINS');
  });
});

describe('The policy', () => {
  /** The files of each function's code, as they are uploaded. */
  async function codeOf(define: (stack: Stack) => void): Promise<Record<string, string>[]> {
    if (!areFunctionsBuilt()) await buildFunctions();
    const outdir = mkdtempSync(join(tmpdir(), 'belfry-template-'));
    onTestFinished(() => rmSync(outdir, { recursive: true }));
    vi.stubEnv('CDK_VALIDATION', 'false');
    onTestFinished(() => void vi.unstubAllEnvs());
    const app = new App({ outdir });
    const stack = new Stack(app, 'Test');
    define(stack);
    app.synth();
    const { Resources } = JSON.parse(readFileSync(join(outdir, 'Test.template.json'), 'utf8'));
    const functions = Object.values<Resource>(Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );
    return functions.map(({ Properties }) => {
      const folder = join(outdir, `asset.${Object(Properties.Code).S3Key.replace('.zip', '')}`);
      const files = globSync('*.*', { cwd: folder });
      return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
    });
  }
  const example = { entry: 'message', description: 'An example', environment: {} };

  it('is a file beside the code of a function that gets it, and of no other', async () => {
    const policy: Policy = { scopes: ['admin'], types: { payout: { critical: true } }, strictTypes: true };
    const [without = {}, withPolicy = {}] = await codeOf((stack) => {
      new NotificationFunction(stack, 'Without', example);
      new NotificationFunction(stack, 'With', { ...example, policy });
    });
    expect(Object.keys(without)).not.toContain('policy.json');
    const { 'policy.json': written = '', ...code } = withPolicy;
    expect(JSON.parse(written)).toEqual(policy);
    expect(code).toEqual(without);
  });

  it('of one installation is not that of another one in the same app', async () => {
    const policies = ['admin', 'guest'].map(
      (scope): Policy => ({ scopes: [scope], types: {}, strictTypes: false }),
    );
    const codes = await codeOf((stack) => {
      for (const policy of policies)
        new NotificationFunction(stack, policy.scopes.join(), { ...example, policy });
    });
    expect(codes.map((files) => JSON.parse(files['policy.json'] ?? ''))).toEqual(policies);
  });

  it('is not limited to what the environment of a function takes', async () => {
    const types = Object.fromEntries(many((n) => [`type_${n}`, { sources: [`source-${n}`] }]));
    const codes = await codeOf((stack) => {
      new Notifications(stack, 'Notifications', { types });
    });
    const written = codes.flatMap(({ 'policy.json': policy }) =>
      policy === undefined ? [] : [JSON.parse(policy)],
    );
    // Create, read, update, the tick and migrate.
    expect(written).toEqual(Array(5).fill({ scopes: [], types, strictTypes: false }));
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
