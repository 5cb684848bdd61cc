import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { functionsWithoutLogs } from '../../lib/function-logs.ts';
import { resourcesOf } from '../../lib/template.ts';
import { modes } from '../../support/modes.ts';
import { templateOf } from '../../support/templates.ts';

it.each(Object.entries(modes))(
  'Every function has a log group that expires and is deleted with the stack: %s',
  async (_, settings) => {
    const assembly = await templateOf(settings);
    const template = Template.fromJSON(
      JSON.parse(readFileSync(join(assembly, 'Belfry.template.json'), 'utf8')),
    );
    expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Function')).length).toBeGreaterThan(10);
    expect(functionsWithoutLogs(template, Number(settings.logRetentionDays ?? 30))).toEqual([]);
  },
);
