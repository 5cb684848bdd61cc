import { inBlocks } from '../method/blocks.ts';
import { ratioOf } from '../method/ratio.ts';
import { environmentOf } from '../stage/environment.ts';
import { startFresh } from '../stage/fresh-process.ts';
import { type IdiomaticName, idiomaticOf } from '../stage/idiomatic.ts';
import { bundleOf } from '../stage/modules.ts';
import type { Bench } from './bench.ts';
import { inMilliseconds, percent } from './figures.ts';

/** What each function is compared with: the same work, or where it does little, the function beside it that does much. */
const counterparts = {
  'create-notification': 'create',
  'update-notifications': 'create',
  'read-notifications': 'read',
  connect: 'connect',
  disconnect: 'connect',
  message: 'connect',
  'authorize-request': 'connect',
  'deliver-notification': 'connect',
  tick: 'create',
  'publish-events': 'connect',
} as const satisfies Record<string, IdiomaticName>;

export type ImportedFunction = keyof typeof counterparts;

/** Imports of each function in a fresh process. */
export const imports: Bench = {
  about:
    'the CPU time to import each function in a fresh process, against idiomatic functions of the same packages',
  async run({ say, extentOf, random }) {
    say('building the functions');
    const names = Object.keys(counterparts) as ImportedFunction[];
    const bundles = new Map<string, string>();
    for (const name of names) bundles.set(name, await bundleOf(name));
    // One of them has the name of a function.
    for (const name of ['create', 'read', 'connect'] as const)
      bundles.set(idiomatic(name), await idiomaticOf(name));
    const environment = environmentOf({ databaseUrl: 'postgres://reader:password@127.0.0.1:9/bench' });
    const start = (name: string) => startFresh(bundles.get(name) ?? name, environment);
    const blocks = await inBlocks([...bundles.keys()], start, {
      extent: extentOf(1),
      random,
      onBlock: (done) => say(percent(done)),
    });
    return names.map((name) => {
      const cpuOf = (arm: string) => blocks.map((block) => (block[arm] ?? []).map(({ cpuMs }) => cpuMs));
      const ratio = ratioOf(cpuOf(name), cpuOf(idiomatic(counterparts[name])), random);
      return { budget: `import.${name}` as const, ...inMilliseconds(ratio) };
    });
  },
};

const idiomatic = (name: IdiomaticName) => `idiomatic ${name}`;
