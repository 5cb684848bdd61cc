import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const cache = join(import.meta.dirname, '../../node_modules/.cache/belfry');
let file: string | undefined;

/**
 * The program of an environment's process, lambda-bootstrap.ts, as one file of JavaScript. Node starts it in a third of
 * the time, because each process would strip the types of each module anew. Bundles are not touched: they load as on
 * Lambda. The file is kept in `node_modules/.cache` under the hash of its content.
 */
export function environmentProgram(): string {
  file ??= build();
  return file;
}

function build(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, 'lambda-bootstrap.ts')],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    write: false,
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 16);
  const path = join(cache, `lambda-bootstrap-${hash}.mjs`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  // Several processes may write it at the same time, and none may read half of it.
  const partial = `${path}.${randomUUID()}`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
  return path;
}
