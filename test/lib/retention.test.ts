import type { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../lib/create-database.ts';
import { Retention, type RetentionProps } from '../../lib/retention.ts';
import { emptyStack, synthesize, theResource } from './template.ts';

function retentionIn(stack: Stack, props: RetentionProps = {}): Retention {
  const { database, network } = createDatabase(stack, { mode: 'rds' });
  return new Retention(stack, 'Retention', { database, network, ...props });
}

describe('Retention', () => {
  let template: Template;
  beforeAll(async () => {
    template = await synthesize((stack) => {
      retentionIn(stack);
    });
  });

  const purge = () =>
    theResource(template, 'AWS::Lambda::Function', ({ Properties }) =>
      String(Properties.Description).startsWith('Belfry: archives'),
    );
  const deadLetters = () => ({ 'Fn::GetAtt': [theResource(template, 'AWS::SQS::Queue').id, 'Arn'] });

  it('runs once a day, for as long as a function may', () => {
    const { Properties } = theResource(template, 'AWS::Events::Rule');
    expect(Properties).toMatchObject({
      ScheduleExpression: 'cron(17 3 * * ? *)',
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [purge().id, 'Arn'] } }],
    });
    expect(purge().Properties.Timeout).toBe(900);
  });

  it('keeps what is left of a run that could not be begun or has failed', () => {
    expect(theResource(template, 'AWS::Events::Rule').Properties.Targets).toMatchObject([
      { DeadLetterConfig: { Arn: deadLetters() } },
    ]);
    expect(theResource(template, 'AWS::Lambda::EventInvokeConfig').Properties.DestinationConfig).toEqual({
      OnFailure: { Destination: deadLetters() },
    });
    expect(theResource(template, 'AWS::SQS::Queue').Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
  });
});

describe('The ages of retention', () => {
  it.each<[RetentionProps, RegExp]>([
    [
      { archiveAfterDays: 0 },
      /^archiveAfterDays must be a whole number of days from 1 to 36500, or false for never; it is 0\./,
    ],
    [{ archiveAfterDays: 1.5 }, /^archiveAfterDays must be .* it is 1\.5\./],
    [{ deleteAfterDays: -1 }, /^deleteAfterDays must be .* it is -1\./],
    [{ deleteAfterDays: Number.NaN }, /^deleteAfterDays must be .* it is NaN\./],
    [{ deleteAfterDays: 40_000 }, /^deleteAfterDays must be .* it is 40000\./],
    [
      { archiveAfterDays: 30, deleteAfterDays: 30 },
      /^deleteAfterDays \(30; .*\) must be greater than archiveAfterDays \(30; /,
    ],
    [
      { archiveAfterDays: 400 },
      /^deleteAfterDays \(365; 365 when left out\) must be greater than archiveAfterDays \(400; /,
    ],
    [
      { deleteAfterDays: 90 },
      /^deleteAfterDays \(90; .*\) must be greater than archiveAfterDays \(180; 180 when left out\)/,
    ],
  ])('are refused if they make no sense: %j', (props, message) => {
    expect(() => retentionIn(emptyStack(), props)).toThrow(message);
  });

  it.each<[RetentionProps, string, string]>([
    [{}, '180', '365'],
    [{ archiveAfterDays: false }, '', '365'],
    [{ deleteAfterDays: false }, '180', ''],
    [{ archiveAfterDays: false, deleteAfterDays: 1 }, '', '1'],
    [{ archiveAfterDays: false, deleteAfterDays: false }, '', ''],
  ])('are handed to the function, with nothing for never: %j', async (props, archive, remove) => {
    const template = await synthesize((stack) => {
      retentionIn(stack, props);
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { ARCHIVE_AFTER_DAYS: archive, DELETE_AFTER_DAYS: remove } },
    });
  });
});
