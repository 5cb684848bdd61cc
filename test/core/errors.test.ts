import { join } from 'node:path';
import { inspect } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as errors from '../../functions/core/errors.ts';

const classes = Object.entries(errors).filter(([, value]) => value.prototype instanceof Error);

/** The module as a bundle has it, in which classes have other names. */
async function minified(): Promise<Record<string, new (...values: unknown[]) => Error>> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../../functions/core/errors.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`);
}

describe('an error of the service', () => {
  it.each(classes.map(([name]) => name))('has its name in the log of a bundle: %s', async (name) => {
    const Minified = (await minified())[name];
    if (!Minified) throw new Error(`The bundle has no ${name}.`);
    // An empty list is what ValidationError takes. The others take it for a text.
    const error = new Minified([]);
    expect([error.name, error.constructor.name]).toEqual([name, name]);
    expect(inspect(error)).toMatch(new RegExp(`^${name}\\b(?! \\[)`));
  });

  it('is one of nine', () => {
    expect(classes).toHaveLength(9);
  });
});
