import { flagsOf, readProject } from './project-context.ts';
import { runInProject } from './run-in-project.ts';

/**
 * Builds the functions and synthesizes the CDK app, by the commands of `cdk.json` as the CDK's own command line would
 * run them.
 * @param assemblyDirectory where the cloud assembly is written
 * @param context the stack's settings, as `cdk deploy -c name=value` gives them; those in `cdk.json`, which are for an
 * installation in AWS, do not count
 * @throws Error with the first error that the failing command printed
 */
export async function synthesize(
  assemblyDirectory: string,
  context: Record<string, unknown>,
  onProgress: (step: 'build' | 'synthesize') => void = () => {},
): Promise<void> {
  const project = readProject();
  onProgress('build');
  await runInProject(project.build);
  onProgress('synthesize');
  await runInProject(project.app, {
    CDK_OUTDIR: assemblyDirectory,
    CDK_CONTEXT_JSON: JSON.stringify({ ...flagsOf(project.context), ...context }),
    // The CDK's validation of a template takes longer than all the rest of a start; it runs at every deployment.
    CDK_VALIDATION: 'false',
  });
}
