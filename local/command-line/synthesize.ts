import { flagsOf, readProject, runInProject } from './project.ts';

/**
 * Builds the functions and synthesizes the CDK app, with the commands in `cdk.json`, as the CDK's own command line does.
 * @param assemblyDirectory where the cloud assembly is written
 * @param context the settings of the stack, as `cdk deploy -c name=value` gives them. The settings in `cdk.json` are
 * those of an installation in AWS, and do not count
 * @param build builds the functions in another way
 * @throws Error with the first error that the failing command printed
 */
export async function synthesize(
  assemblyDirectory: string,
  context: Record<string, unknown>,
  onProgress: (step: 'build' | 'synthesize') => void = () => {},
  build: () => Promise<void> = () => runInProject(readProject().build),
): Promise<void> {
  const project = readProject();
  onProgress('build');
  await build();
  onProgress('synthesize');
  await runInProject(project.app, {
    CDK_OUTDIR: assemblyDirectory,
    CDK_CONTEXT_JSON: JSON.stringify({ ...flagsOf(project.context), ...context }),
    // The CDK's validation of a template takes longer than all the rest of a start. It runs at every deployment.
    CDK_VALIDATION: 'false',
  });
}
