import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

type Program = 'lambda-bootstrap' | 'lambda-host';

const cache = join(import.meta.dirname, '../../node_modules/.cache/belfry');
const files = new Map<Program, string>();

/**
 * A program of this folder as one file of JavaScript. Node starts it in a third of the time, because it would strip the
 * types of each module in each process anew. Bundles of functions are not touched: they load as on Lambda. The file is
 * kept in `node_modules/.cache` under the hash of its content.
 */
export function programOf(name: Program): string {
  const file = files.get(name) ?? build(name);
  files.set(name, file);
  return file;
}

function build(name: Program): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    write: false,
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 16);
  const path = join(cache, `${name}-${hash}.mjs`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  // Several processes may write it at the same time, and none may read half of it.
  const partial = `${path}.${randomUUID()}`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
  return path;
}
