import fc from 'fast-check';
import { expect } from 'vitest';
import { linkSpelling, safeRoutes } from '../../../support/links.ts';
import type { Check } from '../visit.ts';

/** Where a notification leads, as the engine itself understands its links. */
export const links: Record<string, Check> = {
  async 'makes links of routes of the site, and of none that leads elsewhere, however it is spelled'({
    open,
  }) {
    const page = await open();
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const wrong = await page.tab.evaluate(
      (routes) =>
        routes.filter((route) => {
          const href = window.hostPage.hrefOf({ route });
          if (href === undefined) return false;
          // What a click follows, and what a router makes of the path that it was given.
          const link = Object.assign(document.createElement('a'), { href });
          const { pathname, search, hash } = link;
          return [link.origin, new URL(pathname + search + hash, location.href).origin].some(
            (origin) => origin !== location.origin,
          );
        }),
      fc.sample(linkSpelling, { seed, numRuns: 10_000 }),
    );
    expect(wrong, `with seed ${seed}`).toEqual([]);
    const refused = await page.tab.evaluate(
      (routes) => routes.filter((route) => window.hostPage.hrefOf({ route }) === undefined),
      [...safeRoutes],
    );
    expect(refused).toEqual([]);
  },

  async 'makes no link of a URL that hides its host or runs a script, however that is spelled'({ open }) {
    const page = await open();
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const wrong = await page.tab.evaluate(
      (urls) =>
        urls.filter((url) => {
          const href = window.hostPage.hrefOf({ url });
          if (href === undefined) return false;
          const { protocol, username, password } = Object.assign(document.createElement('a'), { href });
          // A page of this machine may link to this machine by HTTP.
          return !/^https?:$/.test(protocol) || username !== '' || password !== '';
        }),
      fc.sample(linkSpelling, { seed, numRuns: 10_000 }),
    );
    expect(wrong, `with seed ${seed}`).toEqual([]);
  },
};
