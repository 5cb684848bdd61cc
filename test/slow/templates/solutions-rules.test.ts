import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../../bin/build.ts';
import { optionsOf } from '../../../bin/options.ts';
import { NotificationsStack } from '../../../lib/notifications-stack.ts';
import { modes } from '../../support/modes.ts';

interface Report {
  pluginReports: {
    violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[];
  }[];
}

const project = JSON.parse(readFileSync(join(import.meta.dirname, '../../../cdk.json'), 'utf8'));

/** What the rules find in a mode of the stack, by rule and construct. */
function check(context: Record<string, string>, edit: (app: App) => void = () => {}) {
  const outdir = mkdtempSync(join(tmpdir(), 'belfry-rules-'));
  try {
    const app = new App({ outdir, context: { ...project.context, 'aws:cdk:disable-asset-staging': true } });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new NotificationsStack(app, 'Belfry', optionsOf(context));
    edit(app);
    try {
      app.synth();
    } catch {
      // That there is something is in the report as well, with what it is.
    }
    const report: Report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
    return report.pluginReports.flatMap(({ violations }) =>
      violations.flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`),
      ),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

beforeAll(() => buildFunctions());

// The first check loads what all of them run by, for a while on a busy machine.
describe('The rules of AwsSolutions, and the CDK’s own,', () => {
  it.each(Object.entries(modes))('find nothing in the mode %s that has no reason beside it', (_, context) => {
    expect(check(context)).toEqual([]);
  });

  it('find what has none', () => {
    const found = check({ database: 'existing', databaseSecret: 's' }, (app) => {
      new Queue(app.node.findChild('Belfry') as Stack, 'Unwatched');
    });
    expect(found).toContain('AwsSolutions-SQS4 Belfry/Unwatched/Resource');
  });
});
