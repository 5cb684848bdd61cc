import { cpSync, globSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const outdir = join(root, 'dist/functions');

/**
 * Bundles every Lambda function, one self-contained ES module each, as `dist/functions/<name>/index.mjs`. The AWS SDK
 * is inside: the version that was tested is the version that runs, and importing it from a bundle is quicker.
 */
export async function buildFunctions(): Promise<void> {
  const entries = globSync('functions/*.ts', { cwd: root });
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => ({ in: entry, out: `${basename(entry, '.ts')}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // pg is CommonJS and requires Node's own modules, which an ES module has no `require` for.
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
  });
  cpSync(join(root, 'migrations'), join(outdir, 'migrate/migrations'), { recursive: true });
}

if (import.meta.main) await buildFunctions();
