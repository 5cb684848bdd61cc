import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flagsOf, readProject } from '@belfry/local/project';
import { App } from 'aws-cdk-lib';
import { NotificationsStack } from 'belfry-cdk';
import { areFunctionsBuilt, buildFunctions } from '../build.ts';
import { isForDatabase, optionsOf } from '../options.ts';
import { type Mode, modeNames, modes } from './modes.ts';
import { type StackFacts, stackFactsOf } from './stack-facts.ts';

// Several tables are about the same stack.
const known = new Map<string, Promise<StackFacts>>();

/**
 * What the stack with these options has that costs something. Its template is made in this process, in less than a second,
 * once for the same options.
 * @param context the options, as in `cdk.json`. Those that are in `cdk.json` do not count
 * @throws Error naming a wrong option
 */
export function readStack(context: Readonly<Record<string, string>>): Promise<StackFacts> {
  const key = JSON.stringify(Object.entries(context).toSorted());
  const facts = known.get(key) ?? synthesize(context);
  known.set(key, facts);
  return facts;
}

async function synthesize(context: Readonly<Record<string, string>>): Promise<StackFacts> {
  if (!areFunctionsBuilt()) await buildFunctions();
  const { CDK_VALIDATION: validation } = process.env;
  // The CDK's validation takes longer than all the rest. It runs at every deployment.
  process.env.CDK_VALIDATION = 'false';
  const outdir = mkdtempSync(join(tmpdir(), 'belfry-cost-'));
  try {
    const flags = {
      ...flagsOf(readProject().context),
      'aws:cdk:disable-asset-staging': true,
      'aws:cdk:enable-asset-metadata': true,
    };
    const app = new App({ outdir, context: flags });
    const options = optionsOf(context);
    const stack = new NotificationsStack(app, 'Belfry', options);
    const measured = Object.values(options.types ?? {}).filter((rule) => rule.measured);
    const { templateFile } = app.synth().getStackArtifact(stack.artifactId);
    return stackFactsOf(JSON.parse(readFileSync(join(outdir, templateFile), 'utf8')), measured.length);
  } finally {
    if (validation === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = validation;
    rmSync(outdir, { recursive: true });
  }
}

const ofModes = ['database', 'network', 'databaseSecret', 'vpcId', 'subnetIds', 'securityGroupId'];

/**
 * The same for one of the modes.
 * @param context further options. Those that the mode's database does not have are left out
 * @throws Error naming an option that is wrong, or that is the mode's own
 */
export async function readMode(
  mode: Mode,
  context: Readonly<Record<string, string>> = {},
): Promise<StackFacts> {
  const own = Object.keys(context).find((key) => ofModes.includes(key));
  if (own) {
    throw new Error(
      `--context ${own}=${context[own]}: the mode sets ${own}. Choose it by --mode: ${modeNames.join(', ')}.`,
    );
  }
  const { database } = modes[mode];
  const fitting = Object.entries(context).filter(([key]) => isForDatabase(key, database));
  return readStack({ ...Object.fromEntries(fitting), ...modes[mode] });
}
