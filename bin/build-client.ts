import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

const root = join(import.meta.dirname, '../client');
const outdir = join(root, 'dist');

/** The faces of the package, each of which becomes a module and its declarations in `dist`. */
const faces = ['src/index.ts', 'src/react.ts', 'src/producer.ts'];

/**
 * Builds the package in `client`: one ES module for each face, what they share in modules beside them, and declarations
 * that need no other package but React's. Nothing is minified, since whoever bundles an app does that.
 */
export async function buildClient(): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: faces,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    packages: 'external',
    target: 'es2022',
    jsx: 'automatic',
    tsconfig: join(root, 'tsconfig.json'),
    logLevel: 'warning',
  });
  const bundle = await rolldown({
    cwd: root,
    input: faces,
    external: /^(?!\.|\/)/,
    checks: { pluginTimings: false },
    plugins: [dts({ emitDtsOnly: true, tsconfig: join(root, 'tsconfig.json') })],
  });
  await bundle.write({ dir: outdir, entryFileNames: '[name].ts', chunkFileNames: '[name].ts' });
  await bundle.close();
}

if (import.meta.main) await buildClient();
