import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InputOptions, type OutputOptions, type RolldownOutput, rolldown } from 'rolldown';
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
  await buildConstructs(join(outdir, 'lib'));
  await buildFunctions(join(outdir, 'dist/functions'));
  cpSync(join(root, 'lib/README.md'), join(outdir, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(outdir, 'LICENSE'));
  writeFileSync(join(outdir, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
}

/**
 * Writes the constructs once, as CommonJS like `aws-cdk-lib` itself, and an ES module that passes on their names. A second
 * copy as an ES module would make two classes `Notifications` in an app that imports and requires the package.
 * https://nodejs.org/api/packages.html#dual-package-hazard
 */
async function buildConstructs(lib: string): Promise<void> {
  const built = await bundle(lib, {}, { format: 'cjs', strict: true, entryFileNames: '[name].cjs' });
  await bundle(
    lib,
    // `build`: the declarations of `functions` may not be there yet.
    { plugins: [dts({ emitDtsOnly: true, build: true, tsconfig: join(root, 'lib/tsconfig.json') })] },
    { entryFileNames: '[name].cts' },
  );
  const [{ exports }] = built.output;
  writeFileSync(join(lib, 'index.mjs'), `export { ${exports.join(', ')} } from './index.cjs';\n`);
  writeFileSync(join(lib, 'index.d.mts'), "export * from './index.cjs';\n");
  writeNotices(lib, sourcesOf(built));
}

async function bundle(dir: string, input: InputOptions, output: OutputOptions): Promise<RolldownOutput> {
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
  return built;
}

/** The package.json of `lib` for the built package: public, and without what only the repository knows. */
function manifest() {
  const {
    private: _,
    devDependencies: __,
    ...published
  } = JSON.parse(readFileSync(join(root, 'lib/package.json'), 'utf8'));
  const common = { types: './lib/index.d.cts', default: './lib/index.cjs' };
  return {
    ...published,
    files: ['lib', 'dist'],
    // For what knows no `exports`: TypeScript with `moduleResolution: node10`.
    main: common.default,
    types: common.types,
    exports: {
      '.': { import: { types: './lib/index.d.mts', default: './lib/index.mjs' }, require: common },
      './package.json': './package.json',
    },
  };
}

if (import.meta.main) await buildPackage();
