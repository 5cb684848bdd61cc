import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InputOptions, type OutputOptions, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { buildFunctions } from './build.ts';
import { sourcesOf, writeNotices } from './third-party-notices.ts';

const root = join(import.meta.dirname, '..');

/**
 * Builds the package `belfry-cdk`, the constructs for other CDK apps. Its folders are those of the repository: constructs in
 * `lib`, bundles of the functions in `dist/functions`. So the constructs find the bundles by the same path in both.
 *
 * @param outdir emptied first; default: `dist/package`
 */
export async function buildPackage(outdir = join(root, 'dist/package')): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  const sources = await bundle(join(outdir, 'lib'));
  await bundle(
    join(outdir, 'lib'),
    { plugins: [dts({ emitDtsOnly: true, tsconfig: join(root, 'lib/tsconfig.json') })] },
    { entryFileNames: '[name].ts' },
  );
  writeNotices(join(outdir, 'lib'), sources);
  await buildFunctions(join(outdir, 'dist/functions'));
  cpSync(join(root, 'lib/README.md'), join(outdir, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(outdir, 'LICENSE'));
  writeFileSync(join(outdir, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
}

async function bundle(dir: string, input: InputOptions = {}, output: OutputOptions = {}): Promise<string[]> {
  const bundle = await rolldown({
    cwd: root,
    input: 'lib/index.ts',
    // Code and types of the private workspaces are bundled; everything else is a peer.
    external: /^(?!\.|\/|@belfry\/)/,
    platform: 'node',
    checks: { pluginTimings: false },
    ...input,
  });
  const built = await bundle.write({ dir, ...output });
  await bundle.close();
  return sourcesOf(built);
}

/** The package.json of `lib` for the built package: public, and without what only the repository knows. */
function manifest() {
  const {
    private: _,
    devDependencies: __,
    ...published
  } = JSON.parse(readFileSync(join(root, 'lib/package.json'), 'utf8'));
  return {
    ...published,
    files: ['lib', 'dist'],
    exports: {
      '.': { types: './lib/index.d.ts', default: './lib/index.js' },
      './package.json': './package.json',
    },
  };
}

if (import.meta.main) await buildPackage();
