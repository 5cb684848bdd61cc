import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { writeNoticesOf } from './third-party-notices.ts';
import { updateFile } from './update-file.ts';

const root = join(import.meta.dirname, '..');

/**
 * Bundles the demo page with the client and the bell, in the way an app does that has the package installed.
 *
 * @param outdir default: `dist/demo`
 */
export async function buildDemo(outdir = join(root, 'dist/demo')): Promise<void> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['local/demo/page.js'],
    outdir,
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      'belfry/preferences': './client/src/preferences.ts',
      'belfry/react/actions': './client/src/react/action-buttons.tsx',
      'belfry/react/groups': './client/src/react/group-actors.tsx',
      'belfry/react/preferences': './client/src/react/preferences.tsx',
      'belfry/react/snooze': './client/src/react/snooze-menu.tsx',
      'belfry/react/tabs': './client/src/react/tabs.tsx',
      'belfry/react/title-badge': './client/src/react/title-badge.tsx',
      'belfry/react/toaster': './client/src/react/toaster.tsx',
      'belfry/react': './client/src/react.ts',
      'belfry/catalogue': './client/src/catalogue.ts',
      belfry: './client/src/index.ts',
    },
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const { path, contents } of result.outputFiles) updateFile(path, contents);
  writeNoticesOf(result);
  for (const file of ['page.html', 'page.css']) {
    updateFile(join(outdir, file), readFileSync(join(root, 'local/demo', file)));
  }
}

if (import.meta.main) await buildDemo();
