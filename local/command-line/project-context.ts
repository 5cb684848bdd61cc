import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The `context` of `cdk.json`: the settings of the stack, and the flags of the CDK. */
type Context = Record<string, unknown>;

/** The settings that apply to a local system too. All others concern AWS, or who issues the tokens there. */
const localSettings = [
  'restrictedTypes',
  'measuredTypes',
  'createsPerMinute',
  'connectionLimit',
  'connectionMinimumLifetimeMinutes',
  'archiveAfterDays',
  'deleteAfterDays',
];

/** The CDK app of this project, as `cdk.json` describes it. */
export function readProject(): { app: string; build: string; context: Context } {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'));
}

/** The flags of the CDK, with which every template of this project is made. */
export const flagsOf = (context: Context): Context => pick(context, (key) => /[@:]/.test(key));

/** The settings in `cdk.json` that a local system uses too. */
export const localSettingsOf = (context: Context): Context =>
  pick(context, (key) => localSettings.includes(key));

const pick = (context: Context, isPicked: (key: string) => boolean): Context =>
  Object.fromEntries(Object.entries(context).filter(([key]) => isPicked(key)));
