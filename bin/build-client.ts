import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type InputOptions, type OutputOptions, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { faces } from './client-faces.ts';
import { sourcesOf, writeNotices } from './third-party-notices.ts';

const root = join(import.meta.dirname, '../client');

/**
 * The modules for what entry points share, each with what it imports: the client, the bell, what an item and a toast have in
 * common, and the inbox, which the bell loads after the first paint. Many small ones would repeat their imports, and compress
 * less well.
 */
const groups = [
  { name: 'client', test: /src.client\.ts$/ },
  { name: 'bell', test: /src.react.notification-bell\.tsx$/ },
  { name: 'item', test: /src.react.(opener|item-icon|text)\.tsx$/ },
];

/**
 * CommonJS as its loaders expect it. Jest cannot run `import()` by default, so the AWS SDK, which a door loads when it is
 * first used, is loaded by `require` too.
 */
const commonJs: OutputOptions = { format: 'cjs', dynamicImportInCjs: false, esModule: true, strict: true };

/**
 * Builds the package in `client`, as ES modules and as CommonJS: one module for each entry point, modules for what they
 * share, and declarations that need no other package than React's. Nothing is minified, because the bundler of an app does
 * that.
 *
 * @param outdir emptied first; default: `client/dist`
 */
export async function buildClient(outdir = join(root, 'dist')): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  const sources = await bundle(
    {
      // The directive 'use client' is for the bundlers of apps, and stays at the beginning of its entry point.
      onLog: (level, log, print) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && print(level, log),
      transform: { target: 'es2022', jsx: { runtime: 'automatic' } },
    },
    [
      { ...named(outdir, 'js'), codeSplitting: { groups } },
      { ...named(outdir, 'cjs'), codeSplitting: { groups }, ...commonJs },
    ],
  );
  await bundle(
    // `build`: the declarations of `functions` may not be there yet.
    { plugins: [dts({ emitDtsOnly: true, build: true, tsconfig: join(root, 'tsconfig.json') })] },
    [named(outdir, 'ts'), named(outdir, 'cts')],
  );
  writeNotices(outdir, sources);
}

const named = (dir: string, extension: string): OutputOptions => ({
  dir,
  entryFileNames: `[name].${extension}`,
  chunkFileNames: `[name].${extension}`,
});

/** @returns the files of which the bundles have a part */
async function bundle(input: InputOptions, outputs: OutputOptions[]): Promise<string[]> {
  const bundle = await rolldown({
    cwd: root,
    input: faces,
    external: /^(react|@aws-sdk)(\/|$|-)/,
    platform: 'neutral',
    checks: { pluginTimings: false },
    ...input,
  });
  const sources: string[] = [];
  for (const output of outputs) sources.push(...sourcesOf(await bundle.write(output)));
  await bundle.close();
  return sources;
}

if (import.meta.main) {
  await buildClient();
  // `npm pack` writes its tarball there, but does not create the folder.
  mkdirSync(join(root, '../dist'), { recursive: true });
}
