import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `cdk.json` has under `context`: settings of the stack by plain words, and the CDK's own flags. */
type Context = Record<string, unknown>;

/** Settings that mean the same wherever the stack runs. All others are about AWS, or about whose tokens are taken there. */
const localSettings = [
  'restrictedTypes',
  'measuredTypes',
  'createsPerMinute',
  'connectionLimit',
  'connectionMinimumLifetimeMinutes',
  'archiveAfterDays',
  'deleteAfterDays',
];

/** The CDK app of this project, as `cdk.json` has it. */
export function readProject(): { app: string; build: string; context: Context } {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'));
}

/** The CDK's own flags, by which every template of this project is made. */
export const flagsOf = (context: Context): Context => pick(context, (key) => /[@:]/.test(key));

/** The settings of an installation in AWS that a stack on this machine takes over. */
export const localSettingsOf = (context: Context): Context =>
  pick(context, (key) => localSettings.includes(key));

const pick = (context: Context, isPicked: (key: string) => boolean): Context =>
  Object.fromEntries(Object.entries(context).filter(([key]) => isPicked(key)));
