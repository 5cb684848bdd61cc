import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInProject } from './run-in-project.ts';

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
  await runInProject(project.build);
  onProgress('synthesize');
  await runInProject(project.app, {
    CDK_OUTDIR: assemblyDirectory,
    CDK_CONTEXT_JSON: JSON.stringify({ ...project.context, ...context }),
    // The CDK's validation of a template takes longer than all the rest of a start; it runs at every deployment.
    CDK_VALIDATION: 'false',
  });
}
