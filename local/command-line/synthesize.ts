import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Context by which tokens are signed with a secret of the stack and name their user in `sub`, whatever `cdk.json` says. */
export const ownTokens = { jwtJwksUrl: '', jwtAlgorithms: '', jwtUserIdClaim: '' };

/**
 * Builds the functions and synthesizes the CDK app, by the commands of `cdk.json` as the CDK's own command line would
 * run them.
 * @param assemblyDirectory where the cloud assembly is written
 * @param context beside that of `cdk.json`, as `cdk deploy -c name=value` gives it
 * @throws Error with the first error that the failing command printed
 */
export async function synthesize(
  assemblyDirectory: string,
  context: Record<string, string>,
  onProgress: (step: 'build' | 'synthesize') => void = () => {},
): Promise<void> {
  const project = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  onProgress('build');
  await run(project.build, {});
  onProgress('synthesize');
  await run(project.app, {
    CDK_OUTDIR: assemblyDirectory,
    CDK_CONTEXT_JSON: JSON.stringify({ ...project.context, ...context }),
    // The CDK's validation of a template takes longer than all the rest of a start; it runs at every deployment.
    CDK_VALIDATION: 'false',
  });
}

function run(command: string, environment: Record<string, string>): Promise<void> {
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
      else reject(new Error(`\`${command}\` failed: ${errorIn(printed)} Run it by itself to see all of it.`));
    });
  });
}

/** The line that says what went wrong, among the stack traces and excerpts around it. */
function errorIn(printed: string): string {
  const lines = printed.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /\berror\b.*[:\]] /i.test(line)) ?? lines.find(Boolean) ?? 'it printed nothing.'
  );
}
