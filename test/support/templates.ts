import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../../local/command-line/synthesize.ts';
import { cachedDirectory, hashOfFiles } from './cached-directory.ts';
import { policySettings } from './shared-settings.ts';

/** Settings of the stack, as `cdk deploy -c name=value` gives them. */
export type Settings = Record<string, string>;

/** The settings of a system that a test starts without settings of its own: pages of this machine may use it. */
const plainSettings: Settings = { allowedOrigins: 'http://localhost:*', ...policySettings };

/** Everything that a template and the bundles beside it are made from. */
export const sources = [
  'bin/*.ts',
  'functions/**/*.ts',
  'lib/**/*.ts',
  'local/command-line/*.ts',
  'migrations/**/*',
  'cdk.json',
  'package-lock.json',
];

let hashOfSources: string | undefined;

/**
 * The directory of the cloud assembly with these settings. Synthesizes it once for each state of the sources: all test
 * files of a run share it, and so do later runs.
 */
export function templateOf(settings: Settings = plainSettings): Promise<string> {
  hashOfSources ??= hashOfFiles(sources);
  const key = JSON.stringify([hashOfSources, process.version, Object.entries(settings).sort()]);
  return cachedDirectory('templates', key, (directory) => synthesize(directory, settings));
}

/**
 * The name of a resource that no output names. The local runtime makes it from the name of the stack and the logical id.
 * @param part of the logical id, which only this resource of its type has
 */
export function nameOfResource(assemblyDirectory: string, type: string, part: string): string {
  const file = join(assemblyDirectory, 'Belfry.template.json');
  const { Resources } = JSON.parse(readFileSync(file, 'utf8'));
  const [id] = Object.keys(Resources).filter((each) => Resources[each].Type === type && each.includes(part));
  if (id === undefined) throw new Error(`The template has no ${type} with "${part}" in its logical id.`);
  return `Belfry-${id}`;
}
