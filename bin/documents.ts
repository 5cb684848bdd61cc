import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApi } from '@belfry/functions/documents/asyncapi';
import { describedLimits } from '@belfry/functions/documents/limits';
import { errorMessages, infoMessages } from '@belfry/functions/documents/log-messages';
import { describedMetrics } from '@belfry/functions/documents/metrics';
import { openApi } from '@belfry/functions/documents/openapi';
import { describedProblems } from '@belfry/functions/documents/problems';
import { actions, statuses, transitions } from '@belfry/functions/status';
import { localOutputs, sharedOutputs } from '@belfry/local/outputs';
import { alarms } from 'belfry-cdk/alarms';
import { stackOutputs } from 'belfry-cdk/outputs';
import { stringify } from 'yaml';
import { type Context, optionKinds } from './context.ts';
import { costBeyondFree, listCost, prices } from './cost/prices.ts';
import { dollars } from './cost/report.ts';
import type { Refusal } from './deployment/refusal.ts';
import { refusals } from './deployment/refusals.ts';
import { table, withParts } from './generated-parts.ts';
import { optionDescriptions, optionThemes } from './option-descriptions.ts';

const root = join(import.meta.dirname, '..');

/**
 * Everything that is generated into the documents, by file: whole files, and parts of files between markers. The costs are
 * in cost/documents.ts.
 */
export function documents(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    'docs/openapi.json': `${JSON.stringify(openApi(version), null, 2)}\n`,
    'docs/asyncapi.yaml': stringify(asyncApi(version), {
      aliasDuplicateObjects: false,
      // Older readers of YAML would take a timestamp for a date.
      compat: 'yaml-1.1',
      lineWidth: 110,
    }),
    'docs/api.md': withParts('docs/api.md', {
      errors: problemList(),
      'status changes': statusTable(),
      outputs: outputTable(),
      limits: describedLimits.map((sentence) => `- ${sentence}`).join('\n'),
    }),
    'docs/observability.md': withParts('docs/observability.md', {
      'log messages': messageTable(),
      metrics: metricList(),
    }),
    'docs/operations.md': withParts('docs/operations.md', {
      alarms: alarmTable(),
      'alarm costs': alarmCosts(),
    }),
    'docs/failed-deployments.md': withParts('docs/failed-deployments.md', { refusals: refusalList() }),
    'docs/options.md': withParts('docs/options.md', { options: optionLists() }),
  };
}

const problemList = (): string =>
  describedProblems.map(({ status, code, when }) => `- ${status} \`${code}\`: ${when}`).join('\n');

const messageTable = (): string =>
  table(
    ['Message', 'Level', 'Means'],
    Object.entries({ error: errorMessages, info: infoMessages }).flatMap(([level, messages]) =>
      Object.entries(messages).map(([message, means]) => [`\`${message}\``, level, means]),
    ),
  );

const metricList = (): string =>
  describedMetrics
    .map(({ name, unit, means, dimensions }) => {
      const names = dimensions.flatMap((each) => (each === 'all' ? [] : [`\`${each}\``]));
      const isSum = dimensions.length > names.length;
      const by = names.length > 0 ? `; ${isSum ? 'a sum, and ' : ''}by ${names.join(' and by ')}` : '';
      return `- \`${name}\` (${unit}${by}): ${means}`;
    })
    .join('\n');

const alarmTable = (): string =>
  table(
    ['Alarm', 'Starts when', 'What users notice', 'Essential'],
    Object.entries(alarms).map(([name, { startsWhen, usersNotice, section, isEssential }]) => [
      `[\`${name}\`](#${section.toLowerCase()})`,
      startsWhen,
      usersNotice,
      isEssential ? 'yes' : '',
    ]),
  );

/** What the alarms of an account with no other alarms cost, by the option `alarms`. Each alarm watches one metric. */
function alarmCosts(): string {
  const all = Object.values(alarms);
  const levels = { all, essential: all.filter(({ isEssential }) => isEssential), none: [] };
  return table(
    ['`alarms`', 'Alarms', 'A month', 'If the free ones are used up'],
    Object.entries(levels).map(([level, { length }]) => [
      `\`${level}\``,
      String(length),
      ...[costBeyondFree, listCost].map((cost) => dollars(cost(prices.alarms, length))),
    ]),
  );
}

const refusalStages: Record<Refusal['stage'], string> = {
  before: 'Before anything is changed:',
  cause: 'AWS refuses a resource:',
  state: 'What the failed deployment has left:',
};

const refusalList = (): string =>
  Object.entries(refusalStages)
    .map(([stage, heading]) => {
      const items = Object.values<Refusal>(refusals)
        .filter((refusal) => refusal.stage === stage)
        // In Markdown a name in angle brackets is a tag, unless it is code already.
        .map(({ means, next }) => `- ${means} ${next}`.replaceAll(/`[^`]*`|<\w+>/g, asCode));
      return `${heading}\n\n${items.join('\n')}`;
    })
    .join('\n\n');

const asCode = (text: string): string => (text.startsWith('`') ? text : `\`${text}\``);

const statusTable = (): string =>
  table(
    ['Status \\ action', ...actions.map((action) => `\`${action}\``)],
    statuses.map((status) => [
      status,
      ...actions.map((action) => {
        const { from, to } = transitions[action];
        return from.includes(status) ? to : '–';
      }),
    ]),
  );

const outputTable = (): string =>
  table(
    ['Output', 'What it names', 'Cloud', 'Local'],
    [
      ...Object.entries<{ means: string; only?: string }>(stackOutputs).map(
        ([name, { means, only = 'yes' }]) => [
          `\`${name}\``,
          means,
          only,
          sharedOutputs.some((shared) => shared === name) ? 'yes' : '–',
        ],
      ),
      ...Object.entries(localOutputs).map(([name, means]) => [`\`${name}\``, means, '–', 'yes']),
    ],
  );

const optionLists = (): string =>
  Object.entries(optionThemes)
    .map(([theme, options]) => `## ${theme}\n\n${Object.keys(options).map(optionItem).join('\n')}`)
    .join('\n\n');

function optionItem(name: string): string {
  // The cast: a key of the options.
  const key = name as keyof Context;
  const { means, byDefault } = optionDescriptions[key];
  return `- \`${key}\`: ${means}\n  - Value: ${optionKinds[key].expected}\n  - Default: ${byDefault}`;
}

if (import.meta.main) {
  // The costs are those of the stack, and to make it takes the CDK, which is loaded only here.
  const { costDocuments } = await import('./cost/documents.ts');
  for (const [file, text] of Object.entries({ ...documents(), ...(await costDocuments()) })) {
    writeFileSync(join(root, file), text);
  }
}
