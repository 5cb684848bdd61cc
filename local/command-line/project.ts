import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The `context` of `cdk.json`: the settings of the stack, and the flags of the CDK. */
type Context = Record<string, unknown>;

/** The settings that apply to a local system too. All others concern AWS, or who issues the tokens there. */
const localSettings = [
  'scopes',
  'types',
  'strictTypes',
  'movedScopes',
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

const root = join(import.meta.dirname, '../..');

/**
 * Runs a command in the folder of this project, with the programs of its packages on the path.
 * @param environment variables in addition to those of this process
 * @throws Error with the first error that the command printed, if it fails
 */
export function runInProject(command: string, environment: Record<string, string> = {}): Promise<void> {
  const bin = join(root, 'node_modules/.bin');
  const child = spawn(command, {
    shell: true,
    cwd: root,
    env: { ...process.env, ...environment, PATH: `${bin}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  child.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(new Error(`\`${command}\` failed: ${errorIn(printed)} Run it alone to see its whole output.`));
    });
  });
}

/** The line with the error, without the stack traces and excerpts of code around it. */
function errorIn(printed: string): string {
  const lines = printed.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /^[A-Za-z]*Error: /.test(line)) ??
    lines.find((line) => /\berror\b.*[:\]] /i.test(line)) ??
    lines.find(Boolean) ??
    'it printed nothing.'
  );
}
