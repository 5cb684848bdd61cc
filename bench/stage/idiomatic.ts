import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../test/support/cached-directory.ts';

export type IdiomaticName = 'create' | 'read' | 'connect';

const directory = join(root, 'node_modules/.cache/belfry/bench-idiomatic');
let built: Promise<unknown> | undefined;

/** The bundle of an idiomatic function. All are built once in a run. */
export async function idiomaticOf(name: IdiomaticName): Promise<string> {
  built ??= bundle();
  await built;
  return join(directory, `${name}.mjs`);
}

/**
 * Bundles with options of its own, and not with those of bin/build.ts: a trick that makes the service's bundles smaller must
 * not make these smaller too.
 */
async function bundle(): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['create', 'read', 'connect'].map((name) => `bench/idiomatic/${name}.ts`),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // pg is CommonJS and requires modules of Node. An ES module has no `require` of its own.
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
  });
}
