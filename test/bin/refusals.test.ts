import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explain } from '../../bin/deployment/explain.ts';
import { type RefusalName, refusals } from '../../bin/deployment/refusals.ts';

// The cast: the keys of exactly this record.
const names = Object.keys(refusals) as RefusalName[];
const namesIn = (printed: string) => explain(printed).map(({ name }) => name);

/** The messages that docs/known-refusals.md quotes of AWS. */
function knownRefusals(): string[] {
  const page = readFileSync(join(import.meta.dirname, '../../docs/known-refusals.md'), 'utf8');
  const said = page.split('\n').filter((line) => line.startsWith('- **AWS says**: `'));
  return said.flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text));
}

describe('What stops a deployment', () => {
  it.each(names)('is told by its own text alone: %s', (name) => {
    expect(
      namesIn(`Synthesis time: 9s\n\n❌  Belfry failed to deploy\n‣ ${refusals[name].example}\n`),
    ).toEqual([name]);
  });

  it.each(names)('is followed by a next step that can be taken: %s', (name) => {
    const [found] = explain(refusals[name].example);
    expect(found?.next).toMatch(/npx cdk|aws |deploy|Deploy/);
    // The name of a group stands for what was printed. Other places are for the reader to fill.
    for (const group of Object.keys(refusals[name].pattern.exec(refusals[name].example)?.groups ?? {})) {
      expect(`${found?.means} ${found?.next}`).not.toContain(`<${group}>`);
    }
  });

  it('is found in coloured text', () => {
    const coloured = refusals['bootstrap-too-old'].example.replace(
      'bootstrap',
      '\u001b[31mbootstrap\u001b[39m',
    );
    expect(namesIn(`\u001b[1m${coloured}\u001b[22m`)).toEqual(['bootstrap-too-old']);
  });

  it('names what was printed', () => {
    expect(explain(refusals['not-bootstrapped'].example)).toMatchObject([
      { next: expect.stringContaining('npx cdk bootstrap aws://111122223333/eu-central-1.') },
    ]);
    expect(explain(refusals['other-account'].example)).toMatchObject([
      { means: 'The stack belongs to the account 111122223333, and the credentials to 444455556666.' },
    ]);
  });

  it('is the causes and the state of a deployment that failed', () => {
    const printed = [refusals['left-nothing'].example, refusals['reserved-concurrency'].example].join('\n');
    expect(namesIn(printed)).toEqual(['reserved-concurrency', 'left-nothing']);
  });

  it('is one reason if nothing was changed, whatever else was printed', () => {
    const printed = [refusals['missing-permission'].example, refusals['not-bootstrapped'].example].join('\n');
    expect(namesIn(printed)).toEqual(['not-bootstrapped']);
  });

  it('is not a migration that ended because another resource had failed', () => {
    const cancelled =
      'CREATE_FAILED | Custom::Trigger | Notifications/Migration/Default (NotificationsMigration98BEA245) Resource creation cancelled';
    expect(namesIn(`${refusals['free-plan'].example}\n${cancelled}`)).toEqual(['free-plan']);
  });

  it.each([
    'This instance size isn’t available with free plan accounts.',
    'To use Aurora clusters with free plan accounts you need to set WithExpressConfiguration.',
  ])('is the free plan: %s', (text) => {
    expect(namesIn(text)).toEqual(['free-plan']);
  });

  it.each(knownRefusals())('is known if the documents list it: %s', (text) => {
    expect(namesIn(text)).toHaveLength(1);
  });

  it('is not guessed', () => {
    expect(
      explain('Error: The context value network must be one of ipv6, nat, isolated; it is "lan".'),
    ).toEqual([]);
    // A hint that the CDK prints below each failure.
    expect(
      explain('re-run `cdk diagnose` to check for additional control-plane errors (e.g. AccessDenied).'),
    ).toEqual([]);
  });
});

describe('The command line of the CDK', () => {
  const cli = readFileSync(join(import.meta.dirname, '../../node_modules/aws-cdk/lib/index.js'), 'utf8');

  it.each([
    'Unable to resolve AWS account to use',
    'Need to perform AWS calls for account ',
    'but the current credentials are for ',
    'but no credentials have been configured',
    'There are expired AWS credentials in your environment',
    'The SSO session associated with this profile has expired',
    'Has the environment been bootstrapped?',
    'This CDK deployment requires bootstrap stack version ',
    "', but during the confirmation via SSM parameter ",
    'Could not assume role in target account',
    'This stack uses assets, so the toolkit stack must be deployed',
    'Is account ',
    'Stack is in a paused fail state (',
    ' that had previously failed creation (current state: ',
    ' failed creation, it may need to be manually deleted from the AWS console: ',
    ' failed to deploy: ',
  ])('of the installed version still says %j', (text) => {
    expect(cli).toContain(text);
  });
});
