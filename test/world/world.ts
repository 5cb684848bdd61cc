import { type BrowserSettings, createBrowser } from './browser.ts';
import { createCloud, type Installation } from './cloud.ts';
import { createJournal, type Trace } from './journal.ts';
import { createLoop } from './loop.ts';
import type { Weather } from './weather.ts';

export interface WorldSettings {
  seed: number;
  installation: Installation;
  tokenLifeMs: number;
  /** What goes wrong from the beginning; it may be changed at any time. */
  weather: Weather;
  /** Called with each line of what happens. */
  onLine?: ((line: string) => void) | undefined;
  /** More events than the world has if it comes to rest. */
  mostEvents?: number;
}

/**
 * A service and its browsers without a network, a database or AWS, all on one event loop. The same seed makes the same
 * world. The client and the use cases are the real ones; what is between and below them is modelled, with its faults.
 */
export function createWorld({ seed, installation, tokenLifeMs, weather, onLine, mostEvents }: WorldSettings) {
  const loop = createLoop(Date.UTC(2026, 0, 1), mostEvents === undefined ? {} : { mostEvents });
  const start = loop.now();
  const trace: Trace = onLine
    ? (line) => onLine(`${((loop.now() - start) / 1_000).toFixed(3).padStart(10)}  ${line}`)
    : undefined;
  const journal = createJournal(trace);
  const now = { ...weather };
  const cloud = createCloud({ seed, loop, weather: now, journal, installation, trace });
  const ports = { seed, loop, weather: now, cloud, journal, tokenLifeMs, trace };
  let browsers = 0;

  return {
    loop,
    weather: now,
    journal,
    cloud,
    trace,
    openBrowser(user: string, settings: BrowserSettings) {
      browsers += 1;
      return createBrowser(`browser ${browsers}`, user, settings, ports);
    },
  };
}
