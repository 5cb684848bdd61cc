import { globSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build } from 'esbuild';
import { updateFile } from './update-file.ts';

const root = join(import.meta.dirname, '..');

/**
 * Bundles every Lambda function, one self-contained ES module each, as `<name>/index.mjs`. The AWS SDK is inside: the
 * version that was tested is the version that runs, and importing it from a bundle is quicker.
 *
 * @param outdir default: `dist/functions`, where the stack looks for them
 */
export async function buildFunctions(outdir = join(root, 'dist/functions')): Promise<void> {
  const entries = globSync('functions/*.ts', { cwd: root });
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => ({ in: entry, out: `${basename(entry, '.ts')}/index` })),
    outdir,
    write: false,
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
  for (const { path, contents } of outputFiles) updateFile(path, contents);
  const migrations = join(root, 'migrations');
  for (const file of globSync(`${migrations}/**/*.{sql,json}`)) {
    updateFile(join(outdir, 'migrate/migrations', relative(migrations, file)), readFileSync(file));
  }
}

if (import.meta.main) await buildFunctions();
