import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type InputOptions, type OutputOptions, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

const root = join(import.meta.dirname, '../client');

/** The faces of the package, each of which becomes a module and its declarations in `dist`. */
const faces = ['src/index.ts', 'src/react.ts', 'src/producer.ts'];

/**
 * Builds the package in `client`: one ES module for each face, what they share in modules beside them, and declarations
 * that need no other package but React's. Nothing is minified, since whoever bundles an app does that.
 *
 * @param outdir emptied first; default: `client/dist`
 */
export async function buildClient(outdir = join(root, 'dist')): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  await bundle(outdir, {
    // React's directive is for bundlers of apps, and stays where it is: at the beginning of its face.
    onLog: (level, log, print) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && print(level, log),
    transform: { target: 'es2022', jsx: { runtime: 'automatic' } },
  });
  await bundle(
    outdir,
    { plugins: [dts({ emitDtsOnly: true, tsconfig: join(root, 'tsconfig.json') })] },
    { entryFileNames: '[name].ts', chunkFileNames: '[name].ts' },
  );
}

async function bundle(dir: string, input: InputOptions, output: OutputOptions = {}): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input: faces,
    external: /^(react|@aws-sdk)(\/|$|-)/,
    platform: 'neutral',
    checks: { pluginTimings: false },
    ...input,
  });
  await bundle.write({ dir, chunkFileNames: '[name].js', ...output });
  await bundle.close();
}

if (import.meta.main) {
  await buildClient();
  // `npm pack` writes its tarball there, and makes no folder for it.
  mkdirSync(join(root, '../dist'), { recursive: true });
}
