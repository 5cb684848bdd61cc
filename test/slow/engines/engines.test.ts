import { afterAll, beforeAll, describe, it } from 'vitest';
import { arrivals } from './checks/arrivals.ts';
import { closing } from './checks/closing.ts';
import { hosts } from './checks/hosts.ts';
import { links } from './checks/links.ts';
import { live } from './checks/live.ts';
import { looks } from './checks/looks.ts';
import type { ColorScheme, Engine, EngineBrowser } from './engine.ts';
import { type Host, startHost } from './host.ts';
import { chromium, firefox } from './puppeteer.ts';
import { type Check, startVisit } from './visit.ts';
import { webkit } from './webkit.ts';

/** What the bell does in every engine. */
const checks: Record<ColorScheme, Record<string, Check>> = {
  light: { ...live, ...arrivals, ...links, ...closing, ...hosts, ...looks('light') },
  dark: looks('dark'),
};

describe('the bell on the running service', { timeout: 120_000 }, () => {
  let host: Host;
  beforeAll(async () => {
    host = await startHost();
  }, 120_000);
  afterAll(() => host?.[Symbol.asyncDispose]());

  for (const engine of [chromium, firefox, webkit]) {
    const { name, missing } = engine;
    if (missing) console.warn(`The tests in ${name} are skipped. To install it: ${missing}.`);
    for (const colorScheme of ['light', 'dark'] as const) describeIn(engine, colorScheme, () => host);
  }
});

function describeIn({ name, missing, start }: Engine, colorScheme: ColorScheme, host: () => Host) {
  const reason = missing ? `, which is not installed (${missing})` : '';

  describe.skipIf(missing)(`in ${name}${reason}, when the page is ${colorScheme}`, () => {
    let browser: EngineBrowser;
    beforeAll(async () => {
      browser = await start(colorScheme);
    });
    afterAll(() => browser?.[Symbol.asyncDispose]());

    it.each(Object.entries(checks[colorScheme]))('%s', (_, check) =>
      check(startVisit(name, host(), browser)),
    );
  });
}
