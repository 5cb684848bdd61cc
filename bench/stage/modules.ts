import { join } from 'node:path';
import { buildFunctions } from '../../bin/build.ts';
import { root } from '../../test/support/cached-directory.ts';

const directory = join(root, 'node_modules/.cache/belfry/bench-functions');
let built: Promise<unknown> | undefined;

/** The bundle of a function, as it is deployed. All functions are built once in a run. */
export async function bundleOf(functionName: string): Promise<string> {
  built ??= buildFunctions(directory);
  await built;
  return join(directory, functionName, 'index.js');
}

/** A floor. Node runs its TypeScript. */
export const floorOf = (name: string): string => join(root, 'bench/floor', `${name}.ts`);

/** A bundle that can also be asked to do nothing. The variable CROWD_BUNDLE names it. */
export const crowdArm: string = join(root, 'bench/stage/crowd-arm.ts');
