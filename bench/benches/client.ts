import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../test/support/cached-directory.ts';
import { estimate } from '../method/statistics.ts';
import { startChild } from '../stage/child.ts';
import { type Bench, stopAtEnd } from './bench.ts';

const rows = '10000';

/** The client's store with 10,000 rows, and the inbox of React. */
export const client: Bench = {
  about: 'a frame in a store of 10,000 rows, and how many unchanged rows React renders again for a new one',
  async run(context) {
    const { isQuick, random, say } = context;
    say('building the client');
    const outfile = join(root, 'node_modules/.cache/belfry/bench-client/client.mjs');
    // Node runs no JSX.
    await build({
      absWorkingDir: root,
      entryPoints: ['bench/stage/client-program.tsx'],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      jsx: 'automatic',
      // One copy of React, in the mode that apps run it in.
      packages: 'external',
      logLevel: 'warning',
    });
    say('frames into 10,000 rows');
    const child = stopAtEnd(context, await startChild(outfile, [rows, isQuick ? '20' : '100']));
    const { frames, renders } = child.ready as { frames: number[]; renders: number };
    return [
      { budget: 'client.frame', ...estimate(frames, random) },
      {
        budget: 'client.renders',
        value: renders,
        low: renders,
        high: renders,
        blocks: 1,
        from: 'of 50 rows',
      },
    ];
  },
};
