import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type BuildOptions, type BuildResult, build, context, type Message, type Plugin } from 'esbuild';
import { certificatesPackage, rdsCertificates } from './rds-certificates.ts';
import { writeNoticesOf } from './third-party-notices.ts';
import { updateFile } from './update-file.ts';

const root = join(import.meta.dirname, '..');
const defaultOutdir = join(root, 'dist/functions');

/**
 * Bundles every Lambda function as `<name>/index.js`, one file without packages beside it, with the licenses of what it
 * contains. The folder of a function that signs in to a database also has the certificates of RDS. The bundle contains the AWS SDK, so that the tested version runs. A bundle also loads it faster.
 *
 * @param outdir default: `dist/functions`, where the stack looks for them
 * @returns each function's name, and the size of its bundle in bytes
 */
export async function buildFunctions(outdir = defaultOutdir): Promise<{ name: string; bytes: number }[]> {
  const result = await build({ ...optionsFor(outdir), logLevel: 'warning' });
  for (const { path, contents } of result.outputFiles) write(path, contents);
  writeBeside(result, outdir);
  return result.outputFiles.map(({ path, contents }) => ({
    name: basename(dirname(path)),
    bytes: contents.length,
  }));
}

/** Whether the stack finds every bundle. They need not be of the current sources, which a template does not depend on. */
export function areFunctionsBuilt(): boolean {
  const names = globSync('functions/*.ts', { cwd: root }).map((entry) => basename(entry, '.ts'));
  return names.every((name) => existsSync(join(defaultOutdir, name, 'index.js')));
}

/**
 * One build of `watchFunctions`: the directories whose bundle has changed and the sources of functions that the template
 * depends on too, or why no bundle was made.
 */
type WatchedBuild =
  | { kind: 'built'; directories: string[]; templateSources: string[]; tookMs: number }
  | { kind: 'failed'; errors: string[] };

/**
 * Bundles as `buildFunctions` does, and bundles again whenever a source of a function changes, from the call of the
 * returned function on. A build with errors writes nothing, so the bundles of the last good build stay. The first build
 * names the directories of all functions.
 *
 * @param onBuild gets every build; each error is one line, `<file>:<line>:<column>: <text>`
 */
async function watchFunctions(
  onBuild: (build: WatchedBuild) => void,
  outdir = defaultOutdir,
): Promise<() => Promise<void>> {
  const hashes = new Map<string, string>();
  const templateSources = await templateSourcesInFunctions();
  let begunAt = 0;

  function finish({ errors, outputFiles, metafile }: BuildResult<BundleOptions>): void {
    if (errors.length > 0) {
      onBuild({ kind: 'failed', errors: errors.map(describe) });
      return;
    }
    const changed = outputFiles.filter(({ path, hash }) => hashes.get(path) !== hash);
    for (const { path, contents, hash } of changed) {
      write(path, contents);
      hashes.set(path, hash);
    }
    writeBeside({ metafile }, outdir);
    const tookMs = Math.round(performance.now() - begunAt);
    const directories = changed.map(({ path }) => dirname(path));
    onBuild({ kind: 'built', directories, templateSources, tookMs });
  }

  const options = optionsFor(outdir);
  const watched = await context({
    ...options,
    logLevel: 'silent',
    plugins: [
      ...(options.plugins ?? []),
      {
        name: 'report',
        setup({ onStart, onEnd }) {
          onStart(() => {
            begunAt = performance.now();
          });
          onEnd(finish);
        },
      },
    ],
  });
  // A failed build rejects too, after the plugin has reported it.
  await watched.rebuild().catch(() => {});
  return () => watched.watch();
}

/** The files of functions that the CDK app imports, directly or through others. Imports of types do not count. */
async function templateSourcesInFunctions(): Promise<string[]> {
  const app = build({
    absWorkingDir: root,
    entryPoints: ['bin/app.ts'],
    outdir: defaultOutdir,
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['aws-cdk-lib', 'constructs'],
    logLevel: 'silent',
  });
  // If the app does not build, the build of the functions or the synthesis says why.
  const inputs = await app.then(
    ({ metafile }) => Object.keys(metafile.inputs),
    () => [],
  );
  return inputs.filter((file) => file.startsWith('functions/'));
}

function describe({ location, text }: Message): string {
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text;
}

/** Writes a bundle, and what Node asks a `.js` file for: below a folder of ES modules it would be one too. */
function write(path: string, contents: Uint8Array): void {
  updateFile(join(dirname(path), 'package.json'), Buffer.from('{"type":"commonjs"}\n'));
  updateFile(path, contents);
  for (const ending of ['cjs', 'mjs']) rmSync(join(dirname(path), `index.${ending}`), { force: true });
}

/** Modules with parts that no function runs, and what the bundles have in their place. */
const replaced = {
  // The chain would look for credentials in files, in the metadata of an instance and at three more services.
  '@aws-sdk/credential-provider-node': join(root, 'bin/bundled/no-credential-chain.ts'),
  '@smithy/core/event-streams': join(root, 'bin/bundled/no-event-streams.ts'),
  '@smithy/core/checksum': join(root, 'bin/bundled/sha256.ts'),
  '@aws-sdk/middleware-endpoint-discovery': join(root, 'bin/bundled/no-endpoint-discovery.ts'),
  pgpass: join(root, 'bin/bundled/no-password-file.cjs'),
};

/**
 * Modules that cannot have an alias, since they are imported by a path or are one of several of a package. The bundler takes
 * the code of the other module as theirs, so that this finds what is beside them.
 */
const replacedInPlace: readonly [module: RegExp, by: string][] = [
  [/@aws-sdk\/client-[^/]+\/dist-es\/runtimeConfig\.js$/, 'runtime-config.ts'],
  [/\/node-config-provider\/configLoader\.js$/, 'no-settings.ts'],
  [/@aws-sdk\/client-[^/]+\/dist-es\/endpoint\/endpointResolver\.js$/, 'no-endpoint-rules.ts'],
  [/\/util-endpoints\/aws\.js$/, 'no-endpoint-rules.ts'],
  [/\/(loggerMiddleware|getRecursionDetectionPlugin|user-agent-middleware)\.js$/, 'no-middleware.ts'],
];

const replacedModules: Plugin = {
  name: 'replaced-modules',
  setup({ onLoad, onResolve }) {
    // An alias would hold for the modules of pg too.
    onResolve({ filter: /^pg$/ }, () => ({ path: join(root, 'bin/bundled/pg.ts') }));
    for (const [filter, by] of replacedInPlace) {
      const file = join(root, 'bin/bundled', by);
      onLoad({ filter }, ({ path }) => ({
        contents: readFileSync(file),
        loader: 'ts',
        resolveDir: dirname(path),
        watchFiles: [file],
      }));
    }
  },
};

type BundleOptions = BuildOptions & { write: false; metafile: true };

function optionsFor(outdir: string): BundleOptions {
  const entries = globSync('functions/*.ts', { cwd: root });
  return {
    absWorkingDir: root,
    entryPoints: entries.map((entry) => ({ in: entry, out: `${basename(entry, '.ts')}/index` })),
    outdir,
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    // An ES module imports every name of a module of Node, also those that Node loads on demand. `node:http` then loads
    // its whole WebSocket and fetch, and costs 64 ms of CPU instead of 24 (docs/decisions/0036-lean-bundles.md).
    format: 'cjs',
    mainFields: ['module', 'main'],
    alias: replaced,
    plugins: [replacedModules],
    legalComments: 'none',
    // An editor empties a file before it writes it. A watching build that reads it in between must fail, and not be swapped in.
    logOverride: { 'import-is-undefined': 'error' },
  };
}

/** Writes what functions read, and the licenses, beside the bundles. */
function writeBeside({ metafile }: Pick<BuildResult<BundleOptions>, 'metafile'>, outdir: string): void {
  const certificates = Buffer.from(JSON.stringify(rdsCertificates()));
  const connecting = Object.entries(metafile.outputs).filter(([, { inputs }]) => inputs[certificatesReader]);
  const folders = connecting.map(([output]) => dirname(resolve(root, output)));
  for (const folder of folders) updateFile(join(folder, 'rds-certificates.json'), certificates);
  writeNoticesOf({ metafile }, (folder) => (folders.includes(folder) ? [certificatesPackage] : []));
  copyMigrations(outdir);
}

/** The module that reads the certificates of RDS. */
const certificatesReader = 'functions/persistence/rds-certificates.ts';

function copyMigrations(outdir: string): void {
  const migrations = join(root, 'migrations');
  for (const file of globSync(`${migrations}/**/*.{sql,json}`)) {
    updateFile(join(outdir, 'migrate/migrations', relative(migrations, file)), readFileSync(file));
  }
}

if (import.meta.main) {
  if (process.argv.includes('--watch')) {
    // npm start runs this as a child process. The channel between the two ends with npm start, however it ends.
    process.once('disconnect', () => process.exit());
    const begin = await watchFunctions((result) => process.send?.(result));
    process.once('message', begin);
  } else {
    for (const { name, bytes } of await buildFunctions()) {
      console.log(`${(bytes / 1_000).toFixed(0).padStart(6)} kB  dist/functions/${name}`);
    }
  }
}
