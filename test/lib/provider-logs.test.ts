import { Duration, type Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Trigger } from 'aws-cdk-lib/triggers';
import { describe, expect, it } from 'vitest';
import { Notifications } from '../../lib/notifications.ts';
import { functionsWithoutLogs } from './function-logs.ts';
import { resourcesOf, synthesize } from './template.ts';

const database = { mode: 'existing', secretId: 'belfry/database' } as const;

/** A trigger of the owner of a stack, whose function has logs of its own. */
function addTrigger(stack: Stack): void {
  const handler = new LambdaFunction(stack, 'Owned', {
    code: Code.fromInline('exports.handler = async () => {};'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });
  new Trigger(stack, 'OwnedTrigger', { handler, timeout: Duration.minutes(1) });
}

describe('The CDK’s own functions', () => {
  it('write into log groups of the stack, which expire as all others do and are deleted with it', async () => {
    const template = await synthesize((stack) => {
      new Notifications(stack, 'Notifications', { logRetention: RetentionDays.ONE_WEEK });
    });
    const providers = Object.keys(resourcesOf(template, 'AWS::Lambda::Function')).filter((id) =>
      id.includes('CustomResourceProvider'),
    );
    expect(providers).toHaveLength(2);
    expect(functionsWithoutLogs(template, 7)).toEqual([]);
  });

  it('are shared by two installations of a stack, with the log groups of the first one', async () => {
    const template = await synthesize((stack) => {
      for (const id of ['One', 'Two']) new Notifications(stack, id, { database });
    });
    expect(functionsWithoutLogs(template, 30)).toEqual([]);
  });

  it('stay as they are if the stack had them before', async () => {
    const template = await synthesize((stack) => {
      addTrigger(stack);
      new Notifications(stack, 'Notifications', { database });
    });
    expect(functionsWithoutLogs(template, 30)).toEqual([
      expect.stringMatching(/^Owned/),
      expect.stringMatching(/^AWSCDKTrigger/),
    ]);
  });
});
